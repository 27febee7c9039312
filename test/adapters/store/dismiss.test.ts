/** Jobs that changed nothing are answered together, each only by whoever still holds it. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { openStore } from "../../../src/adapters/store/store.ts";
import { atEnd } from "../../support/cleanup.ts";
import { postgresForTest, storeForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { delivery, inspection, step } from "./given.ts";

test("dismissed deliveries are marked as ignored and do not come back", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  for (const guid of ["a", "b", "c"]) await store.keepDelivery(delivery(guid));
  const taken = await store.claim("deliveries", 2);

  await store.dismiss(taken);

  const rows = await query(
    connection,
    "select guid, outcome, processed_at is not null as ended from yardmaster.delivery order by seq",
  );
  assert.deepEqual(rows, [
    { guid: "a", outcome: "ignored", ended: true },
    { guid: "b", outcome: "ignored", ended: true },
    { guid: "c", outcome: null, ended: false },
  ]);
  await store.reclaim();
  const rest = await store.claim("deliveries", 9);
  assert.deepEqual(
    rest.map(({ work }) => work.guid),
    ["c"],
  );
});

test("a job that was taken over stays with its new holder, and the others of the group end", async (t) => {
  const store = await storeForTest(t);
  await store.keepDelivery(delivery("a"));
  await store.commit(step({ owed: [inspection("b")] }));
  const [lost] = await store.claim("deliveries", 1);
  await store.reclaim();
  const [held] = await store.claim("deliveries", 1);
  const [other] = await store.claim("github", 1);

  await store.dismiss([lost!, other!]);

  assert.equal(held!.tries, 1);
  await store.reclaim();
  const waiting = await Promise.all([store.claim("deliveries", 9), store.claim("github", 9)]);
  assert.deepEqual(
    waiting.flat().map(({ id }) => id),
    [held!.id],
  );
});
