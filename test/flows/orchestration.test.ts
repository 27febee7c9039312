/** What a person sees of all work of a repository at once. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change, endless, mergingFile } from "../support/beginning.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

suite("orchestration", () => {
  test("a tracking issue tells of sleep and waking in one comment, edited in place", async (t) => {
    const ci = { checks: ["ci"], auto: null };
    const yard = await yardmasterForTest(t, {
      repositoryFile: mergingFile,
      seed: { ci },
      environment: { YARDMASTER_TRACKING_SECONDS: "1" },
    });
    const { seen } = yard;
    const tracker = await yard.issue("[]", {
      title: "Where everything stands",
      body: "Scope: epic-tank",
    });
    const report = (words: string): Promise<string> =>
      yard.until(`the report to say ${words}`, () =>
        seen
          .ours(tracker)
          .map(({ body }) => masked(body))
          .find((body) => body.includes(words)),
      );

    await yard.as("mona", "label", { number: tracker, label: "orchestration-tracking" });
    await report("complete: nothing in scope is waiting, under way or open");
    const number = await yard.issue(change("tank.txt"));
    await yard.as("mona", "label", { number, label: "epic-tank" });
    await yard.as("mona", "label", { number, label: "agent:go" });
    const asleep = await report("ORCHESTRATION:SLEEP");
    const [pull] = seen.pulls();
    assert.ok(pull);
    assert.match(
      asleep,
      new RegExp(`"reason": "waiting_for_ci"[^]*"waiting_on": \\[\\s*${pull.number}`),
    );
    assert.match(asleep, new RegExp(`^\\| In Review \\| 1 \\| #${number} \\|$`, "m"));
    assert.equal(seen.column(tracker), null);

    await yard.as("mona", "complete-check", {
      pull: pull.number,
      name: "ci",
      conclusion: "success",
    });
    await yard.ends(number, "done");

    const awake = await report(`| Done | 1 | #${number} |`);
    assert.doesNotMatch(awake, /ORCHESTRATION:SLEEP/);
    assert.equal(seen.ours(tracker).length, 1);
    assert.deepEqual(await yard.worktrees(), []);

    const next = await yard.issue(endless("lid.txt"));
    await yard.as("mona", "label", { number: next, label: "epic-tank" });
    await yard.as("mona", "label", { number: next, label: "agent:go" });
    await yard.reaches(next, "working");
    await yard.as("wren", "comment", { number: tracker, body: "/agent abort" });
    await yard.ends(next, "parked");
    assert.match(
      seen.ours(tracker).at(-1)?.body ?? "",
      new RegExp(`wren stopped one: [^]*\\| #${next} \\| working \\| .worker-`),
    );
    assert.equal(seen.column(next), "Blocked");
    assert.deepEqual(await yard.agents(), []);
    assert.notDeepEqual(await yard.worktrees(), []);
  });

  test("merged work is taken back by a pull request that a person merges", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: mergingFile });
    const { seen } = yard;
    const number = await yard.issue(change("tank.txt"));
    await yard.as("mona", "label", { number, label: "agent:go" });
    await yard.ends(number, "done");
    await assertMerged(yard, number, "tank.txt");

    await yard.as("rita", "comment", { number, body: "/agent revert" });
    await yard.until("the refusal", () =>
      seen.ours(number).find(({ body }) => body.includes("rita has only read permission")),
    );
    const { id } = await yard.as("mona", "comment", { number, body: "/agent revert" });
    await yard.ends(number, "withdrawn");
    const [merged, revert] = seen.pulls();
    assert.ok(merged && revert);
    assert.equal(revert.title, `Revert "${merged.title}"`);
    assert.equal(revert.state, "open");
    assert.equal(await seen.file("tank.txt"), "done\n");
    assert.equal(seen.column(number), "Ready");
    assert.equal(seen.issue(number).state, "closed");
    assert.deepEqual(seen.reactions(id).toSorted(), ["eyes", "rocket"]);
    const told = seen.ours(number).filter(({ body }) => body.includes("## PR Reverted"));
    assert.match(
      told[0]?.body ?? "",
      new RegExp(`#${merged.number} is taken back by #${revert.number}`),
    );

    await yard.as("mona", "comment", { number, body: "/agent revert" });
    await yard.until(
      "the same answer",
      () => seen.ours(number).filter(({ body }) => body.includes("## PR Reverted")).length === 2,
    );
    await yard.quiet();
    assert.equal(seen.pulls().length, 2);
    await yard.as("mona", "merge", { pull: revert.number });
    assert.equal(await seen.file("tank.txt"), null);
  });
});
