/** Follow-ups from the command line, through the whole service: a message calls a Worker back in its worktree and session. */
import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";

import { bodyWith, change } from "../support/beginning.ts";
import { runProgram } from "../cli/running.ts";
import type { Ran } from "../cli/running.ts";
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

/** Numbers of the runs of the only Worker that there was. */
async function runsOf({ dataFolder }: Yardmaster): Promise<readonly string[]> {
  const runs = join(dataFolder, "runs");
  const entries = (await readdir(runs, { recursive: true })).map((entry) => entry.split("/"));
  const workers = new Set(entries.map(([, worker]) => worker).filter((one) => one !== undefined));
  assert.equal(workers.size, 1);
  return entries
    .filter(({ length }) => length === 3)
    .map(([, , run = ""]) => run)
    .toSorted();
}

describe("the operator", { concurrency: true }, () => {
  test("answers a parked worker, which goes on in the same session and is merged", async (t) => {
    const yard = await yardmasterForTest(t, {});
    const cli = operatorOf(yard);
    const number = await yard.issue("- ask: Which sealant?", { labels: ["agent:go"] });
    await yard.ends(number, "parked");

    const before = JSON.parse((await cli("status", String(number), "--json")).stdout).task;
    const sent = await cli("send", String(number), bodyWith(change("tank.txt")), "--json");
    const waited = await cli("wait", String(number), "--granularity", "tool", "--timeout", "60");
    await yard.ends(number, "done");
    const logs = await cli("logs", String(number));

    assert.match(before.waiting, /^an answer: Which sealant\?$/u);
    assert.equal(JSON.parse(sent.stdout).dispatched, true);
    assert.equal(waited.exitCode, 0);
    assert.match(waited.stdout, /^WATCHING task=acme\/rocket#\d+ pid=\d+ granularity=tool\n/u);
    assert.match(waited.stdout, /\nEXITED task=acme\/rocket#\d+$/u);
    assert.deepEqual([before.run, before.attempt], [1, 1]);
    assert.deepEqual(await runsOf(yard), ["1", "2"]);
    assert.match(logs.stdout, /The session is resumed\./u);
  });

  test("writes to a worker at work, which is told in another run after this one", async (t) => {
    const yard = await yardmasterForTest(t, {});
    const cli = operatorOf(yard);
    const script =
      '- edit: {path: a.txt, content: "a"}\n- commit: "feat: a"\n- wait: 6s\n- done: A.';
    const number = await yard.issue(script, { labels: ["agent:go"] });
    await yard.steps(number, "wait");

    const sent = JSON.parse(
      (await cli("send", String(number), bodyWith(change("b.txt")), "--json")).stdout,
    );
    await yard.ends(number, "done");
    const logs = await cli("logs", String(number));

    assert.deepEqual([sent.dispatched, sent.queued_count], [false, 1]);
    assert.deepEqual(await runsOf(yard), ["1", "2"]);
    assert.match(logs.stdout, /The session is resumed\./u);
  });
});
