/** Real runs for the tests of the agents: a data folder, a worktree, a clock turned by hand and whatever the agents say. */
import { execFileSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { AgentAdapter } from "../../../src/adapters/agents/adapter.ts";
import {
  createAgents,
  type AgentsOptions,
  type LocalAgents,
} from "../../../src/adapters/agents/agents.ts";
import { claudeAgent } from "../../../src/adapters/agents/claude.ts";
import type { AgentEvent } from "../../../src/adapters/agents/event.ts";
import { killRun } from "../../../src/adapters/agents/kill.ts";
import {
  readRecord,
  runFolder,
  runsOf,
  type RunFolder,
} from "../../../src/adapters/agents/run-folder.ts";
import { scriptedAgent } from "../../../src/adapters/agents/scripted.ts";
import { noSandbox } from "../../../src/adapters/sandbox/none.ts";
import type { WorkerOrder } from "../../../src/core/effect.ts";
import {
  installationId,
  issueNumber,
  millis,
  repositoryId,
  sha,
  workerId,
} from "../../../src/core/ids.ts";
import type { Clock, Workplace } from "../../../src/ports.ts";
import { atEnd } from "../../support/cleanup.ts";
import { compiled } from "../../support/compiled.ts";

/** A place to run agents in. */
export type Yard = {
  readonly root: string;
  readonly workplace: Workplace;
  /** Of the first run. */
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
  const workplace = workplaceIn(root);
  const said: AgentEvent[] = [];
  const logged: string[] = [];
  const clock = new HandClock();
  const news = new EventEmitter();
  atEnd(test, async () => {
    const { repository, worker } = order("");
    for (const folder of await runsOf(root, repository.id, worker)) {
      const record = await readRecord(folder);
      if (record) await killRun(record);
    }
    rmSync(root, { recursive: true, force: true });
  });
  const log = (fields: object, message: string): void => {
    logged.push(JSON.stringify({ message, ...fields }));
  };
  const onEvent = (_: string, event: AgentEvent): void => {
    said.push(event);
    news.emit("event");
  };
  return {
    root,
    workplace,
    clock,
    logged,
    said,
    folder: folderOf(root, 1),
    agents: (options = {}) => {
      const agents = createAgents({
        ...plainOptions(root, clock),
        log: { info: log, warn: log, error: log },
        onEvent,
        ...options,
      });
      atEnd(test, () => agents.close());
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

/** The scripted agent, whose program starts quickly. */
export const quickAgent: AgentAdapter = {
  ...scriptedAgent,
  plan: (spec) => {
    const plan = scriptedAgent.plan(spec);
    return { ...plan, env: { ...plan.env, ...compiled } };
  },
};

/** The scripted agent, no sandbox, no model, no log. */
export const plainOptions = (root: string, clock: Clock): AgentsOptions => ({
  root,
  clock,
  log: { info: () => {}, warn: () => {}, error: () => {} },
  adapters: [quickAgent],
  sandbox: noSandbox,
  gateway: null,
  agentVariables: {},
  registryHosts: [],
  boxLimits: { memoryBytes: 2_000_000_000, processes: 200, fileBytes: 2_000_000_000 },
});

/** An agent that speaks like Claude Code and is any command. */
export const shellAgent = (
  command: readonly string[],
  fields: Partial<AgentAdapter> = {},
): AgentAdapter => ({
  ...claudeAgent({ command, hasKey: true }),
  id: "shell",
  plan: ({ brief }) => ({
    argv: command,
    env: {},
    stdin: brief,
    programs: [],
    homeFiles: {},
  }),
  ...fields,
});

/** An agent that follows its brief as shell text. */
export const shell = shellAgent(["/bin/sh"]);

/** An order for it. */
export const shellOrder = (script: string, fields: Partial<WorkerOrder> = {}): WorkerOrder =>
  order(script, { agent: "shell", ...fields });

/** Shell text that goes on until it is ended. */
export const hang = "exec tail -f /dev/null";

/** Shell text that starts a process in a session of its own and says its number. */
export const startDaemon = `setsid sleep 600 & ${sayLine("daemon $!").replace("$!", "'$!'")}`;

/** Shell text that says something as Claude Code does. */
export function sayLine(text: string): string {
  return `echo '${JSON.stringify({ type: "assistant", message: { content: [{ type: "text", text }] } })}'`;
}

/** Shell text of Claude Code's last words. */
export const resultLine = (text: string): string =>
  `echo '${JSON.stringify({ type: "result", subtype: "success", is_error: false, result: text })}'`;

/** The folders of attempt 1 of issue 5, as the Git port lays them out. */
export function workplaceIn(root: string, attempt = 1): Workplace {
  const issue = join(root, "repositories/9/issues/5");
  const workplace = {
    worktree: join(issue, String(attempt)),
    repository: join(issue, attempt === 1 ? "git" : `git-${attempt}`),
    objects: join(root, "repositories/9/mirror.git/objects"),
    home: join(issue, "home"),
  };
  for (const folder of Object.values(workplace)) mkdirSync(folder, { recursive: true });
  return workplace;
}

/** The folder of a run of the usual order. */
export const folderOf = (root: string, run: number): RunFolder =>
  runFolder(root, { repository: order("").repository.id, worker: order("").worker, run });

/** The texts among what was said. */
export const textsOf = (said: readonly AgentEvent[]): string[] =>
  said.flatMap((event) => (event.type === "text" ? [event.text] : []));

/** An order for run 1 of attempt 1 of issue 5. */
export const order = (brief: string, fields: Partial<WorkerOrder> = {}): WorkerOrder => ({
  repository: {
    id: repositoryId(9),
    owner: "acme",
    name: "widgets",
    installation: installationId(1),
  },
  issueNumber: issueNumber(5),
  attempt: 1,
  worker: workerId(issueNumber(5), millis(1_700_000_000_000)),
  run: 1,
  task: "implement",
  agent: "scripted",
  model: null,
  brief: [{ kind: "ours", text: brief }],
  session: null,
  limits: { wallClockMs: 60_000, silenceMs: 600_000, turns: 100, outputBytes: 50_000_000 },
  budget: { run: null, issue: null, repositoryDay: null, day: null },
  variables: [],
  registries: [],
  base: sha("0".repeat(40)),
  ...fields,
});

/** The usual limits but for some. */
export const limits = (fields: Partial<WorkerOrder["limits"]>): Pick<WorkerOrder, "limits"> => ({
  limits: { ...order("").limits, ...fields },
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
  #now = Date.now();
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
