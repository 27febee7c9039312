/** Looking on at a run from beside the service. */
import assert from "node:assert/strict";
import test from "node:test";
import type { AgentParser } from "../../../src/adapters/agents/adapter.ts";
import { latestRun } from "../../../src/adapters/agents/run-folder.ts";
import { scriptedAgent } from "../../../src/adapters/agents/scripted.ts";
import { watchRun, type Sight, type WatchedRun } from "../../../src/adapters/agents/watch.ts";
import { briefWith, order, yard, type Yard } from "./runs.ts";

test("a watcher sees a run from its beginning to its exit, whenever it comes", async (t) => {
  const place = yard(t);
  const brief = briefWith("- print: one", "- wait: 100ms", "- print: two", "- done: ok");
  const worker = await place.agents().start(order(brief), place.workplace);

  const early = await seen(place);
  await worker.exited;
  const late = await seen(place);

  assert.deepEqual(early, late);
  assert.deepEqual(
    early.flatMap((sight) =>
      sight.type === "event" && sight.event.type === "text" ? [sight.event.text] : [],
    ),
    ["one", "two"],
  );
  assert.deepEqual(early.at(-1), { type: "exited" });
  const lines = early.flatMap((sight) => (sight.type === "line" ? [sight.line] : []));
  assert.equal(lines.length, 8);
  assert.match(lines[0] ?? "", /^\{"type":"started"/);
});

test("a watcher that has seen enough ends at once and does the run no harm", async (t) => {
  const place = yard(t);
  const worker = await place
    .agents()
    .start(order(briefWith("- print: a", "- hang")), place.workplace);
  const enough = new AbortController();
  const sights: string[] = [];

  for await (const sight of watchRun(await found(place), parser, enough.signal)) {
    sights.push(sight.type);
    if (sight.type === "event" && sight.event.type === "text") enough.abort();
  }

  assert.ok(!sights.includes("exited"));
  const glance: string[] = [];
  for await (const sight of watchRun(await found(place), parser, AbortSignal.abort())) {
    glance.push(sight.type);
  }
  assert.ok(glance.includes("line") && !glance.includes("exited"), "a glance shows what there is");
  await worker.stop();
  assert.equal((await worker.exited).outcome, "stopped");
});

test("a run that is lost has exited", async (t) => {
  const place = yard(t);
  await (
    await place.agents().start(order(briefWith("- done: ok")), place.workplace)
  ).exited;
  const { folder, record } = await found(place);
  const lost = { folder: { ...folder, exit: `${folder.exit}-gone` }, record };

  const sights: Sight[] = [];
  for await (const sight of watchRun(lost, parser)) sights.push(sight);

  assert.deepEqual(sights.at(-1), { type: "exited" });
});

const parser = (): AgentParser => scriptedAgent.parser();

async function found(place: Yard): Promise<WatchedRun> {
  const { repository, worker } = order("");
  const run = await latestRun(place.root, repository.id, worker);
  assert.ok(run);
  return run;
}

async function seen(place: Yard): Promise<readonly Sight[]> {
  const sights: Sight[] = [];
  for await (const sight of watchRun(await found(place), parser)) sights.push(sight);
  return sights;
}
