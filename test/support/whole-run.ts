/** What all test files of one run have together: a PostgreSQL server, since starting one costs more than most files. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { silentLog } from "./log.ts";
import { remember } from "./pristine.ts";
import { query } from "./query.ts";
import { openPostgres } from "../../src/adapters/store/server.ts";
import type { Connection } from "../../src/adapters/store/server.ts";
import { openStore } from "../../src/adapters/store/store.ts";

/** A server with a database `prepared`, which has the store's tables and queues and serves as a template, and the names of copies that nobody uses in a table `spare`. */
export type PreparedServer = {
  readonly connection: Connection;
  readonly stop: () => Promise<void>;
};

/** Where the run's server is, for the processes of its files. */
const variable = "TEST_POSTGRES";

/** Enough for a good many services at once, each with a pool of its own. */
const connections = 200;

let ofRun: PreparedServer | null = null;

/** @public Called by the test runner before the first file. */
export async function globalSetup(): Promise<void> {
  ofRun = await startPrepared();
  process.env[variable] = JSON.stringify(ofRun.connection);
}

/** @public Called by the test runner after the last file. */
export async function globalTeardown(): Promise<void> {
  await ofRun?.stop();
}

/** The run's server, or one of our own when a file runs alone. */
export async function preparedServer(): Promise<PreparedServer> {
  const text = process.env[variable];
  if (text === undefined) return startPrepared();
  // Written by `globalSetup` above.
  return { connection: JSON.parse(text) as Connection, stop: async () => undefined };
}

async function startPrepared(): Promise<PreparedServer> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  const server = await openPostgres(folder, silentLog, connections);
  const { connection } = server;
  await query(connection, "create database prepared");
  const store = await openStore({ connection: { ...connection, database: "prepared" } });
  await store.close();
  await remember({ ...connection, database: "prepared" });
  await query(connection, "create table spare (name text not null)");
  return {
    connection,
    stop: async () => {
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
