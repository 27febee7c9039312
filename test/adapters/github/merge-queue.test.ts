/** GitHub's merge queue, as the adapter reads and uses it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, branched } from "./branched.ts";

test("a pull request is put into the queue once, however often that is tried, and taken out", async (t) => {
  const yard = await branched(t);
  const { repository } = yard.theIssue;
  await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"] });
  const opened = await yard.forge.openPull(yard.order, false);
  const { pull, head } = opened;
  const state = async () => (await yard.forge.inspectPull(addressOf(yard, pull))).queue;
  assert.deepEqual(await state(), { kind: "none" });
  await yard.as("mona", "set-merge-queue");
  const order = { repository, pull, head, isOn: true };
  const early = await yard.forge.enqueuePull(order);
  assert.match(early.done ? "" : early.why, /Required status check "ci" is expected/u);
  assert.deepEqual(await state(), { kind: "out", removal: null });
  await yard.as("mona", "complete-check", { pull });

  await yard.fault(
    { operation: "enqueuePullRequest" },
    { status: 502, headers: {}, body: {}, afterEffect: true },
  );
  await assert.rejects(yard.forge.enqueuePull(order));
  yard.asked();
  assert.deepEqual(await yard.forge.enqueuePull(order), { done: true });
  assert.equal(yard.asked().length, 1, "what was lost is read back, and nothing is written");
  await yard.simulator.drain();
  const within = await state();
  assert.deepEqual(within, {
    kind: "in",
    state: "awaiting-checks",
    isOurs: true,
    removal: null,
  });
  assert.deepEqual(await yard.forge.enqueuePull({ ...order, isOn: false }), { done: true });

  assert.equal((await state()).kind, "out");
  await yard.as("wren", "enqueue", { pull });
  const theirs = await state();
  assert.equal(theirs.kind === "in" && theirs.isOurs, false);
});

test("why the queue threw it out is told with the checks that failed there, to whoever asks for them", async (t) => {
  const yard = await branched(t);
  await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"] });
  await yard.as("mona", "set-merge-queue");
  const opened = await yard.forge.openPull(yard.order, false);
  const { pull } = opened;
  await yard.as("mona", "complete-check", { pull });
  await yard.as("wren", "enqueue", { pull });
  await yard.simulator.drain();
  const failed = { group: pull, conclusion: "failure", summary: "two of a kind" };
  await yard.as("mona", "complete-check", failed);
  await yard.simulator.drain();

  const order = { ...addressOf(yard, pull), isRemovalWanted: true };
  const { queue, checks } = await yard.forge.inspectPull(order);
  const again = await yard.forge.inspectPull(addressOf(yard, pull));

  assert.ok(queue.kind === "out" && queue.removal !== null);
  const { id, ...removal } = queue.removal;
  assert.deepEqual(removal, {
    reason: "failed_checks",
    by: null,
    failures: [{ name: "ci", text: "ci\n\ntwo of a kind" }],
  });
  assert.equal(checks, "passing");
  const { queue: unasked } = again;
  assert.deepEqual(unasked.kind === "out" && unasked.removal, { id, ...removal, failures: [] });
  assert.match(
    String(await yard.forge.mergePull(yard.mergeOf(opened), false).then(({ merged }) => merged)),
    /false/u,
  );
});

test("who has taken it out by hand is told", async (t) => {
  const yard = await branched(t);
  await yard.as("mona", "set-merge-queue");
  await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"] });
  const { pull } = await yard.forge.openPull(yard.order, false);
  await yard.as("mona", "complete-check", { pull });
  await yard.as("wren", "enqueue", { pull });
  await yard.as("wren", "dequeue", { pull });

  const { queue } = await yard.forge.inspectPull(addressOf(yard, pull));

  assert.ok(queue.kind === "out");
  assert.deepEqual([queue.removal?.reason, queue.removal?.by], ["manual", "wren"]);
});
