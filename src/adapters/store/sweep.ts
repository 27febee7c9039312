/** What is forgotten: after thirty days handled deliveries and the keys of ended assignments, after a year what models cost. */
import { sql } from "kysely";

import type { Log } from "../../ports.ts";
import { attempt } from "./fault.ts";
import type { Database } from "./tables.ts";

const dayMs = 24 * 60 * 60 * 1_000;

/** A sweep that comes back every day. */
export type Sweep = { stop(): Promise<void> };

/** Sweeps now and every day. */
export function startSweep(db: Database, log: Log): Sweep {
  let sweeping: Promise<void> = Promise.resolve();
  const begin = (): void => {
    sweeping = sweep(db).catch((fault: unknown) => log.warn({ err: fault }, "sweep failed"));
  };
  begin();
  const daily = setInterval(begin, dayMs);
  daily.unref();
  return {
    stop: () => {
      clearInterval(daily);
      return sweeping;
    },
  };
}

function sweep(db: Database): Promise<void> {
  return attempt("deleting what is old", async () => {
    await sql`
      delete from yardmaster.delivery
       where received_at < now() - interval '30 days' and processed_at is not null`.execute(db);
    await sql`
      delete from yardmaster.effect e using yardmaster.assignment a
       where a.id = e.assignment and a.ended_at < now() - interval '30 days'
         and not exists (
           select from pgboss.job j where j.id = e.id and j.state < 'completed')`.execute(db);
    await sql`delete from yardmaster.spending where at < now() - interval '1 year'`.execute(db);
    await sql`delete from yardmaster.raise where until < now() - interval '1 year'`.execute(db);
  });
}
