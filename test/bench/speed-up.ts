/** How much sooner nine issues are merged when several workers share them. */
import { endAll } from "./endings.ts";
import { askFor, openIssue, untilDone } from "./issues.ts";
import type { Found, Measurement } from "./figure.ts";
import { setStage, startService } from "./scene.ts";

/** With tasks of this length; the longer, the less of the time is what no worker shortens. */
export const speedUp = (taskSeconds: number): Measurement => ({
  name: "speed-up",
  about: "nine equal tasks with 1, 3 and 8 workers",
  run: () => measure(taskSeconds),
});

const tasks = 9;

const agentsOnly =
  "from the start of the first agent to the end of the last, without the preparation before and the merges after";

/** Both in milliseconds. */
type Spans = {
  /** From the first label to the last merge. */
  readonly whole: number;
  /** From the start of the first agent's process to the end of the last one's. */
  readonly agents: number;
};

async function measure(taskSeconds: number): Promise<Found> {
  const one = await spansWith(1, taskSeconds);
  const three = await spansWith(3, taskSeconds);
  const eight = await spansWith(8, taskSeconds);
  const ratio = (other: Spans, span: keyof Spans): number => one[span] / other[span];
  const work = `nine tasks in which the agent waits ${taskSeconds} s and commits a file`;
  return {
    figures: [
      {
        name: "speed-up with 3 workers",
        value: ratio(three, "whole"),
        unit: "×",
        goal: { atLeast: 2.95 },
        meaning: `${work}, from the first label to the last merge, against 1 worker; each run ends with the review and merge of its last task, which no worker shortens and which weighs less the longer tasks are`,
      },
      {
        name: "speed-up with 3 workers, agents only",
        value: ratio(three, "agents"),
        unit: "×",
        goal: null,
        meaning: `the same tasks, ${agentsOnly}`,
      },
      {
        name: "speed-up with 8 workers",
        value: ratio(eight, "whole"),
        unit: "×",
        goal: null,
        meaning:
          "first label to last merge; nine tasks need two rounds of eight, so 4.5 would be perfect",
      },
      {
        name: "speed-up with 8 workers, agents only",
        value: ratio(eight, "agents"),
        unit: "×",
        goal: null,
        meaning: agentsOnly,
      },
    ],
    raw: { tasks, taskSeconds, millisecondsByWorkers: { 1: one, 3: three, 8: eight } },
  };
}

async function spansWith(workers: number, taskSeconds: number): Promise<Spans> {
  const stage = await setStage();
  const { simulator } = stage;
  const { log } = await startService(stage, workers);
  // A repository is cloned once in its life.
  const first = await openIssue(simulator, "warm-up", "0ms");
  await askFor(simulator, first, "label");
  await untilDone(log, first);
  const numbers: number[] = [];
  for (let index = 0; index < tasks; index += 1) {
    numbers.push(await openIssue(simulator, `task-${index}`, `${taskSeconds}s`));
  }
  await simulator.drain();

  const seen = log.lines.length;
  const askedAt = Date.now();
  for (const number of numbers) await askFor(simulator, number, "label");
  const limitMs = tasks * (taskSeconds + 20) * 1000;
  await Promise.all(numbers.map((number) => untilDone(log, number, limitMs)));

  const lines = log.lines.slice(seen);
  const timesOf = (fits: (line: (typeof lines)[number]) => boolean): readonly number[] =>
    lines.filter(fits).map(({ time }) => time);
  const merges = timesOf(({ phase }) => phase === "cleaning");
  const starts = timesOf(({ msg }) => msg === "worker started");
  const exits = timesOf(({ msg }) => msg === "worker exited");
  await endAll();
  return {
    whole: Math.max(...merges) - askedAt,
    agents: Math.max(...exits) - Math.min(...starts),
  };
}
