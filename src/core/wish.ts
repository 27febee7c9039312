/** What people want of work that is under way. */
import type { CommentId, Millis, Sha } from "./ids.ts";
import type { Actor } from "./issue.ts";

/** What a person with write access, or the operator, wrote to a Worker. */
export type Message = {
  /** The same key again is the same message. */
  readonly key: string;
  readonly by: string;
  readonly at: Millis;
  readonly text: string;
};

/** A wish in a comment, and the number of the question to GitHub whether its author may have it. */
export type Petition = {
  readonly question: number;
  readonly by: Actor;
  readonly comment: CommentId;
  /** Hash of the text as the comment's webhook showed it; null when it did not. */
  readonly seen: string | null;
  /** Head of the work that was held back when the comment came: an approval is of that and no other. */
  readonly held: Sha | null;
  readonly wish: Wish;
};

export type Wish =
  | { readonly kind: "send"; readonly text: string }
  /** Not a command: an answer to what a Worker has asked. */
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "approve" }
  | { readonly kind: "raise"; readonly usd: number; readonly forMs: number };

/** More money for an issue, for a time. */
export type Raise = {
  readonly key: string;
  readonly usd: number;
  readonly until: Millis;
  readonly by: string;
  /** One that failed stays, so that its comment is not obeyed again. */
  readonly state: "owed" | "booked" | "failed";
};
