/** The Agents port: starts a Worker's process, or finds the one that an earlier start left. */
import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { WorkerOrder } from "../../core/effect.ts";
import { millis } from "../../core/ids.ts";
import type { Agents, Clock, Worker } from "../../ports.ts";
import type { AgentAdapter, Environment, Preflight } from "./adapter.ts";
import { claudeAgent, type ClaudeOptions } from "./claude.ts";
import { agentEnvironment } from "./environment.ts";
import type { AgentEvent } from "./event.ts";
import { AgentFault } from "./fault.ts";
import { launch } from "./launch.ts";
import {
  createPrivateFolder,
  readRecord,
  runFolder,
  type RunFolder,
  type RunRecord,
} from "./run-folder.ts";
import { FollowedRun } from "./runner.ts";
import { scriptedAgent } from "./scripted.ts";

/** What the agents of this machine are started with. */
export type AgentsOptions = {
  /** The data folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly claude?: ClaudeOptions;
  /** Puts a command into a sandbox; the identity when absent. */
  readonly wrap?: (argv: readonly string[], env: Environment) => WrappedCommand;
  /** Told of everything that agents say. After a restart it is told from the beginning again. */
  readonly onEvent?: (worker: string, event: AgentEvent) => void;
  /** Output of one run beyond which it is ended; 50 MB when absent. */
  readonly outputCapBytes?: number;
  /** How long an interrupted agent may take to come to an end; 5 seconds when absent. */
  readonly graceMs?: number;
};

/** The part of the log that agents need. */
type Log = {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
};

/** A command as it is started. */
type WrappedCommand = { readonly argv: readonly string[]; readonly env: Environment };

/** The port, and what the service asks before it starts. */
export type LocalAgents = Agents & {
  /** Can this agent be started here? */
  preflight(agent: string): Promise<Preflight>;
  /** Agents that can be named. */
  readonly names: readonly string[];
  /** Leaves all Workers to the next service on this data folder; their `exited` will not settle. */
  close(): void;
};

/** The agents of this machine. */
export function createAgents(options: AgentsOptions): LocalAgents {
  const adapters = [scriptedAgent, claudeAgent(options.claude ?? { env: {} })];
  const find = (id: string) => adapters.find((adapter) => adapter.id === id);
  const runs = new Map<string, Promise<FollowedRun>>();
  return {
    names: adapters.map(({ id }) => id),
    preflight: async (id) =>
      (await find(id)?.preflight()) ?? { ok: false, why: unknownAgent(id, adapters) },
    start: async (order, worktree) => {
      const adapter = find(order.agent);
      if (!adapter) throw new AgentFault("unknown-agent", unknownAgent(order.agent, adapters));
      const folder = runFolder(options.root, order.repository.id, order.worker);
      return shared(runs, folder.path, () => begin(options, adapter, { order, worktree, folder }));
    },
    close: () => {
      for (const run of runs.values()) void run.then((followed) => followed.close());
      runs.clear();
    },
  };
}

const unknownAgent = (id: string, adapters: readonly AgentAdapter[]): string =>
  `there is no agent \`${id}\`; there are ${adapters.map((adapter) => `\`${adapter.id}\``).join(" and ")}`;

/** Two starts of one Worker share its process, also while the first is still under way. */
async function shared(
  runs: Map<string, Promise<FollowedRun>>,
  key: string,
  start: () => Promise<FollowedRun>,
): Promise<Worker> {
  const known = runs.get(key);
  if (known) return known;
  const starting = start();
  runs.set(key, starting);
  const forget = (): boolean => runs.get(key) === starting && runs.delete(key);
  starting.then(({ exited }) => exited).then(forget, forget);
  return starting;
}

type Start = {
  readonly order: WorkerOrder;
  readonly worktree: string;
  readonly folder: RunFolder;
};

async function begin(
  options: AgentsOptions,
  adapter: AgentAdapter,
  start: Start,
): Promise<FollowedRun> {
  const { worker, agent } = start.order;
  const { log, clock, outputCapBytes = 50_000_000, graceMs = 5_000 } = options;
  const found = await readRecord(start.folder);
  const record = found ?? (await begun(options, adapter, start));
  log.info({ worker, agent, pid: record.pid }, found ? "worker found" : "worker started");
  const onEvent = (event: AgentEvent): void => {
    if (event.type === "retried") {
      log.warn({ worker, status: event.status }, "model provider is asked again");
    }
    options.onEvent?.(worker, event);
  };
  const run = { folder: start.folder, record, parser: adapter.parser() };
  const followed = new FollowedRun(run, { clock, outputCapBytes, graceMs, onEvent });
  void followed.exited.then(({ outcome }) => log.info({ worker, agent, outcome }, "worker exited"));
  return followed;
}

async function begun(
  { root, clock, wrap = asItIs }: AgentsOptions,
  adapter: AgentAdapter,
  { order, worktree, folder }: Start,
): Promise<RunRecord> {
  const session = randomUUID();
  // Worker ids are unique in one repository of one service only.
  const mark = `${order.worker}/${session}`;
  const home = homeFolder(root, order);
  const isRoot = process.getuid?.() === 0;
  const plan = adapter.plan({
    brief: order.brief,
    session: { id: session, isResumed: false },
    isRoot,
  });
  const env = agentEnvironment({ own: process.env, added: plan.env, home, mark });
  await createPrivateFolder(home);
  const startedAt = clock.now();
  const deadline = millis(startedAt + order.wallClockMs);
  const record = { session, mark, startedAt, deadline };
  return launch({ folder, worktree, stdin: plan.stdin, record, ...wrap(plan.argv, env) });
}

const asItIs = (argv: readonly string[], env: Environment): WrappedCommand => ({ argv, env });

/** One home per issue, so that a later Worker can go on with the agent's session. */
const homeFolder = (root: string, { repository, issueNumber }: WorkerOrder): string =>
  join(root, "repositories", String(repository.id), "issues", String(issueNumber), "home");
