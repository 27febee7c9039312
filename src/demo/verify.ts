/** Looks at GitHub as the maintainer does: what the demo claims must be seen there. */
import { z } from "zod";

import type { Card } from "../simulator/card.ts";

const Seen = z.object({
  data: z.object({
    repository: z.object({
      issue: z.object({
        state: z.string(),
        projectItems: z.object({
          nodes: z.array(z.object({ fieldValueByName: z.object({ name: z.string() }).nullable() })),
        }),
      }),
      pullRequest: z.object({ merged: z.boolean() }),
    }),
  }),
});

const query = `query ($owner: String!, $name: String!, $issue: Int!, $pull: Int!) {
  repository(owner: $owner, name: $name) {
    issue(number: $issue) {
      state
      projectItems(first: 5) {
        nodes {
          fieldValueByName(name: "Status") {
            ... on ProjectV2ItemFieldSingleSelectValue { name }
          }
        }
      }
    }
    pullRequest(number: $pull) { merged }
  }
}`;

/** What is not as it should be with an issue that is said to be done; one line each. */
export async function verify(card: Card, issue: number, pull: number): Promise<readonly string[]> {
  const [owner, name] = card.repository.split("/");
  const response = await fetch(card.graphqlUrl, {
    method: "POST",
    headers: { authorization: `Bearer ${card.tokens["mona"] ?? ""}` },
    body: JSON.stringify({ query, variables: { owner, name, issue, pull } }),
  });
  const { repository } = Seen.parse(await response.json()).data;
  const columns = repository.issue.projectItems.nodes.map((node) => node.fieldValueByName?.name);
  return [
    ...(repository.pullRequest.merged ? [] : [`#${pull} is not merged`]),
    ...(repository.issue.state === "CLOSED" ? [] : [`#${issue} is not closed`]),
    ...(columns.includes("Done") ? [] : [`the card of #${issue} is not in Done`]),
  ];
}
