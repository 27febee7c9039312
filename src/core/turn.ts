/** How far a comment's commands have come: they are obeyed in order, and GitHub is asked in between who speaks. */
import type { Asked } from "./begin.ts";
import type { Command } from "./command.ts";
import type { PullAddress } from "./event.ts";
import type { AssignmentId, CommentId, IssueId, RepositoryId, Sha } from "./ids.ts";
import type { Permission } from "./issue.ts";

/** What is left of a comment's commands, and what came of those before. */
type Course = {
  /** The issue, or the pull request, that the comment stands on, and the answer to it. */
  readonly place: IssueId;
  readonly repository: RepositoryId;
  readonly comment: CommentId;
  /** Hash of the issue's text as the comment's webhook showed it; null when it did not. */
  readonly seen: string | null;
  /** The next one first. */
  readonly left: readonly Command[];
  /** How many were obeyed. */
  readonly done: number;
  /** Answers that its author is owed, in order. */
  readonly said: readonly string[];
};

/** Commands that are being obeyed. */
export type Turn = Asked &
  Course & {
    readonly leave: Leave | null;
    /** The pull request that the comment stands on; null for an issue, and once GitHub has answered who speaks. */
    readonly onPull: PullAddress | null;
  };

/** What GitHub told about the author of a comment, as far as one assignment is concerned. */
export type Leave = {
  readonly assignment: AssignmentId;
  readonly permission: Permission;
  /** The comment is there and nobody has edited it. */
  readonly isUnedited: boolean;
  /** Head of the work that was held back when the comment came: an approval is of that and no other. */
  readonly held: Sha | null;
};

/** Commands that wait for the answer to the question who speaks. */
export type Petition = Course &
  Pick<Asked, "by" | "issue"> &
  Pick<Leave, "held"> & { readonly question: number };
