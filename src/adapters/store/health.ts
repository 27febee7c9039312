/** How the store is, for `GET /healthz`. */
import { sql } from "kysely";

import { millis } from "../../core/ids.ts";
import type { Millis } from "../../core/ids.ts";
import type { QueueName } from "../../ports.ts";
import { storeFault } from "./fault.ts";
import type { Database } from "./tables.ts";

/** What the database answered, or why it did not. */
export type StoreHealth =
  | { readonly answers: false; readonly why: string }
  | {
      readonly answers: true;
      readonly lastDeliveryAt: Millis | null;
      /** Jobs that wait or are held; a queue without any is absent. */
      readonly jobs: readonly JobCount[];
    };

/** How many jobs of a queue wait and how many are held. */
type JobCount = {
  readonly queue: QueueName;
  readonly waiting: number;
  readonly held: number;
};

const answerMs = 2_000;

/** Asks the database; never rejects and never waits long. */
export async function storeHealth(db: Database): Promise<StoreHealth> {
  const silence = Promise.withResolvers<StoreHealth>();
  const why = `asking the database: no answer within ${answerMs / 1000} s`;
  const timer = setTimeout(() => silence.resolve({ answers: false, why }), answerMs);
  const answer = ask(db).catch((error: unknown): StoreHealth => ({
    answers: false,
    why: storeFault("asking the database", error).message,
  }));
  return Promise.race([answer, silence.promise]).finally(() => clearTimeout(timer));
}

async function ask(db: Database): Promise<StoreHealth> {
  const { last } = await db
    .selectFrom("delivery")
    .select(({ fn }) => fn.max("received_at").as("last"))
    .executeTakeFirstOrThrow();
  const { rows } = await sql<JobCount>`
    select name as queue, count(*) filter (where state < 'active')::int as waiting,
           count(*) filter (where state = 'active')::int as held
      from pgboss.job where state < 'completed' group by name order by name`.execute(db);
  return {
    answers: true,
    lastDeliveryAt: last === null ? null : millis(last.getTime()),
    jobs: rows,
  };
}
