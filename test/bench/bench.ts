/** `npm run bench`: measures the product on this machine, says what was hoped for and what was found. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { projectFolder } from "../support/own-file.ts";
import { coldStart } from "./cold-start.ts";
import { collect } from "./collect.ts";
import { deliveries } from "./deliveries.ts";
import { endAll, endForGood } from "./endings.ts";
import type { Figure, Measurement } from "./figure.ts";
import { isMet } from "./figure.ts";
import { labelToAgent } from "./label-to-agent.ts";
import { load, machine } from "./machine.ts";
import { memory } from "./memory.ts";
import { requests } from "./requests.ts";
import { sandbox } from "./sandbox.ts";
import { speedUp } from "./speed-up.ts";
import { table } from "./table.ts";
import { worktree } from "./worktree.ts";

const all = (taskSeconds: number): readonly Measurement[] => [
  deliveries,
  labelToAgent,
  requests,
  speedUp(taskSeconds),
  memory,
  coldStart,
  worktree,
  sandbox,
  collect,
];

/** Real tasks take minutes; the shorter one is here, the more of a run is what no worker shortens. */
const usualTaskSeconds = 60;

const usage = `Usage: npm run bench -- [options]

Measures on this machine, on loopback alone, and leaves nothing behind. All of it takes about twenty minutes, most of
them waits of the speed-up, and writes bench/latest.json; one measurement alone writes nothing.

Options:
  --only <name>       measure one thing (may be given several times)
  --task-seconds <n>  length of a task of the speed-up (${usualTaskSeconds})
  --json              print one JSON document and nothing else
  --help              print this

Measurements:
${all(usualTaskSeconds)
  .map(({ name, about }) => `  ${name.padEnd(15)} ${about}`)
  .join("\n")}
`;

type Options = {
  readonly chosen: readonly Measurement[];
  readonly isAll: boolean;
  readonly json: boolean;
};

async function bench({ chosen, isAll, json }: Options): Promise<void> {
  const say = (text: string): void => void (json || process.stdout.write(`${text}\n`));
  const figures: Figure[] = [];
  const raw: Record<string, unknown> = {};
  const loadBefore = load();
  for (const measurement of chosen) {
    say(`${measurement.name}: ${measurement.about} …`);
    const found = await measure(measurement);
    figures.push(...found.figures);
    raw[measurement.name] = found.raw;
  }
  const report = {
    measuredAt: new Date().toISOString(),
    machine: await machine(),
    load: { before: loadBefore, after: load() },
    figures: figures.map((figure) => ({ ...figure, met: isMet(figure) })),
    raw,
  };
  const text = `${JSON.stringify(report, null, 2)}\n`;
  if (isAll) await save(text);
  if (json) process.stdout.write(text);
  else say(`\n${table(figures)}\n\n${figures.map(sentence).join("\n")}`);
}

const sentence = ({ name, meaning }: Figure): string => `${name}: ${meaning}.`;

async function measure(measurement: Measurement): ReturnType<Measurement["run"]> {
  try {
    return await measurement.run();
  } finally {
    await endAll();
  }
}

async function save(text: string): Promise<void> {
  const folder = join(projectFolder, "bench");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "latest.json"), text);
}

/** Rejects when the person at the terminal has had enough. */
function interrupted(): Promise<never> {
  return new Promise((_, reject) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
      process.on(signal, () => reject(new Error(`ended by ${signal}`)));
    }
  });
}

/** Null when help is wanted. */
function options(): Options | null {
  const { values } = parseArgs({
    options: {
      only: { type: "string", multiple: true, default: [] },
      "task-seconds": { type: "string", default: String(usualTaskSeconds) },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  const { only, json, help, "task-seconds": seconds } = values;
  const measurements = all(Number(seconds));
  const unknown = only.find((wanted) => !measurements.some(({ name }) => name === wanted));
  if (unknown !== undefined) throw new Error(`there is no measurement ${unknown}\n\n${usage}`);
  if (!/^[1-9][0-9]{0,2}$/.test(seconds)) throw new Error(`${seconds} is no length\n\n${usage}`);
  const chosen = measurements.filter(({ name }) => only.length === 0 || only.includes(name));
  const isAll = only.length === 0 && Number(seconds) === usualTaskSeconds;
  return help ? null : { chosen, isAll, json };
}

try {
  const wanted = options();
  if (wanted === null) process.stdout.write(usage);
  else {
    const work = bench(wanted);
    try {
      await Promise.race([work, interrupted()]);
    } catch (error) {
      await endForGood();
      await work.catch(() => {});
      throw error;
    }
    process.exit();
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
