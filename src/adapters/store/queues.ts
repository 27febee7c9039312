/** pg-boss and our three queues. We claim, answer and postpone ourselves; pg-boss keeps the jobs and finds lost ones. */
import type pg from "pg";
import { PgBoss } from "pg-boss";
import type { QueueOptions } from "pg-boss";

import type { Log, QueueName } from "../../ports.ts";
import { attempt } from "./fault.ts";

export const queueNames: readonly QueueName[] = ["deliveries", "github", "attempts"];

const years = 365 * 24 * 60 * 60;

/** What holds for all: a job waits for ever and is tried for ever; whoever answers it decides when it is enough. */
const lasting: QueueOptions = {
  retryLimit: 1_000_000_000,
  retryDelay: 0,
  retentionSeconds: 10 * years,
  // Our own tables remember what was done: finished jobs are ballast.
  deleteAfterSeconds: 10 * 60,
};

/** How long a job may be held: by the clock where nobody beats, by the beat where work takes hours. */
const queues: Readonly<Record<QueueName, QueueOptions>> = {
  deliveries: { ...lasting, expireInSeconds: 5 * 60 },
  github: { ...lasting, expireInSeconds: 15 * 60 },
  // pg-boss takes at most a day here; `longestHoldSeconds` replaces it for each job.
  attempts: { ...lasting, expireInSeconds: 24 * 60 * 60, heartbeatSeconds: 60 },
};

/** Longest time that a job may be held, beats or not. */
export const longestHoldSeconds: Readonly<Record<QueueName, number>> = {
  deliveries: 5 * 60,
  github: 15 * 60,
  attempts: years,
};

/** Starts pg-boss on our own pool and makes the queues where they are missing. */
export async function openQueues(pool: pg.Pool, log: Log): Promise<PgBoss> {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schedule: false,
    superviseIntervalSeconds: 10,
    monitorIntervalSeconds: 10,
    maintenanceIntervalSeconds: 60,
  });
  // Without a listener an `error` event ends the process.
  boss.on("error", (error) => log.warn({ err: error }, "queue maintenance failed"));
  boss.on("warning", ({ message }) => log.warn({ warning: message }, "queue maintenance warns"));
  try {
    await attempt("starting the queues", async () => {
      await boss.start();
      await createQueues(boss);
    });
    return boss;
  } catch (error) {
    await closeQueues(boss);
    throw error;
  }
}

/** Ends pg-boss's timers; the pool is not its own and stays open. */
export const closeQueues = (boss: PgBoss): Promise<void> =>
  boss.stop({ graceful: false, close: false });

async function createQueues(boss: PgBoss): Promise<void> {
  const found = await boss.getQueues([...queueNames]);
  for (const name of queueNames) {
    if (found.some((queue) => queue.name === name)) await boss.updateQueue(name, queues[name]);
    else await boss.createQueue(name, queues[name]);
  }
}
