/** What must be known of a kind of agent to run it. An adapter is pure but for `preflight`; the runner owns spawn, files and kill. */
import type { WorkerExit } from "../../ports.ts";
import type { AgentEvent } from "./event.ts";

/** A kind of coding agent. */
export interface AgentAdapter {
  readonly id: string;
  readonly caps: AgentCaps;
  /** Can a Worker of this kind be started here? The reason says how to cure it. */
  preflight(): Promise<Preflight>;
  plan(run: RunSpec): Plan;
  /** A reader of one run's output, from its first line. */
  parser(): AgentParser;
}

/** What an agent can do by itself. */
type AgentCaps = {
  readonly resume: boolean;
  readonly maxTurns: boolean;
  readonly budget: boolean;
  readonly cost: boolean;
};

/** Whether an agent can be started, and which version that would be. */
export type Preflight =
  { readonly ok: true; readonly version: string } | { readonly ok: false; readonly why: string };

/** What one run is to do. */
export type RunSpec = {
  readonly brief: string;
  /** UUID of the agent's session; `isResumed` goes on with it. */
  readonly session: { readonly id: string; readonly isResumed: boolean };
  /** Whether the agent will run as the superuser. */
  readonly isRoot: boolean;
};

/** How to start the agent: no secret may stand in `argv`, which every user of the machine can read. */
export type Plan = {
  readonly argv: readonly string[];
  /** Added to the allowed part of our own environment. */
  readonly env: Environment;
  readonly stdin: string;
};

/** Variables of a child's environment. */
export type Environment = Readonly<Record<string, string>>;

/** Reads an agent's output. Neither method throws, whatever the agent writes. */
export interface AgentParser {
  push(line: string): readonly AgentEvent[];
  /** To be called once, after the last line. */
  end(end: RunEnd): WorkerExit;
}

/** How the agent's process came to its end. */
export type RunEnd =
  /** By itself; a signal that killed it appears as 128 and its number. */
  | { readonly by: "itself"; readonly code: number }
  | { readonly by: "us"; readonly reason: KillReason }
  /** It is gone and left no exit record. */
  | { readonly by: "unknown" };

/** Why we ended a run. */
export type KillReason = "stopped" | "timed-out" | "flooded";
