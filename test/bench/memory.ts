/** How much memory the service and its database occupy, idle and with a hundred issues waiting. */
import { setTimeout as pause } from "node:timers/promises";
import { serverPid } from "./database.ts";
import { askFor, openIssue } from "./issues.ts";
import type { Figure, Found, Measurement } from "./figure.ts";
import { median } from "./figure.ts";
import { proportionalBytes, residentBytes } from "./processes.ts";
import type { Running, Stage } from "./scene.ts";
import { setStage, startService } from "./scene.ts";
import { untilTrue } from "./waiting.ts";

export const memory: Measurement = {
  name: "memory",
  about: "resident memory with 0 and with 100 queued issues",
  run: measure,
};

const queued = 100;

type Sample = { readonly service: number; readonly database: number | null };

async function measure(): Promise<Found> {
  const stage = await setStage();
  const running = await startService(stage, 1);
  await pause(3_000);
  const idle = await sampled(stage, running);
  await fillQueue(stage, running);
  await pause(3_000);
  const full = await sampled(stage, running);
  await running.service.stop();
  const next = await startService(stage, 1);
  await untilQuiet(next.service.url);
  await pause(3_000);
  const restarted = await sampled(stage, next);
  const waiting = `one agent works and ${queued} issues wait for it`;
  return {
    figures: [
      ...figures(idle, "with 0 queued", "after its start, when nothing has happened yet"),
      ...figures(full, `with ${queued} queued`, `${waiting}, all of them just taken in`),
      ...figures(restarted, `with ${queued} queued, restarted`, `${waiting}, after a new start`),
    ],
    raw: { idle, full, restarted },
  };
}

function figures({ service, database }: Sample, when: string, meaning: string): readonly Figure[] {
  const of = (who: string, bytes: number, how: string): Figure => ({
    name: `${who} ${when}`,
    value: bytes / 1024 / 1024,
    unit: "MB",
    goal: null,
    meaning: `${how}; ${meaning}`,
  });
  return [
    of("service", service, "resident set of the service's one process"),
    ...(database === null
      ? []
      : [of("PostgreSQL", database, "all its processes, shared pages counted once (PSS)")]),
  ];
}

/** One issue occupies the only slot for as long as this lasts; the others wait for it in public. */
async function fillQueue({ simulator }: Stage, { service, log }: Running): Promise<void> {
  const first = await openIssue(simulator, "long", "600s");
  await askFor(simulator, first, "label");
  await log.until(({ msg, issue }) => msg === "worker started" && issue === first);
  const numbers: number[] = [];
  for (let index = 0; index < queued; index += 1) {
    const number = await openIssue(simulator, `part-${index}`, "0ms");
    await askFor(simulator, number, "label");
    numbers.push(number);
  }
  for (const number of numbers) {
    await log.until(({ issue, waitingFor }) => issue === number && waitingFor === "slot");
  }
  // Each of them is told on GitHub what it waits for.
  await untilQuiet(service.url);
}

/** Until nothing is under way but the agent. */
const untilQuiet = (url: string): Promise<void> =>
  untilTrue("that all is published", async () => (await jobsUnderWay(url)) <= 1);

async function jobsUnderWay(url: string): Promise<number> {
  const health: unknown = await (await fetch(`${url}/healthz`)).json();
  const { jobs } = health as { readonly jobs: readonly { waiting: number; held: number }[] };
  return jobs.reduce((sum, { waiting, held }) => sum + waiting + held, 0);
}

const samples = 5;

async function sampled({ dataFolder }: Stage, { service }: Running): Promise<Sample> {
  const health: unknown = await (await fetch(`${service.url}/healthz`)).json();
  const { pid } = (health as { readonly process: { readonly pid: number } }).process;
  const database = await serverPid(dataFolder);
  const taken: Sample[] = [];
  for (let index = 0; index < samples; index += 1) {
    taken.push({
      service: await residentBytes(pid),
      database: await proportionalBytes(database),
    });
    await pause(200);
  }
  const databases = taken.flatMap((one) => (one.database === null ? [] : [one.database]));
  return {
    service: median(taken.map(({ service: bytes }) => bytes)),
    database: databases.length === 0 ? null : median(databases),
  };
}
