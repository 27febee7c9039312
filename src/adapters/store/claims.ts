/** Jobs taken, kept, put back and taken over. A claim is named by the job's id and its number of tries. */
import { sql } from "kysely";
import type { PgBoss } from "pg-boss";

import type { Effect } from "../../core/effect.ts";
import { millis } from "../../core/ids.ts";
import type { Millis } from "../../core/ids.ts";
import type { Delivery, Job, QueueName } from "../../ports.ts";
import { unpack } from "./body.ts";
import { StoreFault, attempt } from "./fault.ts";
import { jsonText } from "./json.ts";
import { queueNames } from "./queues.ts";
import type { Database } from "./tables.ts";

/** Takes due jobs, oldest first. */
export function claim<Q extends QueueName>(
  db: Database,
  boss: PgBoss,
  queue: Q,
  limit: number,
): Promise<readonly Job<Q>[]> {
  return attempt(`claiming from ${queue}`, async () => {
    const taken = await boss.fetch<{ guid: string } | null>(queue, { batchSize: limit });
    if (taken.length === 0) return [];
    const works = await worksOf(db, queue, taken);
    const held = new Map(taken.map((job) => [job.data?.guid ?? job.id, job]));
    return works.flatMap(([reference, work]) => {
      const job = held.get(reference);
      if (job === undefined) return [];
      // The queue decides what the work is: `worksOf` reads the table that belongs to it.
      return [{ queue, id: job.id, tries: job.retryCount, work } as Job<Q>];
    });
  });
}

/** The work of the taken jobs, by guid or job id, in order of creation. */
async function worksOf(
  db: Database,
  queue: QueueName,
  taken: readonly { readonly id: string; readonly data: { readonly guid: string } | null }[],
): Promise<readonly (readonly [string, Delivery | Effect])[]> {
  if (queue === "deliveries") {
    const guids = taken.flatMap(({ data }) => (data === null ? [] : [data.guid]));
    return deliveriesOf(db, guids);
  }
  const rows = await db
    .selectFrom("effect")
    .select(["id", "effect"])
    .where(
      "id",
      "in",
      taken.map(({ id }) => id),
    )
    .orderBy("seq")
    .execute();
  return rows.map(({ id, effect }) => [id, effect as Effect]);
}

async function deliveriesOf(
  db: Database,
  guids: readonly string[],
): Promise<readonly (readonly [string, Delivery])[]> {
  const rows = await db
    .selectFrom("delivery")
    .select(["guid", "event", "body", "received_at"])
    .where("guid", "in", guids)
    .orderBy("seq")
    .execute();
  return Promise.all(
    rows.map(async ({ guid, event, body, received_at }) => {
      const receivedAt = millis(received_at.getTime());
      return [guid, { guid, event, body: await unpack(body), receivedAt }] as const;
    }),
  );
}

/** Puts a job back until a time. Throws StoreFault `fenced` when it is no longer ours. */
export function postpone(
  db: Database,
  job: Job<QueueName>,
  until: Millis,
  why: string,
): Promise<void> {
  const attempted = `postponing job ${job.id}`;
  return attempt(attempted, async () => {
    const due = new Date(until);
    const { rows } = await sql`
      update pgboss.job
         set state = 'retry', start_after = ${due}, keep_until = keep_until + (${due}::timestamptz - start_after),
             heartbeat_on = null, output = ${jsonText({ postponed: why })}::jsonb
       where name = ${job.queue} and id = ${job.id} and state = 'active'
         and retry_count = ${job.tries}
       returning id`.execute(db);
    if (rows.length !== 1)
      throw new StoreFault("fenced", attempted, "it is no longer held by this claim");
  });
}

/** Says that a job is still being worked on; false when it is no longer ours. */
export function beat(boss: PgBoss, job: Job<QueueName>): Promise<boolean> {
  return attempt(`beating for job ${job.id}`, async () => {
    const held = { id: job.id, retryCount: job.tries };
    // pg-boss types its answer as {}; the count is documented.
    const { affected } = (await boss.touch(job.queue, held)) as { readonly affected: number };
    return affected === 1;
  });
}

/** Makes every held job claimable at once. Only for the leader at its start: whoever held them is dead. */
export function reclaim(db: Database): Promise<void> {
  return attempt("taking over the jobs of the former leader", async () => {
    await sql`
      update pgboss.job set state = 'retry', start_after = now(), heartbeat_on = null
       where name = any(${[...queueNames]}) and state = 'active'`.execute(db);
  });
}
