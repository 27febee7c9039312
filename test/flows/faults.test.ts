import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Every kind of write that an issue needs on its way, as the simulator matches it. */
const writes: readonly object[] = [
  { operation: "addComment" },
  { operation: "updateProjectV2ItemFieldValue" },
  { method: "POST", path: "*/pulls" },
  { method: "POST", path: "*/check-runs" },
  { method: "PUT", path: "*/merge" },
  { operation: "updateIssueComment" },
];

/** Lets an issue go its whole way while every kind of write fails once. */
async function mergedDespite(yard: Yardmaster, respond: object): Promise<void> {
  const number = await yard.issue(change("tank.txt"));
  for (const match of writes) await yard.fault(match, respond);
  const { id } = await yard.as("wren", "comment", { number, body: "/agent dispatch" });
  await yard.reaches(number, "reviewing");
  const pull = await yard.until("the pull request", () => yard.seen.pulls()[0]?.number);
  await yard.until("the check run", () => yard.seen.checks(pull).length > 0);
  await yard.as("mona", "complete-check", { pull, name: "ci" });
  await yard.ends(number, "done");

  await assertMerged(yard, number, "tank.txt");
  assert.equal(yard.seen.ours(number).length, 2);
  assert.equal(yard.seen.pulls().length, 1);
  assert.equal(yard.seen.checks(pull).length, 1);
  assert.equal(yard.seen.column(number), "Done");
  assert.deepEqual(yard.seen.reactions(id), ["eyes", "rocket"]);
  const left = await fetch(`${yard.simulator.url}/_sim/faults`);
  assert.deepEqual(await left.json(), [], "every fault has struck");
  const again = yard.log.filter(({ message }) => message === "effect is tried again later");
  assert.ok(again.length >= writes.length - 1, `${again.length} tries in vain`);
}

const waiting = { seed: { ci: { checks: ["ci"], auto: null } } };

suite("when GitHub fails", { concurrency: 4 }, () => {
  test("a 502 before each write costs time and nothing else", async (t) => {
    await mergedDespite(await yardmasterForTest(t, waiting), { status: 502 });
  });

  test("a 502 after each write has taken effect doubles nothing", async (t) => {
    await mergedDespite(await yardmasterForTest(t, waiting), { status: 502, afterEffect: true });
  });

  test("an answer that GitHub's gateway cuts off is asked for again", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(change("tank.txt"));
    await yard.fault({ operation: "InspectIssue" }, { status: 502, body: "<html>Unicorn</html>" });
    await yard.fault({ path: "*/permission" }, { status: 500 });

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.ours(number).length, 2);
  });

  test("a secondary limit is obeyed: no request in between", async (t) => {
    const yard = await yardmasterForTest(t);
    const first = await yard.issue(change("one.txt"));
    const second = await yard.issue(change("two.txt"));
    const message =
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    await yard.fault(
      { operation: "addComment" },
      { status: 403, headers: { "retry-after": "2" }, body: { message } },
    );

    await yard.as("wren", "label", { number: first, label: "agent:go" });
    const limited = await yard.until("the limit", () =>
      yard.simulator.requests.find(
        ({ status, operation }) => status === 403 && operation?.includes("addComment"),
      ),
    );
    await yard.as("wren", "label", { number: second, label: "agent:go" });
    await yard.reaches(first, "done");
    await yard.ends(second, "done");

    await assertMerged(yard, first, "one.txt");
    await assertMerged(yard, second, "two.txt");
    const endAt = Date.parse(limited.time) + 2000;
    const early = yard.simulator.requests.filter(
      ({ id, time, actor }) =>
        id > limited.id && actor === "yardmaster[bot]" && Date.parse(time) < endAt,
    );
    assert.deepEqual(early, []);
  });
});
