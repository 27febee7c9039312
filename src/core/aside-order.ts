/** What a machine is asked for beside the work on an issue, and what it answers. */
import type { AttemptAddress } from "./effect.ts";
import type { SavedRef } from "./event.ts";
import type { WorkerId } from "./ids.ts";

/** Save all that is in worktrees of the issue, whoever left them, then remove them. */
export type ClearOrder = Pick<AttemptAddress, "repository" | "issueNumber">;

/** Tell what the last Worker has printed: so many lines, from its end. */
export type LogOrder = ClearOrder & { readonly lines: number };

/** Attempts whose worktrees are gone, and what was in them. */
export type Cleared = { readonly attempts: readonly number[]; readonly saved: readonly SavedRef[] };

/** The last lines that a Worker has printed, oldest first. */
export type RunLog = { readonly worker: WorkerId; readonly lines: readonly string[] };
