/** A database of its own for each test, on one real PostgreSQL server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { TestContext } from "node:test";

import { atEnd } from "./cleanup.ts";
import { preparedServer, query } from "./whole-run.ts";
import type { PreparedServer } from "./whole-run.ts";
import type { Connection } from "../../src/adapters/store/server.ts";
import type { OpenLedger } from "../../src/adapters/store/ledger.ts";
import { openStore } from "../../src/adapters/store/store.ts";
import type { OpenStore } from "../../src/adapters/store/store.ts";

export { query } from "./whole-run.ts";

let server: Promise<PreparedServer> | null = null;
let ledgers: Promise<OpenStore> | null = null;
let databases = 0;

// Registered while the file is loaded: inside a test it would belong to that test.
after(async () => {
  if (server === null) return;
  const { connection, stop } = await server;
  if (ledgers !== null) {
    await (await ledgers).close();
    await drop(connection, ledgersName);
  }
  await stop();
});

/** A fresh database with the store's tables and queues in it. */
export async function postgresForTest(t: TestContext): Promise<Connection> {
  return databaseForTest(t, "prepared");
}

/** A fresh database with nothing in it. */
export async function emptyPostgresForTest(t: TestContext): Promise<Connection> {
  return databaseForTest(t, "template1");
}

async function databaseForTest(t: TestContext, template: string): Promise<Connection> {
  server ??= preparedServer();
  const { connection } = await server;
  databases += 1;
  const database = `test_${process.pid}_${databases}`;
  await query(connection, `create database ${database} template ${template}`);
  atEnd(t, () => drop(connection, database));
  return { ...connection, database };
}

/** A store on a fresh database, closed with the test. */
export async function storeForTest(t: TestContext): Promise<OpenStore> {
  const store = await openStore({ connection: await postgresForTest(t) });
  atEnd(t, () => store.close());
  return store;
}

/** A ledger with nothing in it, which all tests of the process have one after the other: much cheaper than a database for each. */
export async function ledgerForTest(): Promise<OpenLedger> {
  server ??= preparedServer();
  const connection = { ...(await server).connection, database: ledgersName };
  ledgers ??= query(
    (await server).connection,
    `create database ${ledgersName} template prepared`,
  ).then(() => openStore({ connection }));
  const { ledger } = await ledgers;
  await query(connection, "truncate yardmaster.spending, yardmaster.raise");
  return ledger;
}

/** A folder that is removed with the test. */
export async function folderForTest(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

const ledgersName = `ledgers_${process.pid}`;

const drop = (connection: Connection, database: string): Promise<unknown> =>
  query(connection, `drop database if exists ${database} with (force)`);
