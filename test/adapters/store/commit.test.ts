/** A step is committed whole or not at all, and what it owes is queued once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { StoreFault } from "../../../src/adapters/store/fault.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import type { OpenStore } from "../../../src/adapters/store/store.ts";
import { millis } from "../../../src/core/ids.ts";
import { atEnd } from "../../support/cleanup.ts";
import { postgresForTest, storeForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";
import { answer, assignment, closed, delivery, inspection, removal, step } from "./given.ts";

const keysOf = async (store: OpenStore): Promise<readonly string[]> =>
  (await store.claim("github", 10)).map(({ work }) => work.key);

test("what is owed waits in its queue, in the order of the step", async (t) => {
  const store = await storeForTest(t);
  const keys = Array.from({ length: 9 }, (_, place) => `key-${9 - place}`);

  await store.commit(step({ owed: [...keys.map(inspection), removal("remove")] }));

  assert.deepEqual(await keysOf(store), keys);
  const [removing] = await store.claim("attempts", 10);
  assert.deepEqual(removing!.work, removal("remove"));
  assert.equal(removing!.tries, 0);
});

test("a key is queued once: while it waits, while it is held and after it was answered", async (t) => {
  const store = await storeForTest(t);
  await store.commit(step({ owed: [inspection("a"), inspection("a")] }));
  await store.commit(step({ owed: [inspection("a")] }));
  const jobs = await store.claim("github", 10);
  await store.commit(step({ owed: [inspection("a")] }));
  for (const job of jobs) await store.commit(answer(job));
  await store.commit(step({ owed: [inspection("a"), inspection("b")] }));

  assert.equal(jobs.length, 1);
  assert.deepEqual(await keysOf(store), ["b"]);
});

test("a key stays known after pg-boss has deleted its finished job", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.commit(step({ owed: [inspection("a")] }));
  const [job] = await store.claim("github", 1);
  await store.commit(answer(job!));
  await query(connection, "delete from pgboss.job");

  await store.commit(step({ owed: [inspection("a")] }));

  assert.deepEqual(await keysOf(store), []);
});

test("live assignments come back oldest first, ended ones do not", async (t) => {
  const store = await storeForTest(t);
  const [first, second, third] = [
    assignment("I_1", 10),
    assignment("I_2", 20),
    assignment("I_3", 5),
  ];
  const changed = [first, second, third].map((one) => ({ assignment: one!, hasEnded: false }));
  await store.commit(step({ changed }));

  await store.commit(step({ changed: [{ assignment: first!, hasEnded: true }] }));

  assert.deepEqual(await store.liveAssignments(), [third, second]);
});

test("one step may end an issue's assignment and begin its next", async (t) => {
  const store = await storeForTest(t);
  const [former, next] = [assignment("I_1", 10), assignment("I_1", 20)];
  await store.commit(step({ changed: [{ assignment: former, hasEnded: false }] }));

  await store.commit(
    step({
      changed: [
        { assignment: next, hasEnded: false },
        { assignment: former, hasEnded: true },
      ],
    }),
  );

  assert.deepEqual(await store.liveAssignments(), [next]);
});

test("when one part fails, no part of the step is kept", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  await store.commit(step({ changed: [{ assignment: assignment("I_1", 10), hasEnded: false }] }));
  await store.keepDelivery(delivery("a"));
  const [job] = await store.claim("deliveries", 1);
  // A time before those that PostgreSQL knows: the row is refused after the answer and the journal were written.
  const second = { assignment: assignment("I_2", -8.64e15), hasEnded: false };

  await assert.rejects(
    store.commit(
      step({ events: [closed("I_1")], changed: [second], owed: [inspection("a")], answered: job! }),
    ),
    (fault) => fault instanceof StoreFault && fault.kind === "refused" && !fault.retryable,
  );

  assert.deepEqual(await query(connection, "select 1 from yardmaster.journal"), []);
  assert.deepEqual(await keysOf(store), []);
  assert.equal((await store.liveAssignments()).length, 1);
  await store.commit(answer(job!));
});

test("an answer to a job that is no longer ours is refused, and nothing of the step is kept", async (t) => {
  const store = await storeForTest(t);
  await store.commit(step({ owed: [inspection("a")] }));
  const [lost] = await store.claim("github", 1);
  await store.reclaim();

  const stale = step({ owed: [inspection("b")], answered: lost! });
  const isFenced = (fault: unknown): boolean =>
    fault instanceof StoreFault && fault.kind === "fenced";
  await assert.rejects(store.commit(stale), isFenced);
  const [again] = await store.claim("github", 1);
  await assert.rejects(store.commit(stale), isFenced);

  assert.equal(again!.tries, 1);
  await store.commit(answer(again!));
  await assert.rejects(store.commit(answer(again!)), isFenced);
  assert.deepEqual(await keysOf(store), []);
});

test("text that JSONB cannot hold is kept with replacement characters", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  const hostile = "nul \0, half \ud800 pair, backslash \\u0000, whole \u{1f600}";
  const mended = "nul \ufffd, half \ufffd pair, backslash \\u0000, whole \u{1f600}";
  const named = { ...assignment("I_1", 1), agent: hostile };

  await store.commit(
    step({
      events: [closed("I_1", hostile)],
      changed: [{ assignment: named, hasEnded: false }],
      owed: [{ ...inspection("a"), type: "pull.merge", method: "squash", title: hostile } as never],
    }),
  );

  const rows = await query(
    connection,
    "select event -> 'by' ->> 'login' as login from yardmaster.journal",
  );
  const [effect] = await store.claim("github", 1);
  assert.deepEqual(rows, [{ login: mended }]);
  assert.equal((await store.liveAssignments())[0]!.agent, mended);
  assert.equal("title" in effect!.work && effect!.work.title, mended);
});

test("the journal names the issue and the assignment of each event", async (t) => {
  const connection = await postgresForTest(t);
  const store = await openStore({ connection });
  atEnd(t, () => store.close());
  const subject = assignment("I_1", 10);

  await store.commit(
    step({
      events: [
        closed("I_1"),
        { at: millis(5), assignment: subject.id, type: "worker.started", attempt: 1, run: 1 },
        { at: millis(6), type: "clock.ticked" },
        closed("I_9"),
      ],
      changed: [{ assignment: subject, hasEnded: false }],
    }),
  );

  const rows = await query(
    connection,
    "select type, issue, assignment from yardmaster.journal order by seq",
  );
  assert.deepEqual(rows, [
    { type: "issue.closed", issue: "I_1", assignment: subject.id },
    { type: "worker.started", issue: "I_1", assignment: subject.id },
    { type: "clock.ticked", issue: "I_1", assignment: subject.id },
    { type: "issue.closed", issue: "I_9", assignment: null },
  ]);
});
