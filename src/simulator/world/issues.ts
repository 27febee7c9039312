/** Issues and what hangs on them, as plain state; a pull request has an issue too, as on GitHub. */

/** A label of a repository. */
export interface Label {
  id: number;
  nodeId: string;
  repositoryId: number;
  name: string;
  color: string;
  description: string | null;
  isDefault: boolean;
}

/** A milestone of a repository. */
export interface Milestone {
  id: number;
  nodeId: string;
  repositoryId: number;
  number: number;
  title: string;
  description: string | null;
  state: "open" | "closed";
  creatorId: number;
  dueOn: string | null;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
}

/** Why an issue was closed, or that it was reopened. */
export type StateReason = "completed" | "not_planned" | "duplicate" | "reopened";

/** An issue, or the conversation half of a pull request when `pullId` is set. */
export interface Issue {
  id: number;
  /** The pull request's node id when `pullId` is set. */
  nodeId: string;
  repositoryId: number;
  number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: StateReason | null;
  authorId: number;
  viaAppId: number | null;
  labelIds: number[];
  assigneeIds: number[];
  milestoneId: number | null;
  parentId: number | null;
  /** In the order shown on the parent. */
  subIssueIds: number[];
  blockedByIds: number[];
  locked: boolean;
  createdAt: string;
  updatedAt: string;
  lastEditedAt: string | null;
  closedAt: string | null;
  closedById: number | null;
  /** Where the issue went: null while it is here. */
  gone: { kind: "deleted" } | { kind: "transferred"; toIssueId: number } | null;
  pullId: number | null;
}

/** A comment on an issue or pull request. */
export interface Comment {
  id: number;
  nodeId: string;
  issueId: number;
  authorId: number;
  viaAppId: number | null;
  body: string;
  createdAt: string;
  updatedAt: string;
  lastEditedAt: string | null;
  /** GitHub's classifier in lower case, for example `outdated`; null while shown. */
  minimizedReason: string | null;
}

/** The eight reactions GitHub knows. */
export type ReactionContent =
  | "+1"
  | "-1"
  | "laugh"
  | "confused"
  | "heart"
  | "hooray"
  | "rocket"
  | "eyes";

/** A reaction of an account to something. */
export interface Reaction {
  id: number;
  nodeId: string;
  subject: { kind: "issue" | "comment" | "review-comment"; id: number };
  authorId: number;
  content: ReactionContent;
  createdAt: string;
}

/** One line of an issue's timeline: who did what, when. */
export interface TimelineEvent {
  id: number;
  nodeId: string;
  issueId: number;
  event:
    | "labeled"
    | "unlabeled"
    | "assigned"
    | "unassigned"
    | "closed"
    | "reopened"
    | "renamed"
    | "merged"
    | "head_ref_deleted"
    | "head_ref_force_pushed"
    | "review_requested"
    | "ready_for_review"
    | "convert_to_draft"
    | "added_to_merge_queue"
    | "removed_from_merge_queue"
    | "cross-referenced";
  actorId: number;
  viaAppId: number | null;
  createdAt: string;
  /** The label as it was then, for labeled and unlabeled. */
  label: { name: string; color: string } | null;
  assigneeId: number | null;
  rename: { from: string; to: string } | null;
  commitId: string | null;
  /** Why, for removed_from_merge_queue, in GraphQL's words. */
  reason: string | null;
  /** The issue that mentions this one, for cross-referenced. */
  sourceIssueId: number | null;
}
