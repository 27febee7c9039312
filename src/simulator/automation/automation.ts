/** What GitHub does by itself when something has happened: suites for Apps, CI, auto-merge. It listens to the events. */
import { askInstalledApps } from "./app-suites.ts";
import { ciRuns, completeByRule, queueCi } from "./ci.ts";
import { mergeArmed } from "./auto-merge.ts";
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

/** Starts the automation of a simulator; CI runs that a former run left to themselves are taken up again. */
export function startAutomation(sim: Sim): Automation {
  const timers = new Set<NodeJS.Timeout>();
  let work: Promise<void> = Promise.resolve();
  const failures: unknown[] = [];
  let isClosed = false;

  const later = (step: () => Promise<void>): void => {
    work = work.then(async () => {
      if (isClosed) return;
      try {
        await step();
      } catch (error) {
        failures.push(error);
        const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
        process.stderr.write(`simulator: ${text}\n`);
      }
    });
  };

  const watchCi = (repository: Repository, runs: readonly CheckRun[]): void => {
    const rule = sim.world.ciRules.get(repository.id);
    if (runs.length === 0 || rule?.auto === null || rule?.auto === undefined) return;
    const finish = async (): Promise<void> => {
      if (!repository.archived) completeByRule(sim, repository, runs);
    };
    if (rule.auto.afterMs === 0) {
      later(finish);
      return;
    }
    const timer = setTimeout(() => {
      timers.delete(timer);
      later(finish);
    }, rule.auto.afterMs);
    timers.add(timer.unref());
  };

  const follow = async (emission: Emission, repository: Repository): Promise<void> => {
    if (repository.archived) return;
    if (emission.event === "push") await askInstalledApps(sim, repository, emission.payload);
    if (emission.event === "pull_request") watchCi(repository, await queueCi(sim, repository));
    if (MOVES_MERGES.has(emission.event)) await mergeArmed(sim, repository);
  };

  for (const { id } of sim.world.ciRules.values()) {
    const repository = known(sim.world.repositories, id);
    watchCi(repository, ciRuns(sim, repository));
  }
  return {
    notice: (emission) => {
      const { repository } = emission;
      if (repository !== null) later(async () => await follow(emission, repository));
    },
    settled: async () => {
      let seen: Promise<void>;
      do {
        seen = work;
        await seen;
      } while (seen !== work);
      if (failures.length > 0) throw new AggregateError(failures.splice(0), "automation broke");
    },
    close: async () => {
      isClosed = true;
      for (const timer of timers) clearTimeout(timer);
      await work;
    },
  };
}
