/** What GitHub does by itself when something has happened: suites for Apps, CI, auto-merge, the merge queue. It listens to the events. */
import { askInstalledApps } from "./app-suites.ts";
import { ciRuns, completeByRule, queueCi } from "./ci.ts";
import { openChain } from "./chain.ts";
import { mergeArmed } from "./auto-merge.ts";
import { advanceQueues } from "./merge-queue.ts";
import { known } from "../world/find.ts";
import type { CheckRun } from "../world/pulls.ts";
import type { Emission } from "../webhooks/emission.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** The hands that act by themselves, one thing after the other. */
export interface Automation {
  /** Takes note of an event; what follows happens later. */
  readonly notice: (emission: Emission) => void;
  /** Resolves when all that follows from the events so far is done, CI's own time aside; rejects when it broke. */
  readonly settled: () => Promise<void>;
  /** Lets nothing more happen. */
  readonly close: () => Promise<void>;
}

const MOVES_MERGES = new Set([
  "check_run",
  "check_suite",
  "pull_request",
  "pull_request_review",
  "push",
  "status",
]);

const BRINGS_HEADS = new Set(["merge_group", "pull_request"]);

/** Starts the automation of a simulator; CI runs that a former run left to themselves are taken up again. */
export function startAutomation(sim: Sim): Automation {
  const chain = openChain();
  const timers = new Set<NodeJS.Timeout>();

  const watchCi = (repository: Repository, runs: readonly CheckRun[]): void => {
    const rule = sim.world.ciRules.get(repository.id);
    if (runs.length === 0 || rule?.auto === null || rule?.auto === undefined) return;
    const finish = async (): Promise<void> => {
      if (!repository.archived) completeByRule(sim, repository, runs);
    };
    if (rule.auto.afterMs === 0) {
      chain.add(finish);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      chain.add(finish);
    }, rule.auto.afterMs);
    timers.add(timer.unref());
  };

  for (const { id } of sim.world.ciRules.values()) {
    const repository = known(sim.world.repositories, id);
    watchCi(repository, ciRuns(sim, repository));
  }
  return {
    notice: (emission) => {
      const { repository } = emission;
      if (repository !== null)
        chain.add(async () => await follow(sim, emission, repository, watchCi));
    },
    settled: chain.settled,
    close: async () => {
      for (const timer of timers) clearTimeout(timer);
      await chain.close();
    },
  };
}

async function follow(
  sim: Sim,
  emission: Emission,
  repository: Repository,
  watchCi: (repository: Repository, runs: readonly CheckRun[]) => void,
): Promise<void> {
  if (repository.archived) return;
  if (emission.event === "push") await askInstalledApps(sim, repository, emission.payload);
  if (BRINGS_HEADS.has(emission.event)) watchCi(repository, await queueCi(sim, repository));
  if (!MOVES_MERGES.has(emission.event)) return;
  await mergeArmed(sim, repository);
  await advanceQueues(sim, repository);
}
