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

  const begin = (job: Job<Q>): void => {
    const ended = work(job)
      .catch((error: unknown) => log.error({ err: error, queue, job: job.id }, "job broke"))
      .finally(() => {
        active.delete(ended);
        wake();
      });
    active.add(ended);
  };
  const claimAll = async (): Promise<void> => {
    // Jobs that are answered together end together: their places are filled by one claim.
    await nextTurn();
    while (hasNews && !isStopped && active.size < limit) {
      hasNews = false;
      const jobs = await store.claim(queue, limit - active.size);
      if (jobs.length > 0) hasNews = true;
      for (const job of jobs) begin(job);
    }
  };
  const wake = (): void => {
    hasNews = true;
    if (isStopped || claiming !== null) return;
    claiming = claimAll()
      .catch((error: unknown) => log.error({ err: error, queue }, "claiming failed"))
      .finally(() => {
        claiming = null;
        if (hasNews && !isStopped && active.size < limit) wake();
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
