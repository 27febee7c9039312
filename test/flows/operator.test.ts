/** Follow-ups from the command line, through the whole service: a message calls a Worker back in its worktree and session. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { bodyWith, change } from "../support/beginning.ts";
import type { Ran } from "../cli/resident.ts";
import { runProgram } from "../cli/run-program.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Runs the command line about this service; what it says on stderr fails the test. */
const operatorOf =
  ({ dataFolder }: Yardmaster) =>
  async (...args: readonly string[]): Promise<Ran> => {
    const ran = await runProgram([...args, "--data", dataFolder]);
    assert.equal(ran.stderr, "", args.join(" "));
    return ran;
  };

/** Numbers of the runs of the only Worker that the issue had. */
async function runsOf({ dataFolder }: Yardmaster, number: number): Promise<readonly string[]> {
  const entries = await readdir(join(dataFolder, "runs"), { recursive: true });
  const parts = entries
    .map((entry) => entry.split("/"))
    .filter(([, worker]) => worker?.endsWith(`-${number}`));
  assert.equal(new Set(parts.map(([, worker]) => worker)).size, 1);
  return parts
    .filter(({ length }) => length === 3)
    .map(([, , run = ""]) => run)
    .toSorted();
}

test("the operator answers a parked worker and writes to one at work, and each goes on in another run of its session", async (t) => {
  const yard = await yardmasterForTest(t, { isSandboxed: true });
  const cli = operatorOf(yard);
  const label = { labels: ["agent:go"] };
  const parked = await yard.issue("- ask: Which sealant?", label);
  await yard.ends(parked, "parked");
  const script = '- edit: {path: a.txt, content: "a"}\n- commit: "feat: a"\n- wait: 6s\n- done: A.';
  const busy = await yard.issue(script, label);
  await yard.steps(busy, "wait");

  await t.test("a worker at work is told in another run after this one", async () => {
    const sent = await cli("send", String(busy), bodyWith(change("b.txt")), "--json");
    const { dispatched, queued_count: queued } = JSON.parse(sent.stdout);
    assert.deepEqual([dispatched, queued], [false, 1]);
  });

  await t.test("a parked worker goes on in the same session and is merged", async () => {
    const number = String(parked);
    const before = JSON.parse((await cli("status", number, "--json")).stdout).task;
    const sent = await cli("send", number, bodyWith(change("tank.txt")), "--json");
    const waited = await cli("wait", number, "--granularity", "tool", "--timeout", "60");
    await yard.reaches(parked, "done");

    assert.match(before.waiting, /^an answer: Which sealant\?$/u);
    assert.equal(JSON.parse(sent.stdout).dispatched, true);
    assert.equal(waited.exitCode, 0);
    assert.match(waited.stdout, /^WATCHING task=acme\/rocket#\d+ pid=\d+ granularity=tool\n/u);
    assert.match(waited.stdout, /\nEXITED task=acme\/rocket#\d+$/u);
    assert.deepEqual([before.run, before.attempt], [1, 1]);
  });

  await yard.ends(busy, "done");
  for (const number of [parked, busy]) {
    assert.deepEqual(await runsOf(yard, number), ["1", "2"]);
    const logs = await cli("logs", String(number));
    assert.match(logs.stdout, /The session is resumed\./u);
  }
});
