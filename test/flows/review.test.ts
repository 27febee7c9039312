import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const statusOf = ({ seen }: Yardmaster, number: number): string =>
  masked(seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body ?? "");

/** Lets an issue come to its pull request, and gives its number. */
async function reviewed(yard: Yardmaster, number: number, check: string): Promise<number> {
  await yard.as("wren", "label", { number, label: "agent:go" });
  await yard.reaches(number, "reviewing");
  const pull = yard.seen.pulls()[0]?.number ?? 0;
  await yard.until(`the check run to say ${check}`, () =>
    yard.seen.checks(pull).some((text) => text === check),
  );
  await yard.quiet();
  return pull;
}

suite("pull requests", { concurrency: 4 }, () => {
  test("without a word about merging in the repository's file it waits for a person, and is cleaned up when they merge", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }" });
    const number = await yard.issue(change("tank.txt"));

    const check = "neutral: Waits for a person to review and merge it";
    const pull = await reviewed(yard, number, check);
    assert.equal(yard.seen.column(number), "In Review");
    assert.deepEqual(yard.seen.checks(pull), [check]);
    assert.match(
      statusOf(yard, number),
      /### Yardmaster: in review\n\nPull request #2: waits for a person to review and merge it\./,
    );
    assert.deepEqual(await yard.agents(), []);
    await yard.as("mona", "merge", { pull, method: "merge" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.column(number), "Done");
    assert.equal(yard.seen.comments(number).length, 2);
    assert.ok(!yard.requests().some((request) => request.includes("/merge")));
  });

  test("a red check keeps it from being merged, and says so; a green one lets it through", async (t) => {
    const ci = { checks: ["ci"], auto: { conclusion: "failure", afterMs: 20 } } as const;
    const yard = await yardmasterForTest(t, { seed: { ci } });
    const number = await yard.issue(change("tank.txt"));

    const pull = await reviewed(yard, number, "neutral: Not merged: a check failed");
    assert.equal(yard.seen.pulls()[0]?.state, "open");
    assert.equal(yard.seen.column(number), "In Review");
    assert.match(statusOf(yard, number), /Pull request #2: not merged: a check failed\./);
    await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.checks(pull).length, 1);
  });

  test("closed without being merged, it ends: the work is saved and the branch is kept", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }" });
    const number = await yard.issue(change("tank.txt"));
    const pull = await reviewed(yard, number, "neutral: Waits for a person to review and merge it");

    await yard.as("mona", "close-pull", { pull });
    await yard.ends(number, "withdrawn");

    assert.equal(
      statusOf(yard, number),
      "<!-- yardmaster:status-<millisecond> -->\n\n### Yardmaster: stopped\n\nPull request #2 was closed by mona without being merged; its branch is kept.\n\n- work of attempt 1 is kept as `refs/yardmaster/saved/1/1/worker-<second>-1` (`<commit>`)\n\n<sub>Branch `feature/1-tank-leaks` · requested by wren</sub>",
    );
    assert.deepEqual(await yard.seen.branches(), ["feature/1-tank-leaks", "main"]);
    assert.equal(await yard.saved(number, "tank.txt"), "done\n");
    assert.deepEqual(await yard.worktrees(), []);
    assert.equal(yard.seen.issue(number).state, "open");
    assert.equal(yard.seen.column(number), "In Review");
  });

  test("a person's push to the branch is neither overwritten nor merged by us", async (t) => {
    const yard = await yardmasterForTest(t, { seed: { ci: { checks: ["ci"], auto: null } } });
    const number = await yard.issue(change("tank.txt"));
    const pull = await reviewed(yard, number, "neutral: Waits for checks");
    const { branch, head } = yard.seen.pulls()[0]!;

    await yard.as("wren", "push", {
      branch,
      files: { "wren.txt": "mine\n" },
      message: "fix: mine",
    });
    await yard.until("the takeover to show", () =>
      statusOf(yard, number).includes("a person has taken over"),
    );
    await yard.as("mona", "complete-check", { pull, conclusion: "success" });
    await yard.quiet();

    assert.equal(yard.seen.pulls()[0]?.state, "open");
    assert.notEqual(yard.seen.pulls()[0]?.head, head);
    assert.equal(await yard.seen.file("wren.txt", branch), "mine\n");
    assert.ok(!yard.requests().some((request) => request.includes("/merge")));
    await yard.as("wren", "merge", { pull });
    await yard.ends(number, "done");
    await assertMerged(yard, number, "tank.txt");
    assert.equal(await yard.seen.file("wren.txt"), "mine\n");
  });

  test("a branch name that somebody else has taken is left to them", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(change("tank.txt"));
    const theirs = `feature/${number}-tank-leaks`;
    await yard.as("wren", "push", {
      branch: theirs,
      createFrom: "main",
      files: { "wren.txt": "mine\n" },
      message: "fix: mine",
    });

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "done");

    const pull = await assertMerged(yard, number, "tank.txt");
    assert.equal(pull.branch, `${theirs}-2`);
    assert.equal(await yard.seen.file("wren.txt", theirs), "mine\n");
    assert.deepEqual(await yard.seen.branches(), [theirs, "main"]);
  });
});
