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
  /** Pull requests of one repository that may wait for people before no further work begins there; null for no limit. */
  readonly reviewLimit: number | null;
  /** The agent used where a repository names none. */
  readonly agent: string;
  /** Agents that this service can start. */
  readonly agents: readonly string[];
  /** Agents that it was told to offer and cannot start, with the reason and its cure. */
  readonly unavailable: Readonly<{ [agent: string]: string }>;
  /** What keeps agents from the machine. */
  readonly sandbox: "bubblewrap" | "none";
  /** What the operator allows at most; a repository may only ask for less. */
  readonly budget: Budget;
  /** Wait before another attempt after a failed one, doubled each time, milliseconds. */
  readonly backoffMs: number;
  /** From a change to the next report on a tracking issue, which is also the least time between two reports, milliseconds. */
  readonly trackingMs: number;
  /** How long an agent is not used whose provider refused and did not say until when, doubled each time, milliseconds. */
  readonly providerPauseMs: number;
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
  /** How often a Worker that changes nothing finds out why attempts fail. */
  readonly researchCycles: number;
  readonly limits: Limits;
  readonly budget: Budget;
  readonly gates: Gates;
  /** Names of variables that its workers need; the operator decides what they hold. */
  readonly variables: readonly string[];
  /** Hosts of package registries that its workers want to reach; the operator must allow them too. */
  readonly registries: readonly string[];
  /** Model to use; null leaves the choice to the agent. */
  readonly model: string | null;
  /** Whose comments a Worker's brief may hold. */
  readonly briefComments: "writers" | "everyone" | "none";
  /** Prefix of the branches that workers' commits are pushed to. */
  readonly branchPrefix: string;
  readonly merge: MergePolicy;
  readonly pulls: PullPolicy;
  readonly review: ReviewPolicy;
};

/** What Workers do about pull requests of ours that are open. */
type PullPolicy = {
  /** Resolve conflicts with the base branch. */
  readonly rebase: boolean;
  /** Mend failed checks. */
  readonly fix: boolean;
  /** Do what reviewers with write access ask for. */
  readonly revise: boolean;
  /** How often for each of the three. */
  readonly attempts: number;
};

/** Whether a Worker judges pull requests of ours. */
type ReviewPolicy = {
  /** Each head, before it is merged. */
  readonly isAutomatic: boolean;
};

/** How far one run of a Worker may go. */
export type Limits = {
  readonly wallClockMs: number;
  /** Without a sign of life from the agent. */
  readonly silenceMs: number;
  /** Turns of the model. */
  readonly turns: number;
  readonly outputBytes: number;
};

/** What models may cost, in US dollars; null is no limit. */
export type Budget = {
  /** One run of a Worker. */
  readonly run: number | null;
  /** All Workers of one issue together. */
  readonly issue: number | null;
  /** One repository in one day (UTC). */
  readonly repositoryDay: number | null;
  /** The whole service in one day (UTC). */
  readonly day: number | null;
};

/** What finished work must not do without a person's consent. */
export type Gates = {
  /** Paths as in `.gitignore`, whose change somebody with write access must approve. */
  readonly protectedPaths: readonly string[];
  /** Largest file that may be added or changed. */
  readonly fileBytes: number;
  /** Files that may be changed in all. */
  readonly files: number;
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
  researchCycles: 3,
  limits: {
    wallClockMs: 60 * 60_000,
    silenceMs: 15 * 60_000,
    turns: 100,
    outputBytes: 50_000_000,
  },
  budget: { run: null, issue: null, repositoryDay: null, day: null },
  gates: {
    protectedPaths: [
      ".github/",
      "CODEOWNERS",
      "AGENTS.md",
      "CLAUDE.md",
      "CLAUDE.local.md",
      "GEMINI.md",
      ".claude/",
      ".codex/",
      ".cursor/",
      ".gemini/",
      ".opencode/",
      ".mcp.json",
      ".claude.json",
      ".gitmodules",
      ".husky/",
      ".ripgreprc",
    ],
    fileBytes: 10_000_000,
    files: 1_000,
  },
  variables: [],
  registries: [],
  model: null,
  briefComments: "writers",
  branchPrefix: "feature/",
  merge: { isAutomatic: false, method: "squash" },
  pulls: { rebase: true, fix: true, revise: true, attempts: 3 },
  review: { isAutomatic: false },
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
