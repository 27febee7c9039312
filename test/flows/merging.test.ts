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
});
