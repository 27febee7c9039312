/** Jobs into pg-boss's table within our own transactions, in exact order. */
import { CompiledQuery } from "kysely";

import type { QueueName } from "../../ports.ts";
import { jsonText } from "./json.ts";
import { longestHoldSeconds } from "./queues.ts";
import type { Database } from "./tables.ts";

/**
 * The insert of the jobs that `source` selects as (id, name, data, place, hold); an id that is queued already stays.
 * Written by hand rather than by `boss.insert` for two reasons: jobs of one transaction keep their order (they would
 * share one creation time), and an attempt may be held for longer than the day that pg-boss's options allow.
 */
export const insertJobs = (source: string): string => `
  insert into pgboss.job
    (id, name, data, start_after, created_on, keep_until, retry_limit, retry_delay, retry_backoff,
     expire_seconds, deletion_seconds, heartbeat_seconds, policy)
  select j.id, j.name, j.data, now(), now() + j.place * interval '1 microsecond',
         now() + q.retention_seconds * interval '1 second', q.retry_limit, q.retry_delay,
         q.retry_backoff, j.hold, q.deletion_seconds, q.heartbeat_seconds, q.policy
    from (${source}) j join pgboss.queue q on q.name = j.name
  on conflict do nothing`;

const listed = insertJobs(`
  select * from jsonb_to_recordset($1::jsonb)
    as l (id uuid, name text, data jsonb, place integer, hold integer)`);

/** Queues jobs without payload, in this order; their work is found by their ids. */
export async function enqueue(
  db: Database,
  jobs: readonly { readonly id: string; readonly queue: QueueName }[],
): Promise<void> {
  if (jobs.length === 0) return;
  const rows = jobs.map(({ id, queue }, place) => ({
    id,
    name: queue,
    data: null,
    place,
    hold: longestHoldSeconds[queue],
  }));
  await db.executeQuery(CompiledQuery.raw(listed, [jsonText(rows)]));
}
