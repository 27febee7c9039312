/** The Ledger port on PostgreSQL: every request to a model is one row, and every sum is made of those rows. */
import { sql } from "kysely";

import type { RaiseOrder } from "../../core/effect.ts";
import type { Usage } from "../../core/handover.ts";
import { millis } from "../../core/ids.ts";
import type { Millis } from "../../core/ids.ts";
import type { Account, Clock, Ledger, LedgerEntry, Standing } from "../../ports.ts";
import { attempt } from "./fault.ts";
import { plainText } from "./json.ts";
import type { Database } from "./tables.ts";

/** The port, and what the operator may ask. */
export type OpenLedger = Ledger & {
  /** What was spent since a time, newest day first, the dearest first within a day. */
  report(period: { readonly since: Millis }): Promise<readonly SpendingRow[]>;
  /** What one run has used; nothing when it has used nothing. */
  usageOf(account: Account): Promise<Usage>;
};

/** What one model cost for one issue in one day. */
export type SpendingRow = Usage & {
  /** Day in UTC, as `2026-11-21`. */
  readonly day: string;
  readonly repository: number;
  readonly issueNumber: number;
  readonly model: string;
  readonly requests: number;
  readonly cachedTokens: number;
  /** Whether some of it was charged at a guessed price or by a guessed count. */
  readonly isEstimate: boolean;
};

const machineTime: Pick<Clock, "now"> = { now: () => millis(Date.now()) };

/** The ledger in this database. */
export function createLedger(db: Database, clock: Pick<Clock, "now"> = machineTime): OpenLedger {
  return {
    book: (entry) => attempt("booking a request to a model", () => book(db, entry)),
    standing: (account) =>
      attempt("reading what is spent", () => standing(db, account, clock.now())),
    raise: (order) => attempt("raising a budget", () => raise(db, order)),
    report: ({ since }) => attempt("reporting what is spent", () => report(db, since)),
    usageOf: ({ run }) => attempt("reading what a run used", () => usageOf(db, run)),
  };
}

async function book(db: Database, entry: LedgerEntry): Promise<void> {
  await db
    .insertInto("spending")
    .values({
      key: entry.key,
      at: new Date(entry.at),
      repository_id: entry.repository,
      issue_number: entry.issueNumber,
      run: entry.run,
      // The agent chose the name that it asked for.
      model: plainText(entry.model),
      input_tokens: entry.inputTokens,
      cached_tokens: entry.cachedTokens,
      output_tokens: entry.outputTokens,
      usd: entry.usd,
      is_estimate: entry.isEstimate,
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
}

/** One statement, so that the sums are of one moment. */
async function standing(db: Database, account: Account, now: Millis): Promise<Standing> {
  const { repository, issueNumber, run } = account;
  const today = new Date(now - (now % dayMs));
  const sum = sql`coalesce(sum(usd), 0)::float8`;
  const { rows } = await sql<Standing>`
    select
      (select ${sum} from yardmaster.spending where run = ${run}) as run,
      (select ${sum} from yardmaster.spending
        where repository_id = ${repository} and issue_number = ${issueNumber}) as issue,
      (select ${sum} from yardmaster.spending
        where repository_id = ${repository} and at >= ${today}) as "repositoryDay",
      (select ${sum} from yardmaster.spending where at >= ${today}) as day,
      (select ${sum} from yardmaster.raise
        where repository_id = ${repository} and issue_number = ${issueNumber}
          and until > ${new Date(now)}) as raised`.execute(db);
  return rows[0] ?? { run: 0, issue: 0, repositoryDay: 0, day: 0, raised: 0 };
}

/** Days in UTC are all of this length. */
const dayMs = 24 * 60 * 60 * 1_000;

async function raise(db: Database, order: RaiseOrder): Promise<void> {
  await db
    .insertInto("raise")
    .values({
      key: order.raise,
      repository_id: order.repository.id,
      issue_number: order.issueNumber,
      usd: order.usd,
      until: new Date(order.until),
      raised_by: plainText(order.by),
    })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
}

async function report(db: Database, since: Millis): Promise<readonly SpendingRow[]> {
  const { rows } = await sql<SpendingRow>`
    select to_char(at at time zone 'UTC', 'YYYY-MM-DD') as day,
           repository_id::float8 as repository, issue_number as "issueNumber", model,
           count(*)::int as requests,
           sum(input_tokens)::float8 as "inputTokens",
           sum(cached_tokens)::float8 as "cachedTokens",
           sum(output_tokens)::float8 as "outputTokens",
           sum(usd)::float8 as usd, bool_or(is_estimate) as "isEstimate"
      from yardmaster.spending
     where at >= ${new Date(since)}
     group by 1, 2, 3, 4
     order by 1 desc, sum(usd) desc, 2, 3, 4`.execute(db);
  return rows;
}

async function usageOf(db: Database, run: string): Promise<Usage> {
  const { rows } = await sql<Usage>`
    select coalesce(sum(input_tokens), 0)::float8 as "inputTokens",
           coalesce(sum(output_tokens), 0)::float8 as "outputTokens",
           coalesce(sum(usd), 0)::float8 as usd
      from yardmaster.spending where run = ${run}`.execute(db);
  return rows[0] ?? { inputTokens: 0, outputTokens: 0, usd: 0 };
}
