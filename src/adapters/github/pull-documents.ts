/** GraphQL for reading one pull request and what others' checks say of its head. */
import { z } from "zod";
import { document, nodesOf, pageOf } from "./document.ts";

/** A check run, or with `context` a commit status. */
const Context = z.object({
  status: z.string().optional(),
  conclusion: z.string().nullish(),
  checkSuite: z.object({ app: z.object({ databaseId: z.number().nullish() }).nullish() }).nullish(),
  context: z.string().optional(),
  state: z.string().optional(),
});

/** One check of a head. */
export type CheckContext = z.infer<typeof Context>;

const PullNode = z.object({
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  headRefOid: z.string(),
  isDraft: z.boolean(),
  mergeable: z.string(),
  labels: nodesOf(z.object({ name: z.string() })),
  statusCheckRollup: z.object({ contexts: pageOf(Context) }).nullish(),
});

/** A pull request as read. */
export type PullNode = z.infer<typeof PullNode>;

/** A pull request with a page of its checks; `headRefOid` is what the checks are about. */
export const pullWithChecks = document(
  z.object({
    repository: z
      .object({
        pullRequest: PullNode.nullish(),
      })
      .nullish(),
  }),
  `query PullWithChecks($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      state
      headRefOid
      isDraft
      mergeable
      labels(first: 100) { nodes { name } }
      statusCheckRollup {
        contexts(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes {
            ... on CheckRun { status conclusion checkSuite { app { databaseId } } }
            ... on StatusContext { context state }
          }
        }
      }
    }
  }
}`,
);
