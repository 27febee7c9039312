/** Dependencies between issues, told to GitHub itself: whoever looks at the issue there sees and can change them. */
import { z } from "zod";
import type { DependencyOrder } from "../../core/prerequisites.ts";
import type { Client } from "./client.ts";
import { document, nodesOf } from "./document.ts";

const blockers = document(
  z.object({
    node: z.object({ blockedBy: nodesOf(z.object({ id: z.string() })).optional() }).nullish(),
  }),
  `query Blockers($issue: ID!) {
  node(id: $issue) { ... on Issue { blockedBy(first: 100) { nodes { id } } } }
}`,
);

const add = document(
  z.object({ addBlockedBy: z.object({}).nullish() }),
  `mutation AddBlocker($issue: ID!, $blocker: ID!) {
  addBlockedBy(input: { issueId: $issue, blockingIssueId: $blocker }) { issue { id } }
}`,
);

/** Reads first, so that repeating it is harmless; throws where GitHub refuses one of them. */
export async function addDependencies(client: Client, order: DependencyOrder): Promise<void> {
  const { issue } = order;
  const { node } = await client.graphql(`reading what ${issue} waits for`, blockers, { issue });
  const known = new Set((node?.blockedBy ?? []).map(({ id }) => id));
  for (const { id, reference } of order.blockers) {
    if (known.has(id)) continue;
    const what = `making ${issue} wait for ${reference}`;
    await client.graphql(what, add, { issue, blocker: id });
  }
}
