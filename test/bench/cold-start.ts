/** How long a service with a long past takes from its start until it works. */
import { ask } from "./database.ts";
import { askFor, openIssue, untilDone } from "./issues.ts";
import type { Found, Measurement } from "./figure.ts";
import { median } from "./figure.ts";
import type { Stage } from "./scene.ts";
import { setStage, startService } from "./scene.ts";

export const coldStart: Measurement = {
  name: "cold-start",
  about: "start with 10,000 finished assignments in the store",
  run: measure,
};

const finished = 10_000;
const starts = 5;

async function measure(): Promise<Found> {
  const stage = await setStage();
  const { simulator } = stage;
  const first = await startService(stage, 1);
  const number = await openIssue(simulator, "pattern", "0ms");
  await askFor(simulator, number, "label");
  await untilDone(first.log, number);
  await first.service.stop();
  const young = await startTimes(stage, 3);

  const running = await startService(stage, 1);
  const rows = await multiply(stage, number);
  await running.service.stop();
  const old = await startTimes(stage, starts);
  return {
    figures: [
      {
        name: "cold start with 10,000 finished",
        value: median(old),
        unit: "ms",
        goal: { below: 3_000 },
        meaning: `from the start of the process, its PostgreSQL included, until it leads and takes up work, with ${rows.assignments} ended assignments, ${rows.journal} journal entries and ${rows.effects} effects of the last 28 days in the store; the system's file cache is warm`,
      },
      {
        name: "cold start with an empty store",
        value: median(young),
        unit: "ms",
        goal: null,
        meaning: "the same with one ended assignment: what the past adds is the difference",
      },
    ],
    raw: { rows, oldMs: old, youngMs: young },
  };
}

async function startTimes(stage: Stage, count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) {
    const { service, log, spawnedAt } = await startService(stage, 1);
    const leading = await log.until(({ msg }) => msg === "leading");
    times.push(leading.time - spawnedAt);
    await service.stop();
  }
  return times;
}

type Rows = { readonly assignments: number; readonly journal: number; readonly effects: number };

/** Copies everything that the store holds of one merged issue under other ids; 4 minutes apart, so that nothing is old enough to be swept away. */
async function multiply({ dataFolder }: Stage, number: number): Promise<Rows> {
  const [pattern] = await ask<{ id: string; issue_id: string }>(
    dataFolder,
    "select id, issue_id from yardmaster.assignment where issue_number = $1",
    [number],
  );
  if (pattern === undefined) throw new Error("the pattern is not in the store");
  const { id, issue_id: issue } = pattern;
  for (const statement of copies) await ask(dataFolder, statement, [id, issue, finished]);
  const counted = "select count(*)::integer as rows from yardmaster.";
  const count = async (table: string): Promise<number> =>
    (await ask<{ rows: number }>(dataFolder, counted + table))[0]?.rows ?? 0;
  return {
    assignments: await count("assignment"),
    journal: await count("journal"),
    effects: await count("effect"),
  };
}

const renamed = (column: string): string =>
  `replace(replace(${column}::text, $1::text, 'A_' || n), $2::text, 'I_' || n)`;

const copies: readonly string[] = [
  `insert into yardmaster.assignment
     (id, issue_id, repository_id, issue_number, requested_at, state, ended_at, updated_at)
   select 'A_' || n, 'I_' || n, repository_id, 1000 + n, requested_at - n * interval '4 minutes',
          ${renamed("state")}::jsonb, ended_at - n * interval '4 minutes', updated_at
     from yardmaster.assignment, generate_series(1, $3::integer) n
    where id = $1 and issue_id = $2`,
  `insert into yardmaster.journal (at, type, issue, assignment, event)
   select at - n * interval '4 minutes', type, 'I_' || n, 'A_' || n, ${renamed("event")}::jsonb
     from yardmaster.journal, generate_series(1, $3::integer) n
    where issue = $2
    order by n desc, seq`,
  `insert into yardmaster.effect (id, key, assignment, effect, owed_at)
   select gen_random_uuid(), ${renamed("key")}, 'A_' || n, ${renamed("effect")}::jsonb,
          owed_at - n * interval '4 minutes'
     from yardmaster.effect, generate_series(1, $3::integer) n
    where assignment = $1
    order by n desc, seq`,
];
