import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { ThreadsOrder } from "../../../src/core/effect.ts";
import { pullNumber } from "../../../src/core/ids.ts";
import { bench } from "./setup.ts";
import type { Bench } from "./setup.ts";

type Reviewed = Bench & { readonly order: ThreadsOrder };

/** A pull request with two threads of a reviewer, of which the first is done. */
async function reviewed(t: TestContext): Promise<Reviewed> {
  const yard = await bench(t);
  const { repository } = await yard.known(await yard.issue());
  await yard.as("mona", "push", { branch: "tank", files: { "tank.txt": "a\nb\n" } });
  await yard.as("mona", "open-pull", { head: "tank", title: "Tank" });
  const comments = [1, 2].map((line) => ({ path: "tank.txt", line, body: "Why?" }));
  await yard.as("wren", "review", { pull: 2, state: "comment", body: "", comments });
  const threads = [...yard.simulator.sim.world.threads.values()].map(({ nodeId }, at) => ({
    thread: nodeId,
    text: `Answer ${at}.`,
    isResolved: at === 0,
  }));
  yard.asked();
  return { ...yard, order: { repository, pull: pullNumber(2), mark: "w-1/1", threads } };
}

const threads = ({ simulator: { sim } }: Bench): readonly unknown[] =>
  [...sim.world.threads.values()].map(({ commentIds, resolvedById }) => [
    resolvedById !== null,
    ...commentIds.slice(1).map((id) => sim.world.reviewComments.get(id)?.body),
  ]);

const answered = [
  [true, "<!-- yardmaster:answer w-1/1 -->\nAnswer 0."],
  [false, "<!-- yardmaster:answer w-1/1 -->\nAnswer 1."],
];

test("all threads are answered in one request, and what is done is resolved", async (t) => {
  const yard = await reviewed(t);

  await yard.forge.answerThreads(yard.order, false);

  assert.equal(yard.asked().length, 1);
  assert.deepEqual(threads(yard), answered);
});

test("an answer that took effect behind a breakdown is not given twice", async (t) => {
  const yard = await reviewed(t);
  const first = { ...yard.order, threads: yard.order.threads.slice(0, 1) };
  await yard.forge.answerThreads(first, false);

  await yard.forge.answerThreads(yard.order, true);
  await yard.forge.answerThreads(yard.order, true);

  assert.deepEqual(threads(yard), answered);
});

test("a reviewer who copies our mark keeps nobody from an answer", async (t) => {
  const yard = await reviewed(t);
  const [comment] = yard.simulator.sim.world.reviewComments.values();
  comment!.body = "<!-- yardmaster:answer w-1/1 -->\nMine.";

  await yard.forge.answerThreads(yard.order, true);

  assert.deepEqual(threads(yard), answered);
});

test("a thread that is gone keeps the others from nothing", async (t) => {
  const yard = await reviewed(t);
  const gone = { thread: "PRRT_gone", text: "Answer.", isResolved: true };

  await yard.forge.answerThreads({ ...yard.order, threads: [gone, ...yard.order.threads] }, true);

  assert.deepEqual(threads(yard), answered);
  assert.match(yard.warnings.join(), /^thread cannot be answered/u);
});
