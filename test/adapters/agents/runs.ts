/** Real runs for the tests of the agents: a data folder, a worktree, a clock turned by hand and whatever the agents say. */
import { execFileSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { AgentEvent } from "../../../src/adapters/agents/event.ts";
import {
  createAgents,
  type AgentsOptions,
  type LocalAgents,
} from "../../../src/adapters/agents/agents.ts";
import { killRun } from "../../../src/adapters/agents/kill.ts";
import { readRecord, runFolder, type RunFolder } from "../../../src/adapters/agents/run-folder.ts";
import type { WorkerOrder } from "../../../src/core/effect.ts";
import {
  installationId,
  issueNumber,
  millis,
  repositoryId,
  sha,
  workerId,
} from "../../../src/core/ids.ts";
import type { Clock } from "../../../src/ports.ts";

/** A place to run agents in. */
export type Yard = {
  readonly root: string;
  readonly worktree: string;
  readonly folder: RunFolder;
  readonly clock: HandClock;
  readonly logged: string[];
  agents(options?: Partial<AgentsOptions>): LocalAgents;
  /** Everything said so far, oldest first. */
  readonly said: AgentEvent[];
  /** Settles with the first text that begins so, said or yet to be said. */
  text(start: string): Promise<string>;
};

/** A yard that is gone after the test. */
export function yard(test: TestContext): Yard {
  const root = mkdtempSync(join(tmpdir(), "agents-"));
  const worktree = join(root, "worktree");
  mkdirSync(worktree);
  const made: LocalAgents[] = [];
  const said: AgentEvent[] = [];
  const logged: string[] = [];
  const clock = new HandClock();
  const news = new EventEmitter();
  const folder = runFolder(root, order("").repository.id, order("").worker);
  test.after(async () => {
    for (const agents of made) agents.close();
    const record = await readRecord(folder);
    if (record) await killRun(record);
    rmSync(root, { recursive: true, force: true });
  });
  return {
    root,
    worktree,
    clock,
    logged,
    said,
    folder,
    agents: (options = {}) => {
      const log = (fields: object, message: string): void => {
        logged.push(JSON.stringify({ message, ...fields }));
      };
      const onEvent = (_: string, event: AgentEvent): void => {
        said.push(event);
        news.emit("event");
      };
      const agents = createAgents({
        root,
        clock,
        log: { info: log, warn: log },
        onEvent,
        ...options,
      });
      made.push(agents);
      return agents;
    },
    text: async (start) => {
      for (;;) {
        const text = textsOf(said).find((candidate) => candidate.startsWith(start));
        if (text !== undefined) return text;
        await once(news, "event");
      }
    },
  };
}

/** The texts among what was said. */
export const textsOf = (said: readonly AgentEvent[]): string[] =>
  said.flatMap((event) => (event.type === "text" ? [event.text] : []));

/** An order for attempt 1 of issue 5. */
export const order = (brief: string, agent = "scripted"): WorkerOrder => ({
  repository: {
    id: repositoryId(9),
    owner: "acme",
    name: "widgets",
    installation: installationId(1),
  },
  issueNumber: issueNumber(5),
  attempt: 1,
  worker: workerId(issueNumber(5), millis(1_700_000_000_000)),
  agent,
  brief,
  wallClockMs: 60_000,
  base: sha("0".repeat(40)),
});

/** A brief with this script. */
export const briefWith = (...script: readonly string[]): string =>
  ["# Worker", "Attempt: 1", "", "```yardmaster-script", ...script, "```", ""].join("\n");

/** Makes the worktree a git repository. */
export function initGit(worktree: string): void {
  git(worktree, "init", "--quiet", "--initial-branch=main");
}

/** Runs git and answers with what it printed. */
export function git(worktree: string, ...args: readonly string[]): string {
  return execFileSync("git", ["-C", worktree, ...args], { encoding: "utf8" }).trim();
}

/** Time that only the test moves on. */
export class HandClock implements Clock {
  #now = 1_700_000_000_000;
  readonly #alarms = new Map<() => void, number>();

  now(): ReturnType<Clock["now"]> {
    return millis(this.#now);
  }

  at(time: number, wake: () => void): () => void {
    this.#alarms.set(wake, time);
    return () => this.#alarms.delete(wake);
  }

  /** Moves on and rings what is due. */
  pass(ms: number): void {
    this.#now += ms;
    for (const [wake, time] of this.#alarms) {
      if (time <= this.#now && this.#alarms.delete(wake)) wake();
    }
  }
}
