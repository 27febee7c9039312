/** The Agents port: starts a Worker's process, or finds the one that an earlier start left. */
import type { Agents, Clock, Log } from "../../ports.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { BoxLimits } from "../sandbox/box.ts";
import type { AgentAdapter, Environment, Preflight } from "./adapter.ts";
import type { AgentEvent } from "./event.ts";
import type { WatchedSandbox } from "./excess.ts";
import { AgentFault } from "./fault.ts";
import { lastLines } from "./last-lines.ts";
import { occupancy } from "./occupancy.ts";
import { releasePorts } from "./ports.ts";
import { keepRunsTidy } from "./retention.ts";
import { runFolder } from "./run-folder.ts";
import { startRun, type LocalWorker } from "./start.ts";

/** What the agents of this machine are started with. */
export type AgentsOptions = {
  /** The data folder. */
  readonly root: string;
  readonly clock: Clock;
  readonly log: Log;
  /** The kinds of agents that there are. */
  readonly adapters: readonly AgentAdapter[];
  readonly sandbox: WatchedSandbox;
  /** The way to the models; null without one. */
  readonly gateway: Gateway | null;
  /** What the operator gave for agents; one sees what its repository's file names. */
  readonly agentVariables: Environment;
  /** Hosts of package registries that the operator allows. */
  readonly registryHosts: readonly string[];
  readonly boxLimits: BoxLimits;
  /** Told of everything that agents say. After a restart it is told from the beginning again. */
  readonly onEvent?: (worker: string, event: AgentEvent) => void;
  /** How long an interrupted agent may take to come to an end; 5 seconds when absent. */
  readonly graceMs?: number;
};

/** The port, and what the service asks before it starts. */
export type LocalAgents = Agents & {
  /** Can this agent be started here? */
  preflight(agent: string): Promise<Preflight>;
  /** Agents that can be named. */
  readonly names: readonly string[];
  /** Leaves all Workers to the next service on this data folder; their `exited` will not settle. */
  close(): Promise<void>;
};

/** The agents of this machine. */
export function createAgents(options: AgentsOptions): LocalAgents {
  const { root, adapters, sandbox } = options;
  const find = (id: string) => adapters.find((adapter) => adapter.id === id);
  const runs = new Map<string, Promise<LocalWorker>>();
  const places = occupancy(root, (name) => sandbox.end(name));
  const leaveTidy = keepRunsTidy(options);
  return {
    names: adapters.map(({ id }) => id),
    preflight: async (id) =>
      (await find(id)?.preflight()) ?? { ok: false, why: unknownAgent(id, adapters) },
    start: async (order, workplace) => {
      const adapter = find(order.agent);
      if (!adapter) throw new AgentFault("unknown-agent", unknownAgent(order.agent, adapters));
      const { repository, worker, run } = order;
      const folder = runFolder(root, { repository: repository.id, worker, run });
      const start = { adapter, order, workplace, folder };
      return shared(runs, folder.path, () => startRun(options, places, start));
    },
    release: async ({ worktree }) => {
      await releasePorts(root, worktree);
      await places.forget(worktree);
    },
    log: (order) => lastLines(options, order),
    close: async () => {
      leaveTidy();
      const open = await Promise.allSettled(runs.values());
      runs.clear();
      for (const run of open) if (run.status === "fulfilled") await run.value.close();
    },
  };
}

const unknownAgent = (id: string, adapters: readonly AgentAdapter[]): string =>
  `there is no agent \`${id}\`; there are ${adapters.map((adapter) => `\`${adapter.id}\``).join(" and ")}`;

/** Two starts of one run share its process, also while the first is still under way. */
async function shared(
  runs: Map<string, Promise<LocalWorker>>,
  key: string,
  start: () => Promise<LocalWorker>,
): Promise<LocalWorker> {
  const known = runs.get(key);
  if (known) return known;
  const starting = start();
  runs.set(key, starting);
  const forget = (): boolean => runs.get(key) === starting && runs.delete(key);
  starting.then(({ exited }) => exited).then(forget, forget);
  return starting;
}
