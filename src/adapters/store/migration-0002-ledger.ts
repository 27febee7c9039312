/** The ledger: what every request to a model cost, and raises of budgets. */
import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Creates its tables. */
export const ledgerTables = { up };

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table yardmaster.spending (
      key text primary key,
      at timestamptz not null,
      repository_id bigint not null,
      issue_number integer not null,
      run text not null,
      model text not null,
      input_tokens bigint not null,
      cached_tokens bigint not null,
      output_tokens bigint not null,
      usd numeric(20, 10) not null,
      is_estimate boolean not null
    )`.execute(db);
  // Each holds the money too: the sums that stand before every request are read from the index alone.
  await sql`create index spending_run on yardmaster.spending (run) include (usd)`.execute(db);
  await sql`
    create index spending_issue on yardmaster.spending (repository_id, issue_number)
      include (usd)`.execute(db);
  await sql`
    create index spending_repository on yardmaster.spending (repository_id, at)
      include (usd)`.execute(db);
  await sql`create index spending_at on yardmaster.spending (at) include (usd)`.execute(db);
  await sql`
    create table yardmaster.raise (
      key text primary key,
      repository_id bigint not null,
      issue_number integer not null,
      usd numeric(20, 10) not null,
      until timestamptz not null,
      raised_by text not null
    )`.execute(db);
  await sql`
    create index raise_issue on yardmaster.raise (repository_id, issue_number, until)`.execute(db);
}
