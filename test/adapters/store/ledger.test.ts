/** The ledger books each request once, and its sums are those of runs, issues, repositories and days. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { Kysely, PostgresDialect } from "kysely";
import pg from "pg";

import { createLedger } from "../../../src/adapters/store/ledger.ts";
import type { OpenLedger } from "../../../src/adapters/store/ledger.ts";
import { openStore } from "../../../src/adapters/store/store.ts";
import type { Connection } from "../../../src/adapters/store/server.ts";
import type { Tables } from "../../../src/adapters/store/tables.ts";
import type { RaiseOrder } from "../../../src/core/effect.ts";
import { installationId, millis, repositoryId } from "../../../src/core/ids.ts";
import type { LedgerEntry } from "../../../src/ports.ts";
import { atEnd } from "../../support/cleanup.ts";
import { postgresForTest, storeForTest } from "../../support/postgres.ts";
import { query } from "../../support/query.ts";

const noon = Date.UTC(2026, 10, 21, 12);
const hourMs = 60 * 60 * 1_000;
const account = { repository: 4_000_000_000, issueNumber: 7, run: "worker-1-7/1" };

const entry = (key: string, usd: number, parts: Partial<LedgerEntry> = {}): LedgerEntry => ({
  ...account,
  key,
  at: millis(noon),
  model: "claude-sonnet-5-5",
  inputTokens: 1_000,
  cachedTokens: 400,
  outputTokens: 50,
  usd,
  isEstimate: false,
  ...parts,
});

const raise = (key: string, usd: number, parts: Partial<RaiseOrder> = {}): RaiseOrder => ({
  raise: key,
  repository: {
    id: repositoryId(account.repository),
    owner: "acme",
    name: "rocket",
    installation: installationId(5),
  },
  issueNumber: account.issueNumber,
  usd,
  until: millis(noon + hourMs),
  by: "mona",
  ...parts,
});

test("the same key is booked once, also by two at the same time", async (t) => {
  const { ledger } = await ledgerAt(t);

  await Promise.all([ledger.book(entry("a", 0.25)), ledger.book(entry("a", 0.25))]);
  await ledger.book(entry("a", 9));
  await ledger.book(entry("b", 0.5));

  assert.equal((await ledger.standing(account)).run, 0.75);
  assert.deepEqual(await ledger.usageOf(account), {
    inputTokens: 2_000,
    outputTokens: 100,
    usd: 0.75,
  });
});

test("each sum counts what is its own, and a day begins at midnight in UTC", async (t) => {
  const { ledger } = await ledgerAt(t);

  await ledger.book(entry("this run", 1));
  await ledger.book(entry("another run of the issue", 2, { run: "worker-1-7/2" }));
  await ledger.book(entry("yesterday", 4, { run: "worker-1-7/0", at: millis(noon - 13 * hourMs) }));
  await ledger.book(entry("another issue", 8, { run: "worker-1-8/1", issueNumber: 8 }));
  await ledger.book(entry("another repository", 16, { run: "worker-2-7/1", repository: 5 }));

  assert.deepEqual(await ledger.standing(account), {
    run: 1,
    issue: 7,
    repositoryDay: 11,
    day: 27,
    raised: 0,
  });
});

test("raises add up while they hold, for their issue alone, each once", async (t) => {
  const { ledger, turn } = await ledgerAt(t);

  await ledger.raise(raise("one", 2));
  await ledger.raise(raise("one", 2));
  await ledger.raise(raise("two", 3, { until: millis(noon + 2 * hourMs) }));
  await ledger.raise(raise("of another issue", 50, { issueNumber: 8 }));

  assert.equal((await ledger.standing(account)).raised, 5);
  turn(hourMs);
  assert.equal((await ledger.standing(account)).raised, 3);
  turn(hourMs);
  assert.equal((await ledger.standing(account)).raised, 0);
});

test("a report shows days, issues and models, the newest and dearest first", async (t) => {
  const { ledger } = await ledgerAt(t);
  await ledger.book(entry("1", 1));
  await ledger.book(entry("2", 2, { run: "worker-1-7/2", isEstimate: true }));
  await ledger.book(entry("3", 0.5, { model: "gpt-6-sol" }));
  await ledger.book(entry("4", 9, { at: millis(noon - 13 * hourMs) }));
  await ledger.book(entry("5", 9, { at: millis(noon - 49 * hourMs) }));

  const rows = await ledger.report({ since: millis(noon - 24 * hourMs) });

  const common = { repository: account.repository, issueNumber: 7 };
  assert.deepEqual(rows, [
    {
      ...common,
      day: "2026-11-21",
      model: "claude-sonnet-5-5",
      requests: 2,
      inputTokens: 2_000,
      cachedTokens: 800,
      outputTokens: 100,
      usd: 3,
      isEstimate: true,
    },
    {
      ...common,
      day: "2026-11-21",
      model: "gpt-6-sol",
      requests: 1,
      inputTokens: 1_000,
      cachedTokens: 400,
      outputTokens: 50,
      usd: 0.5,
      isEstimate: false,
    },
    {
      ...common,
      day: "2026-11-20",
      model: "claude-sonnet-5-5",
      requests: 1,
      inputTokens: 1_000,
      cachedTokens: 400,
      outputTokens: 50,
      usd: 9,
      isEstimate: false,
    },
  ]);
});

test("a hundred small amounts add up exactly", async (t) => {
  const { ledger } = await ledgerAt(t);

  await Promise.all(
    Array.from({ length: 100 }, (_, number) => ledger.book(entry(`${number}`, 0.000_001))),
  );

  assert.equal((await ledger.standing(account)).day, 0.000_1);
});

test("a model's name that no database can hold is booked all the same", async (t) => {
  const { ledger } = await ledgerAt(t);

  await ledger.book(entry("1", 1, { model: "a\0b\uD800" }));

  const [row] = await ledger.report({ since: millis(0) });
  assert.equal(row?.model, "a\uFFFDb\uFFFD");
});

test("the sums of a run and an issue are read from their indexes, however much there is", async (t) => {
  const { connection } = await ledgerAt(t);
  await query(
    connection,
    `insert into yardmaster.spending
     select 'key' || n, now(), n % 50, n % 500, 'run' || n % 1000, 'model', 1, 0, 1, 0.1, false
       from generate_series(1, 10000) n`,
  );
  await query(connection, "vacuum analyze yardmaster.spending");

  const plans = await Promise.all(
    ["run = 'run7'", "repository_id = 7 and issue_number = 7"].map((condition) =>
      query(
        connection,
        `explain (format json) select sum(usd) from yardmaster.spending where ${condition}`,
      ),
    ),
  );

  const text = plans.map((plan) => JSON.stringify(plan));
  assert.match(text[0] ?? "", /spending_run/);
  assert.match(text[1] ?? "", /spending_issue/);
});

test("what is older than a year is swept at the next start", async (t) => {
  const { connection, ledger } = await ledgerAt(t);
  const old = millis(Date.now() - 366 * 24 * hourMs);
  await ledger.book(entry("old", 1, { at: old }));
  await ledger.book(entry("young", 2, { at: millis(Date.now()) }));
  await ledger.raise(raise("old", 1, { until: old }));

  const store = await openStore({ connection });
  await store.close();

  const left = await query(connection, "select key from yardmaster.spending");
  assert.deepEqual(left, [{ key: "young" }]);
  assert.deepEqual(await query(connection, "select key from yardmaster.raise"), []);
});

test("the store brings its ledger along", async (t) => {
  const { ledger } = await storeForTest(t);

  await ledger.book(entry("1", 1.5, { at: millis(Date.now()) }));

  assert.equal((await ledger.standing(account)).day, 1.5);
});

type GivenLedger = {
  readonly connection: Connection;
  readonly ledger: OpenLedger;
  readonly turn: (ms: number) => void;
};

/** A ledger on a fresh database at noon. */
async function ledgerAt(t: TestContext): Promise<GivenLedger> {
  const connection = await postgresForTest(t);
  const pool = new pg.Pool({ ...connection, max: 4 });
  pool.on("error", () => undefined);
  const db = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }).withSchema(
    "yardmaster",
  );
  atEnd(t, () => db.destroy());
  let now = noon;
  return {
    connection,
    ledger: createLedger(db, { now: () => millis(now) }),
    turn: (ms) => {
      now += ms;
    },
  };
}
