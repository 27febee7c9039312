/** Heads that GitHub brings up to date with their base. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { addressOf, branched } from "./branched.ts";

test("a head is brought up to date once, however often that is tried, and its parents are told", async (t) => {
  const yard = await branched(t);
  const { pull, head } = await yard.forge.openPull(yard.order, false);
  const protect = { branch: "main", checks: ["ci"], strict: true };
  await yard.as("mona", "protect-branch", protect);
  await yard.as("mona", "push", { branch: "main", files: { "paint.txt": "red" } });
  await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
  const before = await yard.forge.inspectPull(addressOf(yard, pull));
  const update = { repository: yard.theIssue.repository, pull, head };
  yard.asked();

  assert.deepEqual(await yard.forge.updatePull(update), { updated: true });
  assert.deepEqual(yard.asked(), ["PUT /repos/acme/rocket/pulls/2/update-branch"]);
  assert.deepEqual(await yard.forge.updatePull(update), { updated: true });

  const after = await yard.forge.inspectPull(addressOf(yard, pull));
  assert.deepEqual([before.isBehind, after.isBehind], [true, false]);
  assert.deepEqual(after.parents, [head, after.base]);
});

test("a head that is up to date, or that conflicts, is not brought up to date", async (t) => {
  const yard = await branched(t);
  const { pull, head } = await yard.forge.openPull(yard.order, false);
  const update = { repository: yard.theIssue.repository, pull, head };

  const isNew = await yard.forge.updatePull(update);
  await yard.as("mona", "push", { branch: "main", files: { "tank.txt": "leaky" } });
  const conflicts = await yard.forge.updatePull(update);

  assert.match(isNew.updated ? "" : isNew.why, /There are no new commits on the base branch/u);
  assert.match(conflicts.updated ? "" : conflicts.why, /merge conflict between base and head/u);
});
