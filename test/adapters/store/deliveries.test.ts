/** What GitHub hands over is kept once, whole and in order, however many come at a time. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { setImmediate as nextTurn } from "node:timers/promises";

import pg from "pg";

import { openStore } from "../../../src/adapters/store/store.ts";
import { millis } from "../../../src/core/ids.ts";
import { atEnd } from "../../support/cleanup.ts";
import { postgresForTest, storeForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { answer, delivery } from "./given.ts";

test("a delivery comes back byte for byte", async (t) => {
  const store = await storeForTest(t);
  const bodies = ["", "{}", "a\0b", "\u{1f600}ünïcode", `{"text":"${"\\u0000".repeat(3)}"}`];
  for (const [place, body] of bodies.entries())
    await store.keepDelivery(delivery(`guid-${place}`, body));

  const jobs = await store.claim("deliveries", 10);

  assert.deepEqual(
    jobs.map(({ work }) => work),
    bodies.map((body, place) => delivery(`guid-${place}`, body)),
  );
});

test("the largest body that GitHub sends is kept", async (t) => {
  const store = await storeForTest(t);
  const body = randomBytes(12.5 * 1024 * 1024).toString("hex");

  assert.equal(await store.keepDelivery(delivery("large", body)), true);

  const [job] = await store.claim("deliveries", 1);
  assert.ok(job!.work.body === body);
});

test("a guid is kept once, in one group, in two groups and after it was answered", async (t) => {
  const store = await storeForTest(t);

  const together = await Promise.all(
    ["a", "b", "a"].map((guid) => store.keepDelivery(delivery(guid))),
  );
  const later = await store.keepDelivery(delivery("a"));
  const jobs = await store.claim("deliveries", 10);
  for (const job of jobs) await store.commit(answer(job));
  const answered = await store.keepDelivery(delivery("b"));

  assert.deepEqual(together, [true, true, false]);
  assert.equal(later, false);
  assert.equal(answered, false);
  assert.deepEqual(
    jobs.map(({ work }) => work.guid),
    ["a", "b"],
  );
  assert.deepEqual(await store.claim("deliveries", 10), []);
});

test("two stores on one database keep a guid once", async (t) => {
  const connection = await postgresForTest(t);
  const [one, two] = await Promise.all([openStore({ connection }), openStore({ connection })]);
  atEnd(t, () => Promise.all([one.close(), two.close()]));

  const guids = Array.from({ length: 50 }, (_, place) => `guid-${place}`);
  const kept = await Promise.all(
    guids.flatMap((guid) => [one.keepDelivery(delivery(guid)), two.keepDelivery(delivery(guid))]),
  );

  assert.equal(kept.filter((isFresh) => isFresh).length, 50);
});

test("hundreds of callers share few transactions and keep their order", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  const guids = Array.from({ length: 450 }, (_, place) => `guid-${place}`);

  const kept = await Promise.all(guids.map((guid) => store.keepDelivery(delivery(guid))));

  const claimed: string[] = [];
  while (claimed.length < guids.length)
    claimed.push(...(await store.claim("deliveries", 7)).map(({ work }) => work.guid));
  const [{ groups }] = (await query(
    connection,
    "select count(distinct xmin::text)::int as groups from yardmaster.delivery",
  )) as [{ groups: number }];
  assert.ok(kept.every((isFresh) => isFresh));
  assert.ok(groups <= 4, `${groups} transactions`);
  assert.deepEqual(claimed, guids);
});

test("what arrives is kept before deliveries are handed out, unless that takes long", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  const session = new pg.Client(connection);
  await session.connect();
  atEnd(t, () => session.end());
  await session.query("begin; lock table yardmaster.delivery in exclusive mode");
  const arriving = store.keepDelivery(delivery("a"));
  await nextTurn();

  // The clock stands still for the store alone: the pool's timers must end as they began.
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const early = store.claim("deliveries", 10);
  t.mock.timers.tick(100);
  t.mock.timers.reset();
  const beforeItWasKept = await early;
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const late = store.claim("deliveries", 10);
  t.mock.timers.reset();
  await session.query("commit");
  const whenItWasKept = await late;

  assert.deepEqual(beforeItWasKept, []);
  assert.equal(await arriving, true);
  assert.equal(whenItWasKept.length, 1);
});

test("one delivery that cannot be written does not take its group with it", async (t) => {
  const store = await storeForTest(t);
  const impossible = { ...delivery("impossible"), receivedAt: millis(-8.64e15) };

  const kept = await Promise.allSettled([
    store.keepDelivery(delivery("good")),
    store.keepDelivery(impossible),
    store.keepDelivery(delivery("better")),
  ]);

  assert.deepEqual(
    kept.map(({ status }) => status),
    ["fulfilled", "rejected", "fulfilled"],
  );
  assert.equal((await store.claim("deliveries", 10)).length, 2);
});

test("an answered delivery says when it was processed and what became of it", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.keepDelivery(delivery("a"));
  const [job] = await store.claim("deliveries", 1);

  await store.commit(answer(job!));

  const rows = await query(
    connection,
    "select outcome, processed_at is not null as done from yardmaster.delivery",
  );
  assert.deepEqual(rows, [{ outcome: "ignored", done: true }]);
});

test("deliveries older than thirty days are forgotten once they are processed", async (t) => {
  const connection = await postgresForTest(t);
  await query(
    connection,
    `insert into yardmaster.delivery (guid, event, body, received_at, processed_at)
     select name, 'issues', '', now() - age::interval, done
       from (values ('old', '31 days', now()), ('old and waiting', '31 days', null),
                    ('young', '29 days', now())) as v (name, age, done)`,
  );

  const store = await openStore({ connection });
  await store.close();

  const rows = await query(connection, "select guid from yardmaster.delivery order by guid");
  assert.deepEqual(rows, [{ guid: "old and waiting" }, { guid: "young" }]);
});

test("health tells what waits, what is held and when GitHub last spoke", async (t) => {
  const store = await storeForTest(t);
  assert.deepEqual(await store.health(), { answers: true, lastDeliveryAt: null, jobs: [] });

  await store.keepDelivery(delivery("a"));
  await store.keepDelivery(delivery("b"));
  await store.claim("deliveries", 1);

  assert.deepEqual(await store.health(), {
    answers: true,
    lastDeliveryAt: 1_700_000_000_000,
    jobs: [{ queue: "deliveries", waiting: 1, held: 1 }],
  });
});
