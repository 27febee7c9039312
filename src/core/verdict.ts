/** What is made of an open pull request. */
import type { Pull } from "./assignment.ts";
import type { Millis, Sha } from "./ids.ts";
import type { ChecksVerdict, EntryState } from "./pull-state.ts";
import type { Gate } from "./review-gate.ts";

/** Why the pull request is not merged yet. */
export type Verdict =
  /** GitHub is being asked; `hasNews` when the answer under way may be older than the last hint. */
  | { readonly kind: "inspecting"; readonly closing: Closing | null; readonly hasNews: boolean }
  | { readonly kind: "waiting-for-person" }
  | { readonly kind: "checks"; readonly checks: ChecksVerdict }
  | { readonly kind: "conflict" }
  | { readonly kind: "on-hold"; readonly by: string }
  | { readonly kind: "foreign-head" }
  /** Nothing is missing but its turn: one at a time is merged into `base`. */
  | {
      readonly kind: "in-line";
      readonly base: string;
      readonly isBehind: boolean;
      /** For another one before it, which takes a moment or the time of its checks; what GitHub said of it is old then. */
      readonly waits: "not" | "briefly" | "long";
    }
  /** GitHub brings the head up to date, and tells of the new one. */
  | { readonly kind: "updating" }
  /** GitHub merges it by itself once it has what it requires. */
  | { readonly kind: "armed" }
  /** It is in the merge queue of `base`, which is GitHub's. */
  | { readonly kind: "in-queue"; readonly state: EntryState; readonly base: string }
  /** It has left that queue unmerged; `by` is the person who took it out, null when the queue did. */
  | { readonly kind: "thrown-out"; readonly why: string; readonly by: string | null }
  /** Its review by a Worker does not let it. */
  | ({ readonly kind: "review" } & Gate)
  | { readonly kind: "refused"; readonly why: string };

/** Somebody closed the pull request or the issue; which of the two, and whether it was by merging, GitHub is being asked. */
export type Closing = { readonly of: "pull" | "issue"; readonly by: string };

/** It is the one that is being merged into `base`: GitHub was asked at `since` to bring its head up to date, and the checks of the new head are awaited. */
export type Lane = { readonly base: string; readonly from: Sha; readonly since: Millis };

/** On its way into its base branch. */
export type Merging = {
  readonly pull: Pull;
  /** What is under way: the merge itself, bringing the head up to date before it, or leaving it to GitHub's auto-merge or merge queue and taking that back. */
  readonly way: "merge" | "update" | "arm" | "disarm" | "enqueue" | "dequeue";
  readonly base: string;
  /** GitHub's word was older than another merge: a refusal is looked into. */
  readonly isStale: boolean;
  /** It waits: after a merge it means nothing, after a refused one it is looked into. */
  readonly closing: Closing | null;
  /** Something was heard of the pull request meanwhile. */
  readonly hasNews: boolean;
  /** Its own, so that a question about somebody who writes a comment meanwhile asks for no second merge. */
  readonly question: number;
};
