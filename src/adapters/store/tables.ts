/** Our tables, in schema `yardmaster`; pg-boss keeps its own in schema `pgboss`. */
import type { ColumnType, Generated, Kysely } from "kysely";

/** A connection with our tables in sight. */
export type Database = Kysely<Tables>;

/** Rows as kysely knows them. */
export type Tables = {
  readonly delivery: DeliveryTable;
  readonly journal: JournalTable;
  readonly assignment: AssignmentTable;
  readonly effect: EffectTable;
  readonly spending: SpendingTable;
  readonly raise: RaiseTable;
};

/** JSONB: read as a value, written as text by `jsonText`. */
type Json = ColumnType<unknown, string, string>;

type DeliveryTable = {
  readonly guid: string;
  /** Order of arrival. */
  readonly seq: Generated<string>;
  readonly event: string;
  /** As `pack` makes it. */
  readonly body: Buffer;
  readonly received_at: Date;
  readonly processed_at: ColumnType<Date | null, never, Date>;
  /** Types of the events that it became, or `ignored`. */
  readonly outcome: ColumnType<string | null, never, string>;
};

type JournalTable = {
  readonly seq: Generated<string>;
  readonly at: Date;
  readonly type: string;
  readonly issue: string | null;
  readonly assignment: string | null;
  readonly event: Json;
};

type AssignmentTable = {
  readonly id: string;
  readonly issue_id: string;
  readonly repository_id: string | null;
  readonly issue_number: number | null;
  readonly requested_at: Date;
  readonly state: Json;
  readonly ended_at: Date | null;
  readonly updated_at: Date;
};

/** What was ever owed: its rows outlive the jobs, so that a key is queued once and never again. */
type EffectTable = {
  /** Id of the job. */
  readonly id: string;
  readonly seq: Generated<string>;
  readonly key: string;
  readonly assignment: string;
  readonly effect: Json;
  readonly owed_at: Generated<Date>;
};

/** One request to a model. */
type SpendingTable = {
  readonly key: string;
  readonly at: Date;
  readonly repository_id: Exact;
  readonly issue_number: number;
  readonly run: string;
  readonly model: string;
  readonly input_tokens: Exact;
  readonly cached_tokens: Exact;
  readonly output_tokens: Exact;
  readonly usd: Exact;
  readonly is_estimate: boolean;
};

/** Money that an issue may cost beyond its budgets until a time. */
type RaiseTable = {
  readonly key: string;
  readonly repository_id: Exact;
  readonly issue_number: number;
  readonly usd: Exact;
  readonly until: Date;
  readonly raised_by: string;
};

/** A number that the driver reads as text, because it may be larger than ours. */
type Exact = ColumnType<string, number, never>;
