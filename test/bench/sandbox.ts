/** What the sandbox costs at the start of a command. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Box } from "../../src/adapters/sandbox/box.ts";
import { createBubblewrap } from "../../src/adapters/sandbox/bubblewrap.ts";
import { runBoxed } from "../../src/adapters/sandbox/start.ts";
import { begin } from "./endings.ts";
import type { Found, Measurement } from "./figure.ts";
import { median } from "./figure.ts";

export const sandbox: Measurement = {
  name: "sandbox",
  about: "start of a sandboxed command against a plain one",
  run: measure,
};

const rounds = 101;

async function measure(): Promise<Found> {
  const tried = await createBubblewrap().preflight();
  if (!tried.ok) return { figures: [], raw: { skipped: tried.why } };
  const root = await begin(
    async () => realpath(await mkdtemp(join(tmpdir(), "yardmaster-bench-"))),
    (folder) => rm(folder, { recursive: true, force: true }),
  );
  await mkdir(join(root, "shown"));
  const times = { plain: [] as number[], boxed: [] as number[], bridged: [] as number[] };
  // In turns, so that whatever else the machine does falls on all of them alike.
  for (let round = 0; round < rounds; round += 1) {
    times.plain.push(await timed(runPlain));
    times.boxed.push(await timed(() => runInBox(root, [])));
    const socket = join(root, "shown", "socket");
    times.bridged.push(await timed(() => runInBox(root, [{ port: 8080, socket }])));
  }
  const added = (boxed: readonly number[]): number => median(boxed) - median(times.plain);
  return {
    figures: [
      {
        name: "sandbox start",
        value: added(times.boxed),
        unit: "ms",
        goal: { below: 50 },
        meaning: `what preparing the sandbox, starting \`true\` in it and removing it take longer than starting \`true\` alone: the difference of the medians of ${rounds} runs`,
      },
      {
        name: "sandbox start with a bridge",
        value: added(times.bridged),
        unit: "ms",
        goal: null,
        meaning: "the same when the command waits until its way to a model is open",
      },
    ],
    raw: { timesMs: times },
  };
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await act();
  return performance.now() - startedAt;
}

async function runPlain(): Promise<void> {
  await once(spawn("true", { stdio: "ignore" }), "close");
}

const shared = createBubblewrap();
let count = 0;

async function runInBox(root: string, bridges: Box["bridges"]): Promise<void> {
  const shown = join(root, "shown");
  const box: Box = {
    name: `yardmaster-bench-${process.pid}-${(count += 1)}`,
    writable: [shown],
    readable: [],
    workingFolder: shown,
    environment: { PATH: "/usr/bin:/bin" },
    bridges,
    limits: { memoryBytes: 2 ** 30, processes: 100, fileBytes: 2 ** 30 },
  };
  const { code } = await runBoxed(await shared.wrap(["true"], box, join(root, "run")));
  await shared.end(box.name);
  if (code !== 0) throw new Error(`the sandboxed command failed with ${code}`);
}
