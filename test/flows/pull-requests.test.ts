import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { suite, test } from "node:test";

import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import { bodyWith, change, mergingFile } from "../support/beginning.ts";
import { assertMerged, masked } from "../support/merged.ts";
import type { SeenPull } from "../support/seen.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

const statusOf = ({ seen }: Yardmaster, number: number): string =>
  masked(seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body ?? "");

const pullOf = ({ seen }: Yardmaster, number: number): SeenPull =>
  seen.pulls().find(({ body }) => body.includes(`Closes #${number}\n`)) ??
  assert.fail(`#${number} has no pull request`);

/** Lets an issue come to its pull request, and gives its number. */
async function reviewed(yard: Yardmaster, number: number, check: string): Promise<number> {
  await yard.as("wren", "label", { number, label: "agent:go" });
  await yard.reaches(number, "reviewing");
  const pull = pullOf(yard, number).number;
  await yard.until(`the check run to say ${check}`, () =>
    yard.seen.checks(pull).some((text) => text === check),
  );
  await yard.quiet();
  return pull;
}

suite("pull requests, boards and titles", { concurrency: 4 }, () => {
  test("titles that mean to do harm, or nothing, end in merged pull requests, and a branch name that somebody else has taken is left to them", async (t) => {
    const yard = await yardmasterForTest(t);
    const trap = "/tmp/yardmaster-trap";
    const titles = [
      "🚀🔥",
      `修复燃料箱 $(touch ${trap}); fixes #1 <!-- WORKER:ASSIGNED --> @mona`,
      `--upload-pack=touch ${trap}`,
      "Two of one name",
      "Two of one name",
    ];
    const script = (index: number): string => bodyWith(change(`file-${index}.txt`));
    const longest = `${script(0)}\n${"x".repeat(65_536 - script(0).length - 1)}`;
    const numbers: number[] = [];
    for (const [index, title] of titles.entries()) {
      numbers.push(await yard.issue("[]", { title, body: index === 0 ? longest : script(index) }));
    }

    const theirs = "feature/5-two-of-one-name";
    const push = { branch: theirs, createFrom: "main", message: "fix: mine" };
    await yard.as("wren", "push", { ...push, files: { "wren.txt": "mine\n" } });

    for (const number of numbers) await yard.as("wren", "label", { number, label: "agent:go" });
    for (const number of numbers) await yard.reaches(number, "done");
    await yard.quiet();

    const pulls: string[] = [];
    for (const [index, number] of numbers.entries()) {
      const { branch, title } = await assertMerged(yard, number, `file-${index}.txt`);
      pulls.push(`${branch}: ${title}`);
      assert.equal(yard.seen.ours(number).length, 2);
      assert.equal(yard.seen.column(number), "Done");
    }
    assert.deepEqual(pulls, [
      "feature/1-task: feat: 🚀🔥 (#1)",
      `feature/2-touch-tmp-yardmaster-trap-fixes-1-worker: feat: 修复燃料箱 $(touch ${trap}); fixes #\u200b1 <\u200b!-- WORKER:ASSIGNED --> @\u200bmona (#2)`,
      `feature/3-upload-pack-touch-tmp-yardmaster-trap: feat: --upload-pack=touch ${trap} (#3)`,
      "feature/4-two-of-one-name: feat: Two of one name (#4)",
      `${theirs}-2: feat: Two of one name (#5)`,
    ]);
    assert.equal(await yard.seen.file("wren.txt", theirs), "mine\n");
    assert.deepEqual(await yard.seen.branches(), [theirs, "main"]);
    await assert.rejects(access(trap));
  });

  test("without a board labels alone do", async (t) => {
    const repositoryFile = "board: { mode: labels }\nmerge: { auto: true }\n";
    const yard = await yardmasterForTest(t, { repositoryFile });
    const number = await yard.issue(change("tank.txt"));
    const other = await yard.issue(change("other.txt"));

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.as("wren", "move-card", { number: other, to: "Ready" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.column(number), null);
    assert.deepEqual(yard.seen.labels(number), []);
    assert.equal(yard.seen.column(other), "Ready");
    assert.equal(yard.seen.ours(other).length, 0);
    assert.equal(yard.seen.pulls().length, 1);
    assert.ok(
      !yard
        .requests()
        .slice(6)
        .some((request) => request.includes("ProjectV2Item")),
    );
  });

  test("on a board that a person owns, a Ready card is found by looking and is moved with their token", async (t) => {
    const yard = await yardmasterForTest(t, {
      repositoryFile: "board: { mode: user, owner: mona, project: 1 }\nmerge: { auto: true }\n",
      seed: { project: { ...defaultSeed.project, owner: "mona", closedTo: null, mergedTo: null } },
      boardOf: "mona",
      environment: { YARDMASTER_RECONCILE_SECONDS: "1" },
    });
    const number = await yard.issue(change("tank.txt"));

    await yard.as("mona", "move-card", { number, to: "Ready" });
    await yard.until("work to begin", () => yard.seen.column(number) === "In Progress");
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.column(number), "Done");
    assert.equal(yard.seen.comments(number).length, 2);
  });

  test("a card that a person moves to In Progress is theirs until it is Ready again, and the board's other fields tell of the work", async (t) => {
    const fields = {
      Verification: ["Not Verified", "Failing", "Partial", "Passing"],
      "Verified By": ["agent", "human", "ci"],
      "Criteria Met": "NUMBER",
      "Criteria Total": "NUMBER",
      "Last Verified": "DATE",
    } as const;
    const yard = await yardmasterForTest(t, {
      seed: { project: { ...defaultSeed.project, fields } },
    });
    const blocker = await yard.issue("[]");
    const body = `${bodyWith(change("tank.txt"))}\n\n- [x] tight\n- [ ] painted\n`;
    const number = await yard.issue("[]", { body });
    await yard.as("mona", "add-blocker", { number, blocker });
    await yard.as("wren", "move-card", { number, to: "Ready" });
    await yard.until("the wait to show", () => statusOf(yard, number).includes("Waits until #1"));

    await yard.as("wren", "move-card", { number, to: "In Progress" });
    await yard.until("whose it is to show", () =>
      statusOf(yard, number).includes("wren works on it: the card was moved to In Progress"),
    );
    await yard.as("mona", "close-issue", { number: blocker });
    await yard.quiet();
    assert.equal(yard.seen.column(number), "In Progress");
    assert.equal(yard.seen.pulls().length, 0);

    await yard.as("wren", "move-card", { number, to: "Ready" });
    await yard.ends(number, "done");
    await assertMerged(yard, number, "tank.txt");
    const card = await yard.as("mona", "move-card", { number });
    assert.partialDeepStrictEqual(card["values"], {
      Status: { name: "Done" },
      Verification: { name: "Passing" },
      "Verified By": { name: "ci" },
      "Criteria Met": 1,
      "Criteria Total": 2,
    });
  });

  test("a board without a column that is needed is reported, and everything else is done", async (t) => {
    const yard = await yardmasterForTest(t, {
      repositoryFile: "board: { project: 1 }\n",
      seed: { project: { ...defaultSeed.project, options: ["Ready", "In Progress", "Done"] } },
    });
    const number = await yard.issue(change("tank.txt"));

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "reviewing");
    const status =
      yard.seen.ours(number).find(({ body }) => body.includes("in review"))?.body ?? "";
    assert.match(
      status,
      /The board has no column “In Review”, so the card was not moved; add it to have it moved\./,
    );
    assert.equal(yard.seen.column(number), "In Progress");
    await yard.as("mona", "merge", { pull: yard.seen.pulls()[0]?.number });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.column(number), "Done");
    assert.deepEqual(
      yard.log.filter(({ level }) => level === "error"),
      [],
    );
  });

  test("without a word about merging in the repository's file a pull request waits for a person", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }" });

    await t.test("and is cleaned up when they merge", async () => {
      const number = await yard.issue(change("tank.txt"));

      const check = "neutral: Waits for a person to review and merge it";
      const pull = await reviewed(yard, number, check);
      assert.equal(yard.seen.column(number), "In Review");
      assert.deepEqual(yard.seen.checks(pull), [check]);
      const waits = `### Yardmaster: in review\n\nPull request #${pull}: waits for a person to review and merge it.`;
      assert.ok(statusOf(yard, number).includes(waits), statusOf(yard, number));
      assert.deepEqual(await yard.agents(), []);
      await yard.as("mona", "merge", { pull, method: "merge" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
      assert.equal(yard.seen.column(number), "Done");
      assert.equal(yard.seen.comments(number).length, 2);
      assert.ok(!yard.requests().some((request) => request.includes("/merge")));
    });

    await t.test(
      "and ends when they close it: the work is saved and the branch is kept",
      async () => {
        const number = await yard.issue(change("lid.txt"));
        const pull = await reviewed(
          yard,
          number,
          "neutral: Waits for a person to review and merge it",
        );

        await yard.as("mona", "close-pull", { pull });
        await yard.ends(number, "withdrawn");

        assert.equal(
          statusOf(yard, number),
          `<!-- yardmaster:status-<millisecond> -->\n\n### Yardmaster: stopped\n\nPull request #${pull} was closed by mona without being merged; its branch is kept.\n\n- work of attempt 1 is kept as \`refs/yardmaster/saved/${number}/1/worker-<second>-${number}\` (\`<commit>\`)\n\n<sub>Branch \`feature/${number}-tank-leaks\` · requested by wren</sub>`,
        );
        assert.deepEqual(await yard.seen.branches(), [`feature/${number}-tank-leaks`, "main"]);
        assert.equal(await yard.saved(number, "lid.txt"), "done\n");
        assert.deepEqual(await yard.worktrees(), []);
        assert.equal(yard.seen.issue(number).state, "open");
        assert.equal(yard.seen.column(number), "In Review");
      },
    );
  });

  test("what keeps a pull request from being merged by us", async (t) => {
    const repositoryFile = `${mergingFile}pulls: { fix: false }\n`;
    const seed = { ci: { checks: ["ci"], auto: null } };
    const yard = await yardmasterForTest(t, { repositoryFile, seed });

    await t.test("a red one, which says so, until it is green", async () => {
      const number = await yard.issue(change("tank.txt"));

      const pull = await reviewed(yard, number, "neutral: Waits for checks");
      await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "failure" });
      const check = "neutral: Not merged: a check failed";
      await yard.until("the red check to show", () => yard.seen.checks(pull).includes(check));
      await yard.quiet();
      assert.equal(pullOf(yard, number).state, "open");
      assert.equal(yard.seen.column(number), "In Review");
      const red = `Pull request #${pull}: not merged: a check failed.`;
      assert.ok(statusOf(yard, number).includes(red), statusOf(yard, number));
      await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
      assert.equal(yard.seen.checks(pull).length, 1);
    });

    await t.test("a person's push to the branch, which is not overwritten either", async () => {
      const before = yard.requests().length;
      const number = await yard.issue(change("lid.txt"));
      const pull = await reviewed(yard, number, "neutral: Waits for checks");
      const { branch, head } = pullOf(yard, number);

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

      assert.equal(pullOf(yard, number).state, "open");
      assert.notEqual(pullOf(yard, number).head, head);
      assert.equal(await yard.seen.file("wren.txt", branch), "mine\n");
      assert.ok(
        !yard
          .requests()
          .slice(before)
          .some((request) => request.includes("/merge")),
      );
      await yard.as("wren", "merge", { pull });
      await yard.ends(number, "done");
      await assertMerged(yard, number, "lid.txt");
      assert.equal(await yard.seen.file("wren.txt"), "mine\n");
    });
  });
});
