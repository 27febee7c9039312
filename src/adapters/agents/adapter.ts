/**
 * What must be known of a kind of agent to run it. An adapter is pure but for `preflight`, and `plan` only looks where its
 * programs are; the runner owns spawn, files and kill.
 */
import type { WorkerExit } from "../../ports.ts";
import type { AgentEvent } from "./event.ts";

/** A kind of coding agent. */
export interface AgentAdapter {
  readonly id: string;
  readonly caps: AgentCaps;
  /** Can a Worker of this kind be started here? The reason says how to cure it. */
  preflight(): Promise<Preflight>;
  /** Which of the gateway's providers it talks to; null for none. */
  readonly provider: Provider | null;
  plan(run: RunSpec): Plan;
  /** A reader of one run's output, from its first line. Without its session it is taken for one that was not resumed. */
  parser(session?: RunSpec["session"]): AgentParser;
}

/** The two forms of API that the gateway speaks. */
export type Provider = "anthropic" | "openai";

/** What an agent can do by itself. */
type AgentCaps = {
  readonly resume: boolean;
  readonly maxTurns: boolean;
  readonly budget: boolean;
  readonly cost: boolean;
};

/** Whether an agent can be started, and which version that would be. */
export type Preflight =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly why: string };

/** What one run is to do. */
export type RunSpec = {
  /** Text for the agent, ready to be read. */
  readonly brief: string;
  /** Model that somebody asked for; null leaves it to the agent. */
  readonly model: string | null;
  /** Turns of the model, where the agent can count them. */
  readonly turns: number;
  /** Where models are reached; null when this run has no model. */
  readonly gateway: GatewayAddress | null;
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
  /** Absolute paths of programs and libraries outside `/usr` that it must be able to read. */
  readonly programs: readonly string[];
  /** Files to be written into the agent's home before it starts, by path relative to it. */
  readonly homeFiles: Readonly<{ [path: string]: string }>;
};

/** How an agent reaches models: an address on the loopback of its sandbox and a token that is worth nothing elsewhere. */
export type GatewayAddress = {
  /** For example `http://127.0.0.1:8080`. */
  readonly url: string;
  readonly token: string;
};

/** Variables of a child's environment. */
export type Environment = Readonly<Record<string, string>>;

/** Reads an agent's output. Neither method throws, whatever the agent writes. */
export interface AgentParser {
  push(line: string): readonly AgentEvent[];
  /** To be called once, after the last line. */
  end(end: RunEnd): ParsedExit;
}

/** A Worker's exit without what only the gateway knows. */
export type ParsedExit = Omit<WorkerExit, "usage">;

/** How the agent's process came to its end. */
export type RunEnd =
  /** By itself; a signal that killed it appears as 128 and its number. */
  | { readonly by: "itself"; readonly code: number }
  | { readonly by: "us"; readonly reason: KillReason }
  /** It is gone and left no exit record. */
  | { readonly by: "unknown" };

/** Why we ended a run. */
export type KillReason =
  | "stopped"
  | "timed-out"
  | "silent"
  | "turns-exhausted"
  | "budget-exhausted"
  | "funds-exhausted"
  | "flooded";
