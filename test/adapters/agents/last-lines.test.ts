/** What is told of what an issue's last Worker has printed. */
import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import test from "node:test";
import { issueNumber, millis, workerId } from "../../../src/core/ids.ts";
import { hang, order, resultLine, sayLine, shell, shellOrder, yard, type Yard } from "./runs.ts";

const { repository, issueNumber: issue } = order("");
const asked = { repository, issueNumber: issue, lines: 3 };

const runOf = async (place: Yard, script: string, second: number): Promise<void> => {
  const agents = place.agents({ adapters: [shell] });
  const worker = workerId(issueNumber(issue), millis(second * 1000));
  await (
    await agents.start(shellOrder(script, { worker }), place.workplace)
  ).exited;
};

test("the newest worker's last lines are told, also when its worktree is gone", async (t) => {
  const place = yard(t);
  await runOf(place, `${sayLine("late")}; ${resultLine("ok")}`, 10);
  await runOf(place, `${sayLine("early")}; ${resultLine("ok")}`, 9);
  rmSync(place.workplace.worktree, { recursive: true });

  const log = await place.agents({ adapters: [shell] }).log(asked);

  assert.equal(log?.worker, `worker-10-${issue}`);
  assert.equal(log?.lines.includes("late"), true);
  assert.equal(log?.lines.includes("early"), false);
});

test("a run that goes on is told as far as it is, and no more lines than were asked for", async (t) => {
  const place = yard(t);
  const agents = place.agents({ adapters: [shell] });
  const says = ["a", "b", "c", "d"].map(sayLine).join("; ");
  const worker = await agents.start(shellOrder(`${says}; ${hang}`), place.workplace);
  await place.text("d");

  const log = await agents.log(asked);

  assert.deepEqual(log?.lines, ["b", "c", "d"]);
  await worker.stop();
});

test("nothing is told of an issue of which no run is left", async (t) => {
  const place = yard(t);
  await runOf(place, `${sayLine("a")}; ${resultLine("ok")}`, 10);

  const agents = place.agents({ adapters: [shell] });

  assert.equal(await agents.log({ ...asked, issueNumber: issue + 1 }), null);
});
