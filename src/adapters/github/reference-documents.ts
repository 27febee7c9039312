/** GraphQL for reading issues that a text refers to by repository and number. */
import { z } from "zod";
import type { GraphqlDocument } from "./document.ts";
import { document } from "./document.ts";
import type { RelatedNode } from "./issue-documents.ts";

const Referenced = z
  .object({
    id: z.string(),
    number: z.number(),
    issueState: z.string().optional(),
    pullState: z.string().optional(),
    repository: z.object({ nameWithOwner: z.string() }),
  })
  .transform(({ issueState, pullState, ...rest }): RelatedNode => ({
    ...rest,
    state: issueState ?? pullState ?? "",
  }));

const Answers = z.record(
  z.string(),
  z.object({ issueOrPullRequest: Referenced.nullish() }).nullable(),
);

/** The request for so many references: `r0`, `r1` and so on. The text is put together from constants only. */
export function referencedIssues(count: number): GraphqlDocument<z.infer<typeof Answers>> {
  const each = Array.from({ length: count }, (_, at) => at);
  const variables = each.map(
    (at) => `$owner${at}: String!, $name${at}: String!, $number${at}: Int!`,
  );
  const fields = each.map(
    (at) =>
      `  r${at}: repository(owner: $owner${at}, name: $name${at}) { issueOrPullRequest(number: $number${at}) { ...Referenced } }`,
  );
  return document(
    Answers,
    `query ReferencedIssues(${variables.join(", ")}) {`,
    ...fields,
    "}",
    // The two states are of different types, which one name cannot have.
    `fragment Referenced on IssueOrPullRequest {
  ... on Issue { id number issueState: state repository { nameWithOwner } }
  ... on PullRequest { id number pullState: state repository { nameWithOwner } }
}`,
  );
}
