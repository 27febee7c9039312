/** Jobs that changed nothing are answered in groups: those that come while one group is being written form the next. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Job, QueueName, Store } from "../ports.ts";

/** Answers a job; settles when that is durable. */
export type Dismissal = (job: Job<QueueName>) => Promise<void>;

type Group = { readonly jobs: Job<QueueName>[]; readonly written: Promise<void> };

/** Answers with one write at a time. */
export function createDismissal(store: Pick<Store, "dismiss">): Dismissal {
  let gathering: Group | null = null;
  let last: Promise<unknown> = Promise.resolve();

  const begin = (): Group => {
    const jobs: Job<QueueName>[] = [];
    const written = last.then(async () => {
      // Those of the same turn join.
      await nextTurn();
      gathering = null;
      await store.dismiss(jobs);
    });
    last = written.catch(() => {});
    return { jobs, written };
  };
  return (job) => {
    gathering ??= begin();
    gathering.jobs.push(job);
    return gathering.written;
  };
}
