/** What it costs to take a Worker's change out of its sandbox, check it and judge it. */
import { collectInSandbox } from "../../src/adapters/git/collect-in-sandbox.ts";
import { createBubblewrap } from "../../src/adapters/sandbox/bubblewrap.ts";
import type { Git } from "../../src/ports.ts";
import { importOf, openBench, orderFor, write } from "../adapters/git/bench.ts";
import { begin } from "./endings.ts";
import type { Found, Measurement } from "./figure.ts";
import { median } from "./figure.ts";

export const collect: Measurement = {
  name: "collect",
  about: "collection and import of a small change, with and without a sandbox",
  run: measure,
};

const rounds = 20;

async function measure(): Promise<Found> {
  const tried = await createBubblewrap().preflight();
  if (!tried.ok) return { figures: [], raw: { skipped: tried.why } };
  const bench = await begin(
    () => openBench(),
    (opened) => opened[Symbol.asyncDispose](),
  );
  const plain = bench.restart();
  const boxed = bench.restart({ collect: collectInSandbox(createBubblewrap()) });
  await timedImport(plain, 1);
  await timedImport(boxed, 2);
  const plainMs: number[] = [];
  const boxedMs: number[] = [];
  // In turns, so that a slow minute of the machine is in both.
  for (let round = 1; round <= rounds; round += 1) {
    plainMs.push(await timedImport(plain, 100 + round));
    boxedMs.push(await timedImport(boxed, 200 + round));
  }
  return {
    figures: [
      {
        name: "collect and import, sandboxed",
        value: median(boxedMs),
        unit: "ms",
        goal: { below: 150 },
        meaning: `from the order until the work is in the mirror and judged: one changed file and one new one in a small repository, collected in a sandbox of its own, median of ${rounds}`,
      },
      {
        name: "collect and import, plain",
        value: median(plainMs),
        unit: "ms",
        goal: null,
        meaning: "the same with no sandbox: the difference is what it costs to collect in one",
      },
    ],
    raw: { boxedMs, plainMs },
  };
}

async function timedImport(git: Git, issue: number): Promise<number> {
  const order = orderFor(issue);
  const { base } = await git.createWorktree(order);
  const { worktree } = git.workplace(order);
  await write(worktree, { "notes.md": `# ${issue}\n`, "src/a.txt": `changed by ${issue}\n` });

  const startedAt = performance.now();
  const work = await git.importWork(importOf(order, base));
  const tookMs = performance.now() - startedAt;

  if (work.kind !== "commits") throw new Error(JSON.stringify(work));
  return tookMs;
}
