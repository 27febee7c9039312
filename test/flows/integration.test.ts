/** An integration plan as people see it: sub-issues merged one by one into a branch of their own, then all of it as one pull request. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { change, mergingFile } from "../support/beginning.ts";
import { masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

test("sub-issues are merged into the plan's branch, and together into the default branch", async (t) => {
  const yard = await yardmasterForTest(t, { repositoryFile: mergingFile });
  const { seen } = yard;
  const plan = await yard.issue("[]", { title: "Rebuild the pump" });
  const parts = [await yard.issue(change("tank.txt")), await yard.issue(change("valve.txt"))];
  for (const child of parts) await yard.as("mona", "add-sub-issue", { number: plan, child });

  await yard.as("mona", "label", { number: plan, label: "agent:integrate" });
  for (const number of parts) await yard.as("mona", "label", { number, label: "agent:go" });
  for (const number of parts) await yard.reaches(number, "done");
  await yard.ends(plan, "done");

  const [first, second, whole] = seen.pulls();
  assert.ok(first && second && whole);
  assert.deepEqual([first.state, second.state, whole.state], ["merged", "merged", "merged"]);
  assert.equal(whole.branch, `flow/${plan}`);
  assert.equal(whole.title, `feat: Rebuild the pump (#${plan})`);
  assert.match(whole.body, new RegExp(`^Closes #${plan}$`, "m"));
  for (const number of parts) {
    assert.equal(seen.issue(number).state, "closed");
    assert.ok(seen.ours(number).some(({ body }) => body.includes("### Yardmaster: done")));
  }
  assert.equal(seen.issue(plan).state, "closed");
  assert.equal(await seen.file("tank.txt"), "done\n");
  assert.equal(await seen.file("valve.txt"), "done\n");
  assert.deepEqual(await seen.branches(), ["main"]);
  const told = seen.ours(plan).map(({ body }) => masked(body));
  assert.equal(told.length, 1);
  assert.match(told[0] ?? "", /"status": "merged"/);
  assert.match(told[0] ?? "", /### Yardmaster: done\n\nMerged as #\d+\./);
  for (const number of parts) {
    const row = new RegExp(`^\\| #${number} \\| merged into \`flow/${plan}\` \\| #\\d+ \\|$`, "m");
    assert.match(told[0] ?? "", row);
  }
  assert.deepEqual(await yard.worktrees(), []);
});
