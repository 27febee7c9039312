/** Jobs into pg-boss's table within our own transactions, in exact order. */
import { sql } from "kysely";

import type { QueueName } from "../../ports.ts";
import { jsonText } from "./json.ts";
import { longestHoldSeconds } from "./queues.ts";
import type { Database } from "./tables.ts";

/** A job to queue under its id; an id that is queued already stays as it is. */
export type Queued = {
  readonly id: string;
  readonly queue: QueueName;
  readonly data: object | null;
};

/**
 * Written by hand rather than by `boss.insert` for two reasons: jobs of one transaction keep their order (they would
 * share one creation time), and an attempt may be held for longer than the day that pg-boss's options allow.
 */
export async function enqueue(db: Database, jobs: readonly Queued[]): Promise<void> {
  if (jobs.length === 0) return;
  const rows = jobs.map(({ id, queue, data }, place) => ({
    id,
    name: queue,
    data,
    place,
    hold: longestHoldSeconds[queue],
  }));
  await sql`
    insert into pgboss.job
      (id, name, data, start_after, created_on, keep_until, retry_limit, retry_delay, retry_backoff,
       expire_seconds, deletion_seconds, heartbeat_seconds, policy)
    select j.id, j.name, j.data, now(), now() + j.place * interval '1 microsecond',
           now() + q.retention_seconds * interval '1 second', q.retry_limit, q.retry_delay,
           q.retry_backoff, j.hold, q.deletion_seconds, q.heartbeat_seconds, q.policy
      from jsonb_to_recordset(${jsonText(rows)}::jsonb)
             as j (id uuid, name text, data jsonb, place integer, hold integer)
      join pgboss.queue q on q.name = j.name
    on conflict do nothing`.execute(db);
}
