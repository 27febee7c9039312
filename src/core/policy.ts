/** What people may configure and a decision may read: limits, names and durations. */
import type { BoardStatus } from "./issue.ts";

/** The operator's half, one per service. */
export type Policy = {
  /** One-shot label that asks for work, for example `agent:go`. */
  readonly triggerLabel: string;
  /** First word of a comment command, without the slash. */
  readonly commandPrefix: string;
  /** Busy assignments at most, over all repositories. */
  readonly slots: number;
  /** Busy assignments of one repository at most. */
  readonly slotsPerRepository: number;
  /** The agent used where a repository names none. */
  readonly agent: string;
  /** Agents that this service can start. */
  readonly agents: readonly string[];
  /** Wait before another attempt after a failed one, doubled each time, milliseconds. */
  readonly backoffMs: number;
};

/** The repository's half, from `.github/yardmaster.yml` on the default branch. */
export type RepositoryPolicy = {
  /** False stops all dispatch in this repository. */
  readonly isEnabled: boolean;
  /** Faults of the file, each with its place; none when it is valid or absent. */
  readonly faults: readonly string[];
  readonly board: BoardPolicy;
  /** Agent to use; null leaves the choice to the operator. */
  readonly agent: string | null;
  /** Attempts of one assignment before it is parked. */
  readonly maxAttempts: number;
  /** How long one worker may run, milliseconds. */
  readonly wallClockMs: number;
  /** Prefix of the branches that workers' commits are pushed to. */
  readonly branchPrefix: string;
  readonly merge: MergePolicy;
};

/** Which Projects board shows this repository's issues. */
export type BoardPolicy =
  | { readonly mode: "labels" }
  /** An organisation's project; a null number means the first board that the issue is on. */
  | { readonly mode: "organization"; readonly number: number | null }
  /** A user's project: read with the operator's token, polled, because GitHub sends no webhook for it. */
  | { readonly mode: "user"; readonly owner: string; readonly number: number };

/** Whether and how Yardmaster merges by itself. */
type MergePolicy = {
  readonly isAutomatic: boolean;
  readonly method: "squash" | "merge";
};

/** What holds where a repository has no file. */
export const defaultRepositoryPolicy: RepositoryPolicy = {
  isEnabled: true,
  faults: [],
  board: { mode: "organization", number: null },
  agent: null,
  maxAttempts: 4,
  wallClockMs: 60 * 60_000,
  branchPrefix: "feature/",
  merge: { isAutomatic: false, method: "squash" },
};

/** The board's columns in the order of work. */
export const boardStatuses: readonly BoardStatus[] = [
  "Backlog",
  "Ready",
  "In Progress",
  "In Review",
  "Blocked",
  "Done",
];
