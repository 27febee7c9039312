/** A database of its own for each test, on one real PostgreSQL server. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { TestContext } from "node:test";

import { atEnd } from "./cleanup.ts";
import { restore } from "./pristine.ts";
import { query } from "./query.ts";
import { preparedServer } from "./whole-run.ts";
import type { PreparedServer } from "./whole-run.ts";
import type { Connection } from "../../src/adapters/store/server.ts";
import type { OpenLedger } from "../../src/adapters/store/ledger.ts";
import { openStore } from "../../src/adapters/store/store.ts";
import type { OpenStore } from "../../src/adapters/store/store.ts";

let server: Promise<PreparedServer> | null = null;
let ledgers: Promise<Ledgers> | null = null;
let databases = 0;

// Registered while the file is loaded: inside a test it would belong to that test.
after(async () => {
  if (server === null) return;
  const { connection, stop } = await server;
  if (ledgers !== null) {
    const { store, database } = await ledgers;
    await store.close();
    await giveBack(connection, database);
  }
  await stop();
});

/** A fresh database with the store's tables and queues in it. */
export async function postgresForTest(t: TestContext): Promise<Connection> {
  const connection = await connectionToServer();
  const database = await takeDatabase(connection);
  atEnd(t, () => giveBack(connection, database));
  return { ...connection, database };
}

/** A fresh database with nothing in it. */
export async function emptyPostgresForTest(t: TestContext): Promise<Connection> {
  const connection = await connectionToServer();
  const database = await makeDatabase(connection, "template1");
  atEnd(t, () => query(connection, `drop database ${database} with (force)`));
  return { ...connection, database };
}

/** A store on a fresh database, closed with the test. */
export async function storeForTest(t: TestContext): Promise<OpenStore> {
  const store = await openStore({ connection: await postgresForTest(t) });
  atEnd(t, () => store.close());
  return store;
}

/** A ledger with nothing in it, which all tests of the process have one after the other: much cheaper than a store for each. */
export async function ledgerForTest(): Promise<OpenLedger> {
  ledgers ??= openLedgers();
  const { store, connection } = await ledgers;
  await query(connection, "delete from yardmaster.spending; delete from yardmaster.raise");
  return store.ledger;
}

/** A folder that is removed with the test. */
export async function folderForTest(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  return folder;
}

type Ledgers = {
  readonly store: OpenStore;
  readonly connection: Connection;
  readonly database: string;
};

async function openLedgers(): Promise<Ledgers> {
  const server = await connectionToServer();
  const database = await takeDatabase(server);
  const connection = { ...server, database };
  return { store: await openStore({ connection }), connection, database };
}

async function connectionToServer(): Promise<Connection> {
  server ??= preparedServer();
  return (await server).connection;
}

/** A database that an earlier test has given back, in whatever file it was, or a new one. */
async function takeDatabase(connection: Connection): Promise<string> {
  const [spare] = await query(
    connection,
    `delete from spare where name = (select name from spare limit 1 for update skip locked)
     returning name`,
  );
  return spare === undefined ? makeDatabase(connection, "prepared") : String(spare["name"]);
}

async function giveBack(connection: Connection, database: string): Promise<void> {
  await restore({ ...connection, database });
  await query(connection, "insert into spare values ($1)", [database]);
}

async function makeDatabase(connection: Connection, template: string): Promise<string> {
  databases += 1;
  const database = `test_${process.pid}_${databases}`;
  await query(connection, `create database ${database} template ${template}`);
  return database;
}
