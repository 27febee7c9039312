/** What GitHub should show of an assignment, and what it is known to show. */
import type { FieldValues } from "./fields.ts";
import type { CommentId, Millis, Sha } from "./ids.ts";
import type { BoardStatus } from "./issue.ts";

/** Everything that people see of an assignment: a function of its state, so showing it twice is harmless. */
export type Showing = {
  /** Column of the card; null leaves it where people put it. */
  readonly card: BoardStatus | null;
  /** Our comments on the issue, oldest first, each edited in place under its key. */
  readonly comments: readonly Comment[];
  /** The label to take off, once for each request that put it on. */
  readonly removeLabel: { readonly name: string; readonly requestedAt: Millis } | null;
  /** Reactions on the comment that asked last, if one did. */
  readonly reactions: { readonly on: CommentId; readonly add: readonly Reaction[] } | null;
  readonly check: Check | null;
  /** Of the board's other fields; none where the card is left alone. */
  readonly fields: FieldValues;
};

export type Reaction = "EYES" | "ROCKET" | "CONFUSED";

/** One comment of ours: records for machines first, then text for people. */
export type Comment = {
  /** `status-…`, `refusal-…`, `reply-…`, `state-…`, a worker id, or what a Worker has left besides its record: `handover-…`, `question-…`, or `review-…` with the pull request. */
  readonly key: string;
  readonly records: readonly Record[];
  /** The seed's marks around the text, by which readers of its formats find it; null for none. */
  readonly frame: "HANDOVER" | "REVIEW" | null;
  /** Markdown. */
  readonly text: string;
};

/** A structured record between `<!-- NAME -->` and `<!-- /NAME -->`; the adapter signs it. */
export type Record = {
  readonly name:
    | "WORKER:ASSIGNED"
    | "WORKER:RESULT"
    | "ORCHESTRATION:STATE"
    | "ORCHESTRATION:SLEEP"
    | "INTEGRATION:STATE";
  readonly payload: Readonly<{
    [field: string]: string | number | boolean | null | readonly number[];
  }>;
};

/** Our check run on the pull request's head: why it is not merged, in one line. */
export type Check = {
  readonly head: Sha;
  readonly conclusion: "neutral" | "success" | "failure" | "action_required";
  readonly title: string;
  readonly summary: string;
};

/** What was sent to GitHub, and what came of it. At most one publication is under way. */
export type Shown = {
  /** Number of the latest publication; 0 before the first. */
  readonly publication: number;
  readonly sent: Showing;
  /** What GitHub showed before `sent`; the difference between the two is what the publication changes. */
  readonly before: Showing;
  readonly state: "under-way" | "confirmed" | "failed";
  /** The publication before this one failed, perhaps halfway, and this one carries its differences too. */
  readonly isRepeat: boolean;
  /** Node ids of our comments by key. */
  readonly comments: Readonly<{ [key: string]: CommentId }>;
};

/** Nothing is shown. */
const emptyShowing: Showing = {
  card: null,
  comments: [],
  removeLabel: null,
  reactions: null,
  check: null,
  fields: {},
};

/** Nothing was ever shown. */
export const nothingShown: Shown = {
  publication: 0,
  sent: emptyShowing,
  before: emptyShowing,
  state: "confirmed",
  isRepeat: false,
  comments: {},
};
