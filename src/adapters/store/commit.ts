/** One turn of the loop in one transaction: what happened, what changed, what is owed and what is answered. */
import { fromKysely } from "pg-boss";
import type { PgBoss } from "pg-boss";

import type { Assignment } from "../../core/assignment.ts";
import { queueOf } from "../../core/queue-of.ts";
import type { Effect } from "../../core/effect.ts";
import type { Event } from "../../core/event.ts";
import type { Job, QueueName, Step } from "../../ports.ts";
import { enqueue } from "./enqueue.ts";
import { StoreFault, attempt } from "./fault.ts";
import { jsonText, plainText } from "./json.ts";
import type { Database } from "./tables.ts";
import { uuidOf } from "./uuid.ts";

/** All or nothing. Throws StoreFault `fenced` when the answered job is no longer ours. */
export function commitStep(db: Database, boss: PgBoss, step: Step): Promise<void> {
  return attempt("committing a step", () =>
    db.transaction().execute(async (transaction) => {
      if (step.answered !== null) await answer(transaction, boss, step.answered, step.events);
      await journal(transaction, step);
      await save(transaction, step.changed);
      await owe(transaction, step.owed);
    }),
  );
}

async function answer(
  db: Database,
  boss: PgBoss,
  job: Job<QueueName>,
  events: readonly Event[],
): Promise<void> {
  const held = { id: job.id, retryCount: job.tries };
  // pg-boss types its answer as {}; the count is documented.
  const { affected } = (await boss.complete(job.queue, held, null, {
    db: fromKysely(db),
  })) as { readonly affected: number };
  if (affected !== 1)
    throw new StoreFault("fenced", `answering job ${job.id}`, "it is no longer held by this claim");
  if (!("guid" in job.work)) return;
  await db
    .updateTable("delivery")
    .set({
      processed_at: new Date(),
      outcome: events.map(({ type }) => type).join(" ") || "ignored",
    })
    .where("guid", "=", job.work.guid)
    .execute();
}

async function journal(db: Database, { events, changed }: Step): Promise<void> {
  if (events.length === 0) return;
  const rows = events.map((event) => ({
    at: new Date(event.at),
    type: event.type,
    ...subject(event, changed),
    event: jsonText(event),
  }));
  await db.insertInto("journal").values(rows).execute();
}

/** What an event is about: as it says itself, else what alone it changed. */
function subject(
  event: Event,
  changed: Step["changed"],
): { readonly issue: string | null; readonly assignment: string | null } {
  const touched = changed.map(({ assignment }) => assignment);
  const [only] = touched.length === 1 ? touched : [];
  const about =
    "assignment" in event
      ? touched.find(({ id }) => id === event.assignment)
      : "issue" in event
        ? touched.find(({ issueId }) => issueId === event.issue)
        : only;
  return {
    issue: "issue" in event ? event.issue : (about?.issueId ?? null),
    assignment: "assignment" in event ? event.assignment : (about?.id ?? null),
  };
}

async function save(db: Database, changed: Step["changed"]): Promise<void> {
  if (changed.length === 0) return;
  const rows = changed.map(({ assignment, hasEnded }) => assignmentRow(assignment, hasEnded));
  await db
    .insertInto("assignment")
    .values(rows)
    .onConflict((conflict) =>
      conflict.column("id").doUpdateSet((row) => ({
        repository_id: row.ref("excluded.repository_id"),
        issue_number: row.ref("excluded.issue_number"),
        state: row.ref("excluded.state"),
        ended_at: row.ref("excluded.ended_at"),
        updated_at: row.ref("excluded.updated_at"),
      })),
    )
    .execute();
}

function assignmentRow(assignment: Assignment, hasEnded: boolean) {
  const { id, issueId, issue, requestedAt } = assignment;
  const savedAt = new Date();
  return {
    id: plainText(id),
    issue_id: plainText(issueId),
    repository_id: issue === null ? null : String(issue.repository.id),
    issue_number: issue?.number ?? null,
    requested_at: new Date(requestedAt),
    state: jsonText(assignment),
    ended_at: hasEnded ? savedAt : null,
    updated_at: savedAt,
  };
}

/** A key that was ever owed is not queued again, whether its job is waiting, held, done or long deleted. */
async function owe(db: Database, owed: readonly Effect[]): Promise<void> {
  if (owed.length === 0) return;
  const rows = owed.map((effect) => ({
    id: uuidOf(`effect ${effect.key}`),
    key: plainText(effect.key),
    assignment: plainText(effect.assignment),
    effect: jsonText(effect),
  }));
  const fresh = await db
    .insertInto("effect")
    .values(rows)
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .execute();
  const ids = new Set(fresh.map(({ id }) => id));
  const jobs = owed.flatMap((effect, place) => {
    const id = rows[place]?.id ?? "";
    return ids.delete(id) ? [{ id, queue: queueOf(effect.type) }] : [];
  });
  await enqueue(db, jobs);
}
