/** Takes jobs from one queue as they come, several at a time, until told to stop. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Job, Log, QueueName, Store } from "../ports.ts";

/** Jobs being worked on; `stop` takes no more and settles when those under way have ended. */
export type Pulling = { readonly stop: () => Promise<void> };

/** `work` must not reject for anything that a job can bring about: it answers or postpones the job itself. */
export function startPulling<Q extends QueueName>(
  store: Store,
  queue: Q,
  limit: number,
  work: (job: Job<Q>) => Promise<void>,
  log: Log,
): Pulling {
  const active = new Set<Promise<void>>();
  let claiming: Promise<void> | null = null;
  let hasNews = false;
  let isStopped = false;
  const mayClaim = (): boolean => hasNews && !isStopped && active.size < limit;

  const claimAll = async (): Promise<void> => {
    // Jobs that are answered together end together: their places are filled by one claim.
    await nextTurn();
    while (mayClaim()) {
      hasNews = false;
      const jobs = await store.claim(queue, limit - active.size);
      if (jobs.length > 0) hasNews = true;
      for (const job of jobs) begin(job);
    }
  };
  const begin = (job: Job<Q>): void => {
    const ended = logged(log, work(job), "job broke", { queue, job: job.id }).then(() => {
      active.delete(ended);
      wake();
    });
    active.add(ended);
  };
  const wake = (): void => {
    hasNews = true;
    if (isStopped || claiming !== null) return;
    claiming = logged(log, claimAll(), "claiming failed", { queue }).then(() => {
      claiming = null;
      if (mayClaim()) wake();
    });
  };
  store.onWork(queue, wake);
  wake();
  return {
    stop: async () => {
      isStopped = true;
      await claiming;
      await Promise.all(active);
    },
  };
}

/** What goes wrong here must not end the process; it is said and left behind. */
const logged = (log: Log, work: Promise<void>, message: string, fields: object): Promise<void> =>
  work.catch((error: unknown) => log.error({ err: error, ...fields }, message));
