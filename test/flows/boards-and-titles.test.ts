import assert from "node:assert/strict";
import { access } from "node:fs/promises";
import { suite, test } from "node:test";

import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import { bodyWith, change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

suite("boards and titles", { concurrency: 4 }, () => {
  test("titles that mean to do harm, or nothing, end in merged pull requests", async (t) => {
    const yard = await yardmasterForTest(t);
    const trap = "/tmp/yardmaster-trap";
    const titles = [
      "🚀🔥",
      "修复燃料箱",
      `--upload-pack=touch ${trap}`,
      "Two of one name",
      "Two of one name",
      `$(touch ${trap}); fixes #1 <!-- WORKER:ASSIGNED --> @mona`,
    ];
    const script = (index: number): string => bodyWith(change(`file-${index}.txt`));
    const longest = `${script(0)}\n${"x".repeat(65_536 - script(0).length - 1)}`;
    const numbers: number[] = [];
    for (const [index, title] of titles.entries()) {
      numbers.push(await yard.issue("[]", { title, body: index === 0 ? longest : script(index) }));
    }

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
      "feature/2-task: feat: 修复燃料箱 (#2)",
      `feature/3-upload-pack-touch-tmp-yardmaster-trap: feat: --upload-pack=touch ${trap} (#3)`,
      "feature/4-two-of-one-name: feat: Two of one name (#4)",
      "feature/5-two-of-one-name: feat: Two of one name (#5)",
      `feature/6-touch-tmp-yardmaster-trap-fixes-1-worker: feat: $(touch ${trap}); fixes #\u200b1 <!-- WORKER:ASSIGNED --> @mona (#6)`,
    ]);
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
});
