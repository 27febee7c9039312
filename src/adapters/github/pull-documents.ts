/** GraphQL for reading one pull request and what others' checks say of its head. */
import { z } from "zod";
import { document, nodesOf, pageOf } from "./document.ts";
import { Doer, doerFields } from "./doer.ts";

/** A check run, or with `context` a commit status. */
const Context = z.object({
  status: z.string().optional(),
  conclusion: z.string().nullish(),
  checkSuite: z
    .object({
      app: z.object({ databaseId: z.number().nullish(), slug: z.string().nullish() }).nullish(),
    })
    .nullish(),
  /** Also the number of the job, where GitHub Actions runs it. */
  databaseId: z.number().nullish(),
  name: z.string().optional(),
  title: z.string().nullish(),
  summary: z.string().nullish(),
  text: z.string().nullish(),
  context: z.string().optional(),
  state: z.string().optional(),
  description: z.string().nullish(),
});

/** A review as it was submitted; its author is absent once the account is. */
const Review = z.object({
  id: z.string(),
  author: Doer.nullish(),
  state: z.string(),
  body: z.string(),
});

/** A conversation about a place in the difference, with what began it. */
const Thread = z.object({
  id: z.string(),
  isResolved: z.boolean(),
  path: z.string(),
  line: z.number().nullish(),
  comments: nodesOf(
    z.object({
      id: z.string(),
      author: Doer.nullish(),
      body: z.string(),
      viewerDidAuthor: z.boolean(),
    }),
  ),
});

export type ReviewNode = z.infer<typeof Review>;
export type ThreadNode = z.infer<typeof Thread>;

/** One check of a head. */
export type CheckContext = z.infer<typeof Context>;

/** How it left a merge queue, with the checks of what the queue had made of it. */
const Removing = z.object({
  id: z.string().optional(),
  reason: z.string().nullish(),
  actor: Doer.nullish(),
  beforeCommit: z
    .object({ statusCheckRollup: z.object({ contexts: nodesOf(Context) }).nullish() })
    .nullish(),
});

/** Who has put a label on. */
const Labelling = z.object({
  label: z.object({ name: z.string() }).optional(),
  actor: Doer.nullish(),
});

const PullNode = z.object({
  state: z.enum(["OPEN", "CLOSED", "MERGED"]),
  headRefOid: z.string(),
  /** Absent once the branch is gone. */
  headRef: z
    .object({
      target: z
        .object({ oid: z.string(), parents: nodesOf(z.object({ oid: z.string() })).optional() })
        .nullish(),
    })
    .nullish(),
  headRefName: z.string(),
  /** The branch is in a fork. */
  isCrossRepository: z.boolean(),
  baseRefName: z.string(),
  baseRefOid: z.string(),
  /** `baseRefOid` lags behind the branch until something happens to the pull request; this is absent once the branch is gone. */
  baseRef: z.object({ target: z.object({ oid: z.string() }).nullish() }).nullish(),
  isDraft: z.boolean(),
  mergeable: z.string(),
  mergeStateStatus: z.string(),
  id: z.string(),
  author: z.object({ login: z.string() }).nullish(),
  autoMergeRequest: z.object({ enabledBy: z.object({ login: z.string() }).nullish() }).nullish(),
  repository: z.object({
    autoMergeAllowed: z.boolean(),
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
  }),
  isMergeQueueEnabled: z.boolean(),
  mergeQueueEntry: z
    .object({ state: z.string(), enqueuer: z.object({ login: z.string() }).nullish() })
    .nullish(),
  removals: nodesOf(Removing),
  labels: nodesOf(z.object({ name: z.string() })),
  timelineItems: nodesOf(Labelling),
  reviews: nodesOf(Review),
  reviewThreads: nodesOf(Thread),
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
      headRef { target { oid ... on Commit { parents(first: 3) { nodes { oid } } } } }
      headRefName
      isCrossRepository
      baseRefName
      baseRefOid
      baseRef { target { oid } }
      isDraft
      mergeable
      mergeStateStatus
      id
      author { login }
      autoMergeRequest { enabledBy { login } }
      repository { autoMergeAllowed defaultBranchRef { name } }
      repository { autoMergeAllowed }
      isMergeQueueEnabled
      mergeQueueEntry { state enqueuer { login } }
      removals: timelineItems(itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT], last: 1) {
        nodes {
          ... on RemovedFromMergeQueueEvent {
            id
            reason
            actor { ...DoerFields }
            beforeCommit { statusCheckRollup { contexts(first: 100) { nodes { ...ContextFields } } } }
          }
        }
      }
      labels(first: 100) { nodes { name } }
      timelineItems(itemTypes: [LABELED_EVENT], last: 50) {
        nodes { ... on LabeledEvent { label { name } actor { ...DoerFields } } }
      }
      reviews(last: 50) { nodes { id author { ...DoerFields } state body } }
      reviewThreads(last: 50) {
        nodes {
          id
          isResolved
          path
          line
          comments(first: 10) {
            nodes { id author { ...DoerFields } body viewerDidAuthor }
          }
        }
      }
      statusCheckRollup {
        contexts(first: 100, after: $after) {
          pageInfo { hasNextPage endCursor }
          nodes { ...ContextFields }
        }
      }
    }
  }
}`,
  `fragment ContextFields on StatusCheckRollupContext {
  ... on CheckRun {
    databaseId name title summary text status conclusion
    checkSuite { app { databaseId slug } }
  }
  ... on StatusContext { context state description }
}`,
  doerFields,
);

/** Threads with what was said in them last; absent when they are gone. */
export const threadsSaid = document(
  z.object({
    nodes: z.array(
      z
        .object({
          id: z.string().optional(),
          comments: nodesOf(z.object({ body: z.string(), viewerDidAuthor: z.boolean() })),
        })
        .nullable(),
    ),
  }),
  `query ThreadsSaid($threads: [ID!]!) {
  nodes(ids: $threads) {
    ... on PullRequestReviewThread {
      id
      comments(last: 50) { nodes { body viewerDidAuthor } }
    }
  }
}`,
);
