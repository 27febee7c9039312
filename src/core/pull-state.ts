/** What GitHub says of a pull request. */
import type { Sha } from "./ids.ts";
import type { Critique, Failure } from "./task.ts";

/** A pull request as GitHub tells it when asked. */
export type PullState = {
  readonly state: "open" | "closed" | "merged";
  readonly head: Sha;
  /** Head of the branch that it is to be merged into. */
  readonly base: Sha;
  /** Parents of the head, first that of its own branch; none where the branch is gone. */
  readonly parents: readonly Sha[];
  /** Must it be brought up to date with its base before it may be merged? */
  readonly isBehind: boolean;
  /** GitHub's own auto-merge: `possible` where it is offered because something that GitHub requires is missing, `ours` when we have armed it. */
  readonly autoMerge: "none" | "possible" | "theirs" | "ours";
  /** GitHub's own merge queue of its base branch. */
  readonly queue: QueueState;
  readonly headBranch: string;
  /** Where that branch is: `default` is the one that the repository shows first. */
  readonly headPlace: "repository" | "default" | "fork";
  readonly baseBranch: string;
  readonly isDraft: boolean;
  readonly labels: readonly string[];
  /** Who has put the label on that asks for a merge, and may ask for that; null without such a label. */
  readonly mergeLabelledBy: string | null;
  /** `unknown` while GitHub still computes it. */
  readonly mergeable: "clean" | "conflicting" | "unknown";
  readonly checks: ChecksVerdict;
  /** What the failed checks say; none unless they are `failing`. */
  readonly failures: readonly Failure[];
  /** What people with write access want changed: requested changes and unresolved threads, whatever head they were said of. */
  readonly critiques: readonly Critique[];
};

/** What others' checks say of one head; ours is left out. `none` means that not one has reported. */
export type ChecksVerdict = "none" | "pending" | "passing" | "failing";

/** A merge queue as seen from one pull request. `removal` is how it left the queue last; null when it never has. */
export type QueueState =
  /** The base branch has none. */
  | { readonly kind: "none" }
  | { readonly kind: "out"; readonly removal: Removal | null }
  /** `isOurs`: we put it in. */
  | {
      readonly kind: "in";
      readonly state: EntryState;
      readonly isOurs: boolean;
      readonly removal: Removal | null;
    };

/** https://docs.github.com/graphql/reference/enums#mergequeueentrystate */
export type EntryState = "queued" | "awaiting-checks" | "mergeable" | "unmergeable" | "locked";

/** A pull request's way out of a merge queue. */
export type Removal = {
  readonly id: string;
  /** GitHub's name for why, such as `failed_checks`. */
  readonly reason: string;
  /** The person who took it out; null for the queue itself, and for Apps. */
  readonly by: string | null;
  /** The failed checks of what the queue had made of it, as far as they were asked for. */
  readonly failures: readonly Failure[];
};
