/** How long run folders stay. */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { dirname } from "node:path";
import test from "node:test";
import { removeOldRuns } from "../../../src/adapters/agents/retention.ts";
import { folderOf, hang, resultLine, sayLine, shell, shellOrder, yard, type Yard } from "./runs.ts";

const dayMs = 86_400_000;
const session = "11111111-2222-4333-8444-555555555555";

async function runTwice(place: Yard): Promise<void> {
  const agents = place.agents({ adapters: [shell] });
  for (const run of [1, 2]) {
    const asked = shellOrder(resultLine("ok"), run === 1 ? {} : { run, session });
    await (
      await agents.start(asked, place.workplace)
    ).exited;
  }
}

const there = (place: Yard): readonly boolean[] =>
  [1, 2].map((run) => existsSync(folderOf(place.root, run).path));

test("runs that ended 14 days ago go, the newest only with its worktree", async (t) => {
  const place = yard(t);
  await runTwice(place);
  const now = place.clock.now();

  await removeOldRuns(place.root, now + 13 * dayMs);
  assert.deepEqual(there(place), [true, true]);
  await removeOldRuns(place.root, now + 15 * dayMs);
  assert.deepEqual(there(place), [false, true]);
  rmSync(place.workplace.worktree, { recursive: true });
  await removeOldRuns(place.root, now + 15 * dayMs);
  assert.deepEqual(there(place), [false, false]);
  assert.ok(!existsSync(dirname(place.folder.path)));
});

test("a run that lives stays, however old it is", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell] });
  const worker = await agents.start(shellOrder(`${sayLine("a")}; ${hang}`), place.workplace);
  await place.text("a");
  rmSync(place.workplace.worktree, { recursive: true });

  await removeOldRuns(place.root, place.clock.now() + 99 * dayMs);

  assert.deepEqual(there(place), [true, false]);
  await worker.stop();
});
