/** What people want of work that is under way. */
import type { Millis } from "./ids.ts";
import type { Errand } from "./task.ts";

/** What a person with write access, or the operator, wrote to a Worker. */
export type Message = {
  /** The same key again is the same message. */
  readonly key: string;
  readonly by: string;
  readonly at: Millis;
  readonly text: string;
};

export type Wish =
  | { readonly kind: "send"; readonly text: string }
  /** For every Worker of the repository that runs. */
  | { readonly kind: "broadcast"; readonly text: string }
  /** Not a command: an answer to what a Worker has asked. */
  | { readonly kind: "answer"; readonly text: string }
  | { readonly kind: "abort" | "approve" | "stop" | "unhold" | "unblock" | "merge" | "review" }
  | { readonly kind: "hold" | "block"; readonly reason: string }
  | { readonly kind: "errand"; readonly errand: Errand["kind"] }
  /** The note, empty for none, is for the Worker that goes on. */
  | { readonly kind: "handover"; readonly note: string }
  | { readonly kind: "raise"; readonly usd: number; readonly forMs: number };

/** Who put the work on hold, or blocked it, and why; empty when they did not say. */
export type Hold = { readonly by: string; readonly reason: string };

/** Who wants a Worker called to the pull request, and what for; in vain where there was nothing of the kind to do. */
export type ErrandWish = {
  readonly kind: Errand["kind"];
  readonly by: string;
  readonly isVain: boolean;
};

/** Who wants the pull request merged although the repository's file does not say so. */
export type MergeWish = { readonly by: string; readonly via: "command" | "label" };

/** More money for an issue, for a time. */
export type Raise = {
  readonly key: string;
  readonly usd: number;
  readonly until: Millis;
  readonly by: string;
  /** One that failed stays, so that its comment is not obeyed again. */
  readonly state: "owed" | "booked" | "failed";
};
