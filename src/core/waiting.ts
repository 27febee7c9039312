/** What keeps a queued assignment from beginning. */
import type { Millis, Sha } from "./ids.ts";
import type { Claim } from "./issue.ts";

/** What a queued assignment waits for; people see it in these terms. */
export type Waiting =
  /** GitHub's answer. `hasSlot` when nothing but that answer stands between it and a Worker; `hasNews` when the answer under way may be older than what we heard since. */
  | { readonly for: "inspection"; readonly hasSlot: boolean; readonly hasNews: boolean }
  /** Approved and free of blockers as of `inspectedAt`. */
  | { readonly for: "slot"; readonly inspectedAt: Millis }
  /** `circle`: the way from this issue over its blockers back to itself, both ends included; null where there is none. */
  | {
      readonly for: "blockers";
      readonly references: readonly string[];
      readonly circle: readonly string[] | null;
    }
  /** Somebody busy is at the same paths, as they say or as their work shows; `path` is the first of its own that is shared. */
  | {
      readonly for: "overlap";
      readonly with: string;
      readonly path: string;
      readonly inspectedAt: Millis;
    }
  /** So many pull requests of the repository wait for people that no further one is wanted. */
  | { readonly for: "reviews"; readonly open: number; readonly inspectedAt: Millis }
  /** What GitHub says of the issue that this one is part of, which may be an integration plan. */
  | { readonly for: "plan"; readonly inspectedAt: Millis }
  /** An integration plan, until every sub-issue is closed; `references` are those that are open. */
  | { readonly for: "parts"; readonly references: readonly string[] }
  /** What an integration plan asks of GitHub itself at its end. */
  | { readonly for: "integration"; readonly step: "updating" }
  | { readonly for: "integration"; readonly step: "opening"; readonly head: Sha }
  /** Somebody with write access must look at the text first. */
  | { readonly for: "approval"; readonly doubts: readonly string[] }
  /** Another system's Worker is at the issue, and nobody with write access has said that ours may be too. */
  | { readonly for: "claim"; readonly claim: Claim }
  /** Nothing else than that somebody put it on hold. */
  | { readonly for: "unhold" }
  /** The pull request that takes merged work back. */
  | { readonly for: "revert" }
  /** The machine that has the worktrees and what Workers printed. */
  | { readonly for: "machine" }
  /** The pause after a failed attempt. */
  | { readonly for: "time"; readonly until: Millis }
  /** The agent's provider refuses it, whoever asks. */
  | { readonly for: "provider"; readonly agent: string; readonly until: Millis }
  /** Failures correlate, so nothing begins; a null `until` is the end of the one attempt that is let through. */
  | { readonly for: "breaker"; readonly cause: string; readonly until: Millis | null };
