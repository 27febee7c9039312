/** One real PostgreSQL server per test process, and a database of its own for each test. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { TestContext } from "node:test";

import pg from "pg";

import { atEnd } from "./cleanup.ts";
import { silentLog } from "./log.ts";
import { openPostgres } from "../../src/adapters/store/server.ts";
import type { Connection, EmbeddedPostgres } from "../../src/adapters/store/server.ts";
import type { OpenLedger } from "../../src/adapters/store/ledger.ts";
import { openStore } from "../../src/adapters/store/store.ts";
import type { OpenStore } from "../../src/adapters/store/store.ts";

/** Enough for a good many services at once, each with a pool of its own. */
const connections = 200;

type Shared = { readonly folder: string; readonly server: EmbeddedPostgres };

let shared: Promise<Shared> | null = null;
let ledgers: Promise<OpenStore> | null = null;
let databases = 0;

// Registered while the file is loaded: inside a test it would belong to that test.
after(async () => {
  if (shared === null) return;
  const { folder, server } = await shared;
  await (await ledgers)?.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

/** A fresh database with the store's tables and queues in it. */
export async function postgresForTest(t: TestContext): Promise<Connection> {
  shared ??= startShared();
  const server = (await shared).server.connection;
  databases += 1;
  const database = `test_${databases}`;
  await administer(server, `create database ${database} template prepared`);
  atEnd(t, () => administer(server, `drop database if exists ${database} with (force)`));
  return { ...server, database };
}

/** A store on a fresh database, closed with the test. */
export async function storeForTest(t: TestContext): Promise<OpenStore> {
  const store = await openStore({ connection: await postgresForTest(t) });
  atEnd(t, () => store.close());
  return store;
}

/** A ledger with nothing in it, which all tests of the process have one after the other: much cheaper than a database for each. */
export async function ledgerForTest(): Promise<OpenLedger> {
  shared ??= startShared();
  const server = (await shared).server.connection;
  const connection = { ...server, database: "ledgers" };
  ledgers ??= administer(server, "create database ledgers template prepared").then(() =>
    openStore({ connection }),
  );
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

/** Runs one statement on a database and gives its rows. */
export async function query(
  connection: Connection,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<readonly { readonly [column: string]: unknown }[]> {
  const client = new pg.Client(connection);
  client.on("error", () => undefined);
  await client.connect();
  try {
    return (await client.query(statement, [...parameters])).rows;
  } finally {
    await client.end();
  }
}

async function startShared(): Promise<Shared> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  const server = await openPostgres(folder, silentLog, connections);
  await administer(server.connection, "create database prepared");
  const store = await openStore({ connection: { ...server.connection, database: "prepared" } });
  await store.close();
  return { folder, server };
}

const administer = (server: Connection, statement: string): Promise<unknown> =>
  query(server, statement);
