/** From a green pull request to its merge, where something stands in between. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import type { SeenPull } from "../support/seen.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const pullOf = ({ seen }: Yardmaster, number: number): SeenPull =>
  seen.pulls().find(({ body }) => body.includes(`Closes #${number}\n`)) ??
  assert.fail(`#${number} has no pull request`);

/** Lets an issue come to its pull request, and gives its number. */
async function reviewed(yard: Yardmaster, number: number, check: string): Promise<number> {
  await yard.as("wren", "label", { number, label: "agent:go" });
  await yard.reaches(number, "reviewing");
  const pull = pullOf(yard, number).number;
  await says(yard, pull, check);
  return pull;
}

const says = (yard: Yardmaster, pull: number, check: string): Promise<boolean> =>
  yard.until(`the check run to say ${check}`, () =>
    yard.seen.checks(pull).some((text) => text === check),
  );

suite("merging", { concurrency: 2 }, () => {
  test("where people merge, one pull request is merged when somebody with write access says so", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }" });
    const waits = "neutral: Waits for a person to review and merge it";

    await t.test("by a command on the issue", async () => {
      const number = await yard.issue(change("tank.txt"));
      await reviewed(yard, number, waits);

      await yard.as("wren", "comment", { number, body: "/agent merge" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
    });

    await t.test("by a label on the pull request, unless another one forbids it", async () => {
      const number = await yard.issue(change("lid.txt"));
      const pull = await reviewed(yard, number, waits);

      await yard.as("tess", "label", { number: pull, label: "agent:merge" });
      await yard.quiet();
      assert.equal(pullOf(yard, number).state, "open", "who may only sort issues cannot merge");
      await yard.as("tess", "unlabel", { number: pull, label: "agent:merge" });
      await yard.as("wren", "label", { number: pull, label: "do-not-merge" });
      await yard.as("wren", "label", { number: pull, label: "agent:merge" });
      await says(yard, pull, "action_required: Not merged: it carries the label do-not-merge");
      await yard.as("wren", "unlabel", { number: pull, label: "do-not-merge" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "lid.txt");
    });
  });

  test("where a branch asks for heads that are up to date, pull requests are brought up to date and merged one after the other", async (t) => {
    const seed = { ci: { checks: ["ci"], auto: null } };
    const yard = await yardmasterForTest(t, { seed });
    const turn = "neutral: Waits for its turn: another pull request is merged into main first";
    const green = (pull: number): Promise<unknown> =>
      yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
    await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"], strict: true });
    const first = await yard.issue(change("tank.txt"));
    const second = await yard.issue(change("lid.txt"));
    const [tank, lid] = [
      await reviewed(yard, first, "neutral: Waits for checks"),
      await reviewed(yard, second, "neutral: Waits for checks"),
    ];
    const { head } = pullOf(yard, first);
    await yard.as("mona", "push", { branch: "main", files: { "paint.txt": "red\n" } });

    await green(tank);
    await yard.until("a new head", () => pullOf(yard, first).head !== head);
    await says(yard, tank, "neutral: Waits for checks");
    await green(lid);
    await says(yard, lid, turn);
    await yard.as("rita", "comment", { number: second, body: "/agent why" });
    await yard.until("an answer", () =>
      yard.seen.ours(second).some(({ body }) => body.includes("waits for its turn")),
    );
    await green(tank);
    await yard.ends(first, "done");

    const { head: updated } = pullOf(yard, second);
    assert.equal(await yard.seen.file("paint.txt", pullOf(yard, second).branch), "red\n");
    await green(lid);
    await yard.ends(second, "done");
    await assertMerged(yard, first, "tank.txt");
    await assertMerged(yard, second, "lid.txt");
    assert.equal(pullOf(yard, second).head, updated);
    assert.deepEqual(await yard.seen.branches(), ["main"]);
    const updates = yard.requests().filter((request) => request.includes("update-branch"));
    assert.equal(updates.length, 2);
  });

  test("what a branch requires besides green checks is left to GitHub's auto-merge, unless something forbids the merge", async (t) => {
    const yard = await yardmasterForTest(t);
    const armed = "neutral: Waits for what its base branch still requires; GitHub then merges it";
    await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"], approvals: 1 });
    const number = await yard.issue(change("tank.txt"));
    const pull = await reviewed(yard, number, armed);

    await yard.as("wren", "label", { number: pull, label: "do-not-merge" });
    await says(yard, pull, "action_required: Not merged: it carries the label do-not-merge");
    await yard.as("mona", "review", { pull, state: "approve" });
    await yard.quiet();
    assert.equal(pullOf(yard, number).state, "open");
    await yard.as("wren", "unlabel", { number: pull, label: "do-not-merge" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
  });

  test("a pull request that is left to GitHub is merged by it on the last approval", async (t) => {
    const yard = await yardmasterForTest(t);
    const armed = "neutral: Waits for what its base branch still requires; GitHub then merges it";
    await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"], approvals: 1 });
    const number = await yard.issue(change("tank.txt"));
    const pull = await reviewed(yard, number, armed);

    await yard.as("mona", "review", { pull, state: "approve" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.ok(!yard.requests().some((request) => request.endsWith("/merge")));
  });

  test("where a branch has a merge queue, GitHub merges: in again after a veto, and mended once when it is thrown out", async (t) => {
    const seed = { ci: { checks: ["ci"], auto: null } };
    const yard = await yardmasterForTest(t, { seed });
    const queued = "neutral: In the merge queue of main: waits for the checks of the merge";
    const check = (more: object): Promise<unknown> => yard.as("mona", "complete-check", more);
    await yard.as("mona", "protect-branch", { branch: "main", checks: ["ci"] });
    await yard.as("mona", "set-merge-queue", { branch: "main", method: "squash" });
    const number = await yard.issue(twice("lid.txt", "tank.txt"));
    const pull = await reviewed(yard, number, "neutral: Waits for checks");
    await check({ pull });
    await says(yard, pull, queued);

    await yard.as("wren", "label", { number: pull, label: "do-not-merge" });
    await says(yard, pull, "action_required: Not merged: it carries the label do-not-merge");
    assert.deepEqual(await queueBranches(yard), []);
    await yard.as("wren", "unlabel", { number: pull, label: "do-not-merge" });
    await says(yard, pull, queued);
    const { head } = pullOf(yard, number);
    await check({ group: pull, conclusion: "failure", summary: "it leaks" });
    await yard.until("a new head", () => pullOf(yard, number).head !== head);
    await says(yard, pull, "neutral: Waits for checks");
    await check({ pull });
    await says(yard, pull, queued);
    await check({ group: pull });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.deepEqual(await yard.seen.branches(), ["main"]);
    const entries = [...yard.simulator.sim.world.timeline.values()].filter(
      ({ event }) => event === "added_to_merge_queue",
    );
    assert.equal(entries.length, 3);
    assert.ok(!yard.requests().some((request) => request.endsWith("/merge")));
  });
});

const queueBranches = async ({ seen }: Yardmaster): Promise<readonly string[]> =>
  (await seen.branches()).filter((branch) => branch.startsWith("gh-readonly-queue/"));

/** A script that changes one file, and another one when it is called back. */
const twice = (first: string, second: string): string =>
  [
    "attempts:",
    `  - - edit: {path: ${first}, content: "half\\n"}`,
    '    - commit: "feat: begin"',
    "    - done: Sealed it.",
    `  - - edit: {path: ${second}, content: "done\\n"}`,
    '    - commit: "fix: finish"',
    "    - done: Mended it.",
  ].join("\n");
