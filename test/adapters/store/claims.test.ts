/** A job belongs to whoever claimed it, until it is answered, put back or lost. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import { millis } from "../../../src/core/ids.ts";
import type { Job } from "../../../src/ports.ts";
import { atEnd } from "../../support/cleanup.ts";
import { postgresForTest, storeForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { answer, delivery, inspection, removal, step } from "./given.ts";

/** So long may it take until a lost claim is found. */
const mostSeconds = 30;

test("jobs are claimed oldest first, at most as many as asked for, each once", async (t) => {
  const store = await storeForTest(t);
  for (const guid of ["a", "b", "c", "d", "e"]) await store.keepDelivery(delivery(guid));

  const taken = await Promise.all([store.claim("deliveries", 2), store.claim("deliveries", 2)]);
  const rest = await store.claim("deliveries", 9);

  const guids = [...taken.flat(), ...rest].map(({ work }) => work.guid);
  assert.deepEqual(
    taken.map((jobs) => jobs.length),
    [2, 2],
  );
  assert.deepEqual(guids.toSorted(), ["a", "b", "c", "d", "e"]);
});

test("a postponed job comes back when its time has come, and counts the earlier try", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.commit(step({ owed: [inspection("a")] }));
  const [job] = await store.claim("github", 1);

  await store.postpone(job!, millis(Date.now() + 3_600_000), "GitHub said to wait");
  const early = await store.claim("github", 1);
  await query(connection, "update pgboss.job set start_after = now()");
  const [again] = await store.claim("github", 1);

  assert.deepEqual(early, []);
  assert.deepEqual(again!.work, inspection("a"));
  assert.equal(again!.tries, 1);
});

test("a job that is no longer ours cannot be postponed", async (t) => {
  const store = await storeForTest(t);
  await store.commit(step({ owed: [inspection("a")] }));
  const [job] = await store.claim("github", 1);
  await store.commit(answer(job!));

  await assert.rejects(
    store.postpone(job!, millis(0), "too late"),
    (fault) => fault instanceof StoreFault && fault.kind === "fenced",
  );
});

test("a beat keeps a claim and tells when it is lost", async (t) => {
  const store = await storeForTest(t);
  await store.commit(step({ owed: [removal("a")] }));
  const [job] = await store.claim("attempts", 1);

  const held = await store.beat(job!);
  await store.reclaim();
  const lost = await store.beat(job!);
  const [again] = await store.claim("attempts", 1);

  assert.equal(held, true);
  assert.equal(lost, false);
  assert.equal(await store.beat(job!), false);
  assert.equal(await store.beat(again!), true);
});

test("an attempt may be held for months as long as it beats, and a minute without a beat loses it", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.commit(step({ owed: [removal("a")] }));

  const [row] = await query(connection, "select expire_seconds, heartbeat_seconds from pgboss.job");

  assert.deepEqual(row, { expire_seconds: 365 * 24 * 60 * 60, heartbeat_seconds: 60 });
});

test("a claim whose holder fell silent goes to the next one", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.commit(step({ owed: [removal("a")] }));
  const [silent] = await store.claim("attempts", 1);
  await query(connection, "update pgboss.job set heartbeat_on = now() - interval '2 minutes'");

  let claims = Promise.resolve<readonly Job<"attempts">[]>([]);
  store.onWork("attempts", () => {
    claims = store.claim("attempts", 1);
  });
  let [job] = await claims;
  for (let second = 1; second <= mostSeconds && job === undefined; second += 1) {
    t.mock.timers.tick(1_000);
    // The store looks for lost claims in the background: turns of its own database let it.
    await query(connection, "select 1");
    [job] = await claims;
  }

  assert.equal(job?.id, silent!.id);
  assert.equal(job.tries, 1);
  assert.equal(await store.beat(silent!), false);
});

test("what a dead leader held is claimable at once when the next one opens the store", async (t) => {
  const connection = await postgresForTest(t);
  const former = await openStore({ connection });
  await former.commit(step({ owed: [inspection("a"), removal("b")] }));
  await former.keepDelivery(delivery("c"));
  for (const queue of ["deliveries", "github", "attempts"] as const) await former.claim(queue, 1);
  await former.close();

  const next = await openStore({ connection, reclaim: true });
  atEnd(t, () => next.close());

  for (const queue of ["deliveries", "github", "attempts"] as const) {
    const [job] = await next.claim(queue, 1);
    assert.equal(job?.tries, 1, queue);
  }
});

test("a store that is opened without taking over leaves others' claims alone", async (t) => {
  const connection = await postgresForTest(t);
  const leader = await openStore({ connection });
  atEnd(t, () => leader.close());
  await leader.commit(step({ owed: [inspection("a")] }));
  const [job] = await leader.claim("github", 1);

  const standby = await openStore({ connection });
  atEnd(t, () => standby.close());

  assert.deepEqual(await standby.claim("github", 1), []);
  await leader.commit(answer(job!));
});

test("a local write wakes its queue at once", async (t) => {
  const store = await storeForTest(t);
  const woken: string[] = [];
  for (const queue of ["deliveries", "github", "attempts"] as const)
    store.onWork(queue, () => woken.push(queue));

  await store.keepDelivery(delivery("a"));
  await store.commit(step({ owed: [inspection("b"), removal("c")] }));

  for (const queue of ["deliveries", "github", "attempts"]) assert.ok(woken.includes(queue), queue);
});

test("what another replica wrote is noticed within seconds", async (t) => {
  const connection = await postgresForTest(t);
  const [leader, replica] = await Promise.all([
    openStore({ connection }),
    openStore({ connection }),
  ]);
  atEnd(t, () => Promise.all([leader.close(), replica.close()]));
  await replica.keepDelivery(delivery("a"));

  const [job] = await new Promise<Awaited<ReturnType<typeof leader.claim<"deliveries">>>>(
    (resolve) => leader.onWork("deliveries", () => resolve(leader.claim("deliveries", 1))),
  );

  assert.equal(job?.work.guid, "a");
});
