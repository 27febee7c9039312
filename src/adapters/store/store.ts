/** The Store port on PostgreSQL: the same code on the embedded server and on any other of version 15 or later. */
import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import type { PgBoss } from "pg-boss";

import type { Assignment } from "../../core/assignment.ts";
import { queueOf } from "../../core/queue-of.ts";
import type { Log, Store } from "../../ports.ts";
import { beat, claim, postpone, reclaim } from "./claims.ts";
import { commitStep } from "./commit.ts";
import { deliveryKeeper } from "./deliveries.ts";
import { dismiss } from "./dismiss.ts";
import { StoreFault, attempt } from "./fault.ts";
import { storeHealth } from "./health.ts";
import type { StoreHealth } from "./health.ts";
import { createLedger } from "./ledger.ts";
import type { OpenLedger } from "./ledger.ts";
import { migrate } from "./migrations.ts";
import { closeQueues, openQueues, queueNames } from "./queues.ts";
import type { Connection } from "./server.ts";
import { silent } from "./silent.ts";
import { startSweep } from "./sweep.ts";
import type { Database, Tables } from "./tables.ts";
import { startWakes } from "./wakes.ts";

/** What `openStore` needs. */
export type StoreSettings = {
  readonly connection: Connection;
  readonly log?: Log;
  /** True for the leader at its start: whatever a former leader held is claimable again. */
  readonly reclaim?: boolean;
};

/** The port, and what only the process around it needs. */
export type OpenStore = Store & {
  /** Makes held jobs claimable again. Only for a standby that has become the leader. */
  reclaim(): Promise<void>;
  /** Whether the database answers, and what waits in it. */
  health(): Promise<StoreHealth>;
  /** What models cost, in the same database. */
  readonly ledger: OpenLedger;
};

const oldestServer = 15;

/** Opens the store, with its tables and queues brought up to date. Throws StoreFault `setup` where the operator must act. */
export async function openStore(settings: StoreSettings): Promise<OpenStore> {
  const log = settings.log ?? silent;
  const pool = openPool(settings.connection, log);
  const db: Database = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(
    "yardmaster",
  );
  let boss: PgBoss | null = null;
  try {
    await checkServer(db, log);
    boss = await alone(pool, async () => {
      await migrate(db);
      return openQueues(pool, log);
    });
    if (settings.reclaim === true) await reclaim(db);
    return assemble({ pool, db, boss, log });
  } catch (error) {
    if (boss !== null) await closeQueues(boss);
    await db.destroy();
    throw error;
  }
}

type Parts = {
  readonly pool: pg.Pool;
  readonly db: Database;
  readonly boss: PgBoss;
  readonly log: Log;
};

function assemble({ pool, db, boss, log }: Parts): OpenStore {
  const wakes = startWakes();
  const sweep = startSweep(db, log);
  const keeper = deliveryKeeper(pool, () => wakes.wake("deliveries"));
  return {
    liveAssignments: () => liveAssignments(db),
    commit: async (step) => {
      await commitStep(db, boss, step);
      for (const queue of new Set(step.owed.map(({ type }) => queueOf(type)))) wakes.wake(queue);
    },
    dismiss: (jobs) => dismiss(db, jobs),
    keepDelivery: (delivery) => keeper.keep(delivery),
    claim: async (queue, limit) => {
      // A sender waits for the first and nobody for the second: in a burst deliveries are kept before any is read.
      if (queue === "deliveries") await keeper.lull();
      return claim(db, boss, queue, limit);
    },
    postpone: (job, until, why) => postpone(db, job, until, why),
    beat: (job) => beat(boss, job),
    onWork: (queue, wake) => wakes.on(queue, wake),
    reclaim: async () => {
      await reclaim(db);
      for (const queue of queueNames) wakes.wake(queue);
    },
    health: () => storeHealth(db),
    ledger: createLedger(db),
    close: async () => {
      wakes.stop();
      await sweep.stop();
      await keeper.idle();
      await closeQueues(boss);
      await db.destroy();
    },
  };
}

function openPool(connection: Connection, log: Log): pg.Pool {
  const pool = new pg.Pool({
    ...connection,
    max: 10,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: "yardmaster",
    // A backlog comes faster than statistics: a planner that believes in a short queue reads and sorts all of it for
    // each claim, where the queue's index has it in order.
    onConnect: async (client) => {
      await client.query("set enable_bitmapscan = off");
    },
  });
  // Without a listener the end of an idle connection ends the process.
  pool.on("error", (error) => log.warn({ err: error }, "database connection lost"));
  return pool;
}

/** Any number that nothing else in the database locks: "setu" in ASCII. */
const setupKey = 0x73657475;

/** One replica at a time makes and changes tables: two that create one schema at once fail. */
async function alone<T>(pool: pg.Pool, work: () => Promise<T>): Promise<T> {
  const session = await attempt("preparing the database", () => pool.connect());
  try {
    await attempt("preparing the database", () =>
      session.query("select pg_advisory_lock($1)", [setupKey]),
    );
    return await work();
  } finally {
    // Ending the session releases the lock, whatever state the session is in.
    session.release(true);
  }
}

async function checkServer(db: Database, log: Log): Promise<void> {
  const { rows } = await attempt("connecting to the database", () =>
    sql<{ version: number; durability: string }>`
      select current_setting('server_version_num')::int as version,
             concat_ws(' ', current_setting('fsync'), current_setting('synchronous_commit')) as durability
    `.execute(db),
  );
  const [server = { version: 0, durability: "" }] = rows;
  const major = Math.floor(server.version / 10_000);
  if (major < oldestServer)
    throw new StoreFault(
      "setup",
      "opening the store",
      `the server is PostgreSQL ${major}, and ${oldestServer} is the oldest that serves; point DATABASE_URL to a newer one`,
    );
  if (server.durability.split(" ").includes("off"))
    log.warn(
      {},
      "this database may lose acknowledged deliveries in a power cut: fsync or synchronous_commit is off",
    );
}

/** Only the rows of the partial index are read, however many have ended. */
function liveAssignments(db: Database): Promise<readonly Assignment[]> {
  return attempt("reading the live assignments", async () => {
    const rows = await db
      .selectFrom("assignment")
      .select("state")
      .where("ended_at", "is", null)
      .orderBy("requested_at")
      .orderBy("id")
      .execute();
    // Written by `commitStep` from the same type.
    return rows.map(({ state }) => state as Assignment);
  });
}
