/** Takes jobs from one queue as they come, several at a time, until told to stop. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Millis } from "../core/ids.ts";
import { millis } from "../core/ids.ts";
import type { Clock, Job, Log, QueueName, Store } from "../ports.ts";
import { isFault } from "./fault.ts";

/** Jobs being worked on; `stop` takes no more and settles when those under way have ended. */
export type Pulling = { readonly stop: () => Promise<void> };

type Parts = { readonly store: Store; readonly clock: Clock; readonly log: Log };

/** Until a broken job is tried again, and until the store is asked again to take it back. */
const pauseMs = 2_000;

/** `work` must not reject for anything that a job can bring about: it answers or postpones the job itself. */
export function startPulling<Q extends QueueName>(
  parts: Parts,
  queue: Q,
  limit: number,
  work: (job: Job<Q>) => Promise<void>,
): Pulling {
  const { store, log } = parts;
  const active = new Set<Promise<void>>();
  const end = new AbortController();
  let claiming: Promise<void> | null = null;
  let hasNews = false;
  const mayClaim = (): boolean => hasNews && !end.signal.aborted && active.size < limit;

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
    const ended = worked(parts, job, work(job), end.signal).then(() => {
      active.delete(ended);
      wake();
    });
    active.add(ended);
  };
  const wake = (): void => {
    hasNews = true;
    if (end.signal.aborted || claiming !== null) return;
    claiming = claimAll()
      .catch((error: unknown) => log.error({ err: error, queue }, "claiming failed"))
      .then(() => {
        claiming = null;
        if (mayClaim()) wake();
      });
  };
  store.onWork(queue, wake);
  wake();
  return {
    stop: async () => {
      end.abort();
      await claiming;
      await Promise.all(active);
    },
  };
}

/** Most likely the store did not take the answer. A job that we kept would wait until the store gives it up. */
async function worked(
  { store, clock, log }: Parts,
  job: Job<QueueName>,
  work: Promise<void>,
  end: AbortSignal,
): Promise<void> {
  try {
    return await work;
  } catch (error) {
    log.error({ err: error, queue: job.queue, job: job.id }, "job broke");
  }
  while (!end.aborted) {
    const until = millis(clock.now() + pauseMs);
    try {
      return await store.postpone(job, until, "its work broke");
    } catch (error) {
      if (isFault(error) && !error.retryable) return;
      await pause(clock, until, end);
    }
  }
}

/** Until a time, or until the end. */
const pause = (clock: Clock, time: Millis, end: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const cancel = clock.at(time, resolve);
    end.addEventListener(
      "abort",
      () => {
        cancel();
        resolve();
      },
      { once: true },
    );
  });
