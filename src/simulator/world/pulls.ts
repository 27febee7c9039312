/** Pull requests, reviews, checks and statuses, as plain state; title, body, state, labels and comments live on the issue. */

import type { Commit } from "../git/history.ts";

/** How a merge is written to the base branch. */
export type MergeMethod = "merge" | "squash" | "rebase";

/** The branch half of a pull request. */
export interface PullRequest {
  id: number;
  nodeId: string;
  repositoryId: number;
  issueId: number;
  number: number;
  headRepositoryId: number;
  headRef: string;
  headSha: string;
  baseRef: string;
  baseSha: string;
  draft: boolean;
  merged: boolean;
  mergedAt: string | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  /** Null until it has been worked out for the present head and base. */
  mergeable: boolean | null;
  /** Commits of the base branch that the head does not hold. */
  behind: number;
  autoMerge: {
    enabledById: number;
    method: MergeMethod;
    enabledAt: string;
    commitTitle: string | null;
    commitMessage: string | null;
  } | null;
  maintainerCanModify: boolean;
  requestedReviewerIds: number[];
  commits: number;
  additions: number;
  deletions: number;
  changedFiles: number;
}

/** A pull request in the merge queue of its base branch. */
export interface QueueEntry {
  id: number;
  nodeId: string;
  repositoryId: number;
  pullId: number;
  enqueuerId: number;
  enqueuedAt: string;
  /** Head of the pull request as it was put in. */
  headSha: string;
  /** What is checked before it is merged; null until the queue has made it. */
  group: MergeGroup | null;
}

/** The merge of a pull request into its base and those before it, on a branch of the queue's own. */
export interface MergeGroup {
  readonly ref: string;
  readonly sha: string;
  readonly baseSha: string;
}

/** A submitted (or pending) review of a pull request. */
export interface Review {
  id: number;
  nodeId: string;
  pullId: number;
  authorId: number;
  viaAppId: number | null;
  state: "PENDING" | "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  body: string;
  commitId: string;
  submittedAt: string | null;
  createdAt: string;
  updatedAt: string;
}

/** A conversation on lines of a pull request. */
export interface ReviewThread {
  id: number;
  nodeId: string;
  pullId: number;
  path: string;
  line: number | null;
  startLine: number | null;
  side: "LEFT" | "RIGHT";
  outdated: boolean;
  resolvedById: number | null;
  /** Oldest first, never empty. */
  commentIds: number[];
}

/** One remark in a review thread. */
export interface ReviewComment {
  id: number;
  nodeId: string;
  pullId: number;
  threadId: number;
  reviewId: number;
  authorId: number;
  viaAppId: number | null;
  body: string;
  path: string;
  line: number | null;
  startLine: number | null;
  side: "LEFT" | "RIGHT";
  commitId: string;
  originalCommitId: string;
  diffHunk: string;
  inReplyToId: number | null;
  createdAt: string;
  updatedAt: string;
}

/** How far a check run or suite is. */
export type CheckStatus = "queued" | "in_progress" | "completed";

/** All the ways a check run or suite can end. */
export const CHECK_CONCLUSIONS = [
  "action_required",
  "cancelled",
  "failure",
  "neutral",
  "success",
  "skipped",
  "stale",
  "timed_out",
] as const;

/** How a check run or suite ended. */
export type CheckConclusion = (typeof CHECK_CONCLUSIONS)[number];

/** All check runs of one App on one commit. */
export interface CheckSuite {
  id: number;
  nodeId: string;
  repositoryId: number;
  appId: number;
  headBranch: string | null;
  headSha: string;
  headCommit: Commit;
  before: string | null;
  after: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  createdAt: string;
  updatedAt: string;
}

/** A remark of a check run on lines of a file. */
export interface CheckAnnotation {
  path: string;
  startLine: number;
  endLine: number;
  level: "notice" | "warning" | "failure";
  title: string | null;
  message: string;
  rawDetails: string | null;
}

/** One check on one commit. */
export interface CheckRun {
  id: number;
  nodeId: string;
  repositoryId: number;
  suiteId: number;
  appId: number;
  name: string;
  headSha: string;
  externalId: string;
  detailsUrl: string | null;
  status: CheckStatus;
  conclusion: CheckConclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  output: {
    title: string | null;
    summary: string | null;
    text: string | null;
    annotations: CheckAnnotation[];
  };
  /** What the job of CI printed; null where no gesture said so. */
  log: string | null;
  actions: { label: string; description: string; identifier: string }[];
}

/** An old-style status of a commit, one of several per context; the newest counts. */
export interface CommitStatus {
  id: number;
  nodeId: string;
  repositoryId: number;
  sha: string;
  context: string;
  state: "error" | "failure" | "pending" | "success";
  description: string | null;
  targetUrl: string | null;
  creatorId: number;
  createdAt: string;
  updatedAt: string;
}

/** What the simulated CI does in a repository; its id is the repository's. */
export interface CiRule {
  id: number;
  /** The names of the check runs on each new head of an open pull request. */
  checks: string[];
  /** How they end by themselves; null leaves them queued until a gesture completes them. */
  auto: { conclusion: CheckConclusion; afterMs: number } | null;
}
