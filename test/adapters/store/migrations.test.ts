/** The tables are brought up to date once, by any number of starts, and never by an older release. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import { atEnd } from "../../support/cleanup.ts";
import { emptyPostgresForTest, postgresForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { delivery } from "./given.ts";

test("replicas that start at once on an empty database all work", async (t) => {
  const connection = await emptyPostgresForTest(t);

  const stores = await Promise.all(
    [1, 2, 3].map(async () => {
      const store = await openStore({ connection });
      atEnd(t, () => store.close());
      return store;
    }),
  );

  const kept = await Promise.all(
    stores.map((store, place) => store.keepDelivery(delivery(`${place}`))),
  );
  assert.deepEqual(kept, [true, true, true]);
});

test("tables that a newer release has changed are refused and left as they are", async (t) => {
  const connection = await postgresForTest(t);
  await query(
    connection,
    "insert into yardmaster.migration (name, timestamp) values ('9999-future', now()::text)",
  );

  await assert.rejects(
    openStore({ connection }),
    (fault) =>
      fault instanceof StoreFault &&
      fault.kind === "setup" &&
      fault.message.includes("a newer Yardmaster has changed its tables (9999-future)"),
  );
});

test("with ten thousand ended assignments only the live ones are read", async (t) => {
  const connection = await postgresForTest(t);
  await query(
    connection,
    `insert into yardmaster.assignment (id, issue_id, requested_at, state, ended_at, updated_at)
     select 'I_' || n || '@1', 'I_' || n, now(), jsonb_build_object('text', repeat('x', 1000)), now(), now()
       from generate_series(1, 10000) n`,
  );
  // As the server does by itself within a minute.
  await query(connection, "analyze yardmaster.assignment");
  const store = await openStore({ connection });
  atEnd(t, () => store.close());

  const live = await store.liveAssignments();
  const plan = await query(
    connection,
    "explain select state from yardmaster.assignment where ended_at is null order by requested_at, id",
  );

  assert.deepEqual(live, []);
  assert.match(JSON.stringify(plan), /assignment_live/);
});
