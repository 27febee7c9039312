/** One try within an assignment: by whom, in how many runs, and what came of it. */
import type { Pull } from "./assignment.ts";
import type { Handover, Outcome } from "./handover.ts";
import type { Millis, Sha, WorkerId } from "./ids.ts";
import type { Task } from "./task.ts";
import type { Message } from "./wish.ts";

/** One try by one Worker. */
export type Attempt = {
  /** From 1. */
  readonly number: number;
  readonly worker: WorkerId;
  readonly task: Task;
  readonly agent: string;
  /** Null leaves it to the agent. */
  readonly model: string | null;
  readonly startedAt: Millis;
};

/** One process of an attempt's Worker; a follow-up is another one in the same worktree. */
export type Run = {
  /** From 1. */
  readonly number: number;
  /** The agent's session: the one to go on with before the run, the one that was there after it. */
  readonly session: string | null;
  /** Messages that stand in its brief. */
  readonly told: readonly Message[];
  /** Pull request that an earlier run has led to. */
  readonly pull: Pull | null;
  /** What the run before left when it was cut short; then this one is only there to hand over. Null for one that works. */
  readonly left: Left | null;
};

/** Somebody wants the Worker to stop where it is. `isAsked`: it is to write down how far it is, for the one who goes on. */
export type Relief = { readonly by: string; readonly isAsked: boolean };

/** How a run ended that was cut short, and its last words. */
export type Left = { readonly outcome: Outcome; readonly handover: Handover };

/** A try that is over. */
export type EndedAttempt = Attempt & {
  readonly endedAt: Millis;
  readonly outcome: Outcome;
  /** When the provider that refused takes requests again; null when it did not say or did not refuse. */
  readonly retryAt: Millis | null;
  readonly handover: Handover;
  /** Last commit of the attempt in the mirror that others may build on; null when there is none. */
  readonly head: Sha | null;
  /** Paths that its commits change; none where nothing of it was imported. */
  readonly files: readonly string[];
  /** Where its Worker can be called back to; null when there never was a worktree of it. */
  readonly recall: Recall | null;
};

/** Where a Worker has worked: it can go on there while the worktree is kept. */
export type Recall = Pick<Run, "number" | "session"> & {
  readonly base: Sha;
  /** Nobody had it removed. */
  readonly hasWorktree: boolean;
};
