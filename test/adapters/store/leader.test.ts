/** One service leads a database; the others are refused or wait. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { leadHolder, takeLead, waitForLead } from "../../../src/adapters/store/leader.ts";
import { openPostgres } from "../../../src/adapters/store/server.ts";
import { atEnd } from "../../support/cleanup.ts";
import { folderForTest, postgresForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";

test("the lead is held by one, named, and free again when given up", async (t) => {
  const connection = await postgresForTest(t);
  assert.equal(await leadHolder(connection), null);

  const first = await takeLead(connection, 10);
  const second = await takeLead(connection, 10);
  const holder = await leadHolder(connection);
  await first!.release();
  await first!.lost;
  const third = await takeLead(connection, 1_000);
  atEnd(t, () => third!.release());

  assert.equal(second, null);
  assert.match(holder!, new RegExp(`^process ${process.pid} on .+, since 2`));
  assert.notEqual(third, null);
});

test("each database has a leader of its own", async (t) => {
  const [one, two] = [await postgresForTest(t), await postgresForTest(t)];

  const leads = await Promise.all([takeLead(one, 10), takeLead(two, 10)]);
  for (const lead of leads) atEnd(t, () => lead?.release());

  assert.ok(leads.every((lead) => lead !== null));
});

test("a standby leads as soon as the leader's session ends, and the leader learns that it lost", async (t) => {
  const connection = await postgresForTest(t);
  const leader = await takeLead(connection, 10);
  const standby = waitForLead(connection, new AbortController().signal);

  await query(
    connection,
    `select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and granted
        and database = (select oid from pg_database where datname = current_database())`,
  );
  await leader!.lost;
  const next = await standby;
  atEnd(t, () => next!.release());

  assert.equal(await takeLead(connection, 10), null);
});

test("a standby that is told to give up leaves the queue", async (t) => {
  const connection = await postgresForTest(t);
  const leader = await takeLead(connection, 10);
  const giveUp = new AbortController();
  const standby = waitForLead(connection, giveUp.signal);

  giveUp.abort();

  assert.equal(await standby, null);
  await leader!.release();
  const next = await takeLead(connection, 1_000);
  assert.notEqual(next, null);
  await next!.release();
});

test("a database that cannot be reached is a fault that may pass", async () => {
  await assert.rejects(
    takeLead({ host: "/nonexistent", port: 5432, user: "yardmaster", database: "postgres" }, 10),
    (fault) => fault instanceof StoreFault && fault.kind === "unavailable" && fault.retryable,
  );
});

test("a standby outlasts a database that goes away", async (t) => {
  const folder = await folderForTest(t);
  const server = await openPostgres(folder);
  const leader = await takeLead(server.connection, 10);
  const giveUp = new AbortController();
  const standby = waitForLead(server.connection, giveUp.signal);
  await server.stop();
  await leader!.lost;

  const again = await openPostgres(folder);
  atEnd(t, () => again.stop());
  const next = await standby;
  atEnd(t, () => next!.release());

  assert.match((await leadHolder(again.connection))!, /^process /);
});
