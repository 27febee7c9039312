/** The first tables: deliveries, journal, assignments and owed effects. */
import { sql } from "kysely";
import type { Kysely } from "kysely";

/** Creates them. */
export const tables = { up };

async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table yardmaster.delivery (
      guid text primary key,
      seq bigint generated always as identity,
      event text not null,
      body bytea not null,
      received_at timestamptz not null,
      processed_at timestamptz,
      outcome text
    )`.execute(db);
  // Deflated already: trying again would cost more than everything else that an insert does.
  await sql`alter table yardmaster.delivery alter body set storage external`.execute(db);
  await sql`create index delivery_received on yardmaster.delivery (received_at)`.execute(db);
  await sql`
    create table yardmaster.journal (
      seq bigint generated always as identity primary key,
      at timestamptz not null,
      type text not null,
      issue text,
      assignment text,
      event jsonb not null
    )`.execute(db);
  await sql`create index journal_issue on yardmaster.journal (issue, seq)`.execute(db);
  await sql`
    create table yardmaster.assignment (
      id text primary key,
      issue_id text not null,
      repository_id bigint,
      issue_number integer,
      requested_at timestamptz not null,
      state jsonb not null,
      ended_at timestamptz,
      updated_at timestamptz not null
    )`.execute(db);
  await sql`
    create index assignment_live on yardmaster.assignment (issue_id)
      where ended_at is null`.execute(db);
  await sql`
    create table yardmaster.effect (
      id uuid primary key,
      seq bigint generated always as identity,
      key text not null,
      assignment text not null,
      effect jsonb not null,
      owed_at timestamptz not null default now()
    )`.execute(db);
  await sql`create index effect_assignment on yardmaster.effect (assignment)`.execute(db);
}
