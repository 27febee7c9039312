import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { test } from "node:test";

import { bodyWith, change, mergingFile } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** A first attempt that leaves something to be wished for, and a second that makes it good. */
const script = (half: string, whole: string): string =>
  [
    "attempts:",
    `  - - edit: {path: ${half}, content: "half\\n"}`,
    '    - commit: "feat: begin"',
    "    - done: Sealed it.",
    `  - - edit: {path: ${whole}, content: "done\\n"}`,
    '    - commit: "fix: finish"',
    "    - done: Mended it.",
  ].join("\n");

/** A first attempt that seals the lid, and a second that brings that together with what the base did to it. */
const clashing = [
  "attempts:",
  '  - - edit: {path: lid.txt, content: "sealed\\n"}',
  '    - edit: {path: own.txt, content: "done\\n"}',
  '    - commit: "feat: seal it"',
  "    - done: Sealed it.",
  '  - - merge: [{path: lid.txt, content: "sealed and painted\\n"}]',
  "    - done: Both are in it.",
].join("\n");

async function pullOf(yard: Yardmaster, number: number): Promise<number> {
  await yard.as("wren", "label", { number, label: "agent:go" });
  await yard.reaches(number, "reviewing");
  await yard.quiet();
  const pull = yard.seen.pulls().find(({ body }) => body.includes(`Closes #${number}\n`));
  assert.ok(pull);
  return pull.number;
}

/** What the Worker that was started last for an issue was told. */
async function lastBrief({ dataFolder, log }: Yardmaster, number: number): Promise<string> {
  const started = log.findLast(
    ({ message, fields }) => message === "worker started" && fields["issue"] === number,
  );
  const [repository = ""] = await readdir(`${dataFolder}/runs`);
  const worker = String(started?.fields["worker"]);
  return readFile(`${dataFolder}/runs/${repository}/${worker}/1/brief.md`, "utf8");
}

/** The Worker that was called back has done its work, and it is pushed. */
async function errandOver(yard: Yardmaster, number: number): Promise<void> {
  const exits = (): number =>
    yard.log.filter(
      ({ message, fields }) => message === "worker exited" && fields["issue"] === number,
    ).length;
  await yard.until("the errand to be over", () => exits() === 2);
  await yard.reaches(number, "reviewing");
}

test("workers are called back to pull requests", async (t) => {
  const seed = { ci: { checks: ["ci"], auto: null } };
  // Nothing but a pass over everything finds a conflict.
  const environment = { YARDMASTER_RECONCILE_SECONDS: "1" };
  const yard = await yardmasterForTest(t, { repositoryFile: mergingFile, seed, environment });

  await t.test(
    "a failed check is mended on the same pull request, which is then merged",
    async () => {
      const number = await yard.issue(script("a.txt", "tank.txt"));
      const pull = await pullOf(yard, number);

      await yard.as("mona", "complete-check", {
        pull,
        name: "ci",
        conclusion: "failure",
        summary: "tank.test.ts: it leaks <!-- and more -->",
        log: "not ok 1 - holds fuel\n##[error]Process completed with exit code 1.\n",
      });
      await errandOver(yard, number);
      await yard.quiet();
      const brief = await lastBrief(yard, number);
      assert.match(brief, new RegExp(`\\n# Make the checks of pull request #${pull} pass\\n`));
      assert.match(brief, /: check ci\n[^]*tank\.test\.ts: it leaks\s/);
      assert.match(brief, /not ok 1 - holds fuel\n##\[error\]/);
      await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
      assert.equal(yard.seen.pulls().length, 1);
    },
  );

  await t.test("a writer's review is done as asked, a reader's is not", async () => {
    const number = await yard.issue(script("b.txt", "valve.txt"));
    const pull = await pullOf(yard, number);
    const review = (body: string): object => ({ pull, state: "changes_requested", body });

    await yard.as("rita", "review", review("Paint it green."));
    await yard.quiet();
    assert.equal(yard.phases(number).at(-1), "reviewing");
    await yard.as("mona", "review", review("Use a valve."));
    await errandOver(yard, number);
    await yard.quiet();
    const brief = await lastBrief(yard, number);
    assert.match(brief, new RegExp(`\\n# Revise pull request #${pull} `));
    assert.match(brief, /: review by mona\nUse a valve\.\n/);
    assert.doesNotMatch(brief, /green/);
    assert.equal(await yard.seen.file("valve.txt", `feature/${number}-tank-leaks`), "done\n");
    assert.equal(yard.seen.column(number), "In Review");
  });

  await t.test("each thread of a review is answered, and what is done is resolved", async () => {
    const replies = [
      "threads: [{outcome: fixed, reply: It has one.}, {outcome: pushed-back, reply: It leaks.}]",
    ];
    const number = await yard.issue(
      script("c.txt", "tap.txt").replace(
        "- done: Mended it.",
        `- {done: Mended it., ${replies.join("")}}`,
      ),
    );
    const pull = await pullOf(yard, number);
    const comments = ["Use a valve.", "And a tap."].map((body) => ({
      ...{ path: "c.txt", line: 1, body },
    }));

    await yard.as("mona", "review", { pull, state: "comment", body: "", comments });
    await errandOver(yard, number);
    await yard.until("both to be answered", () =>
      yard.seen.threads(pull).every(({ said }) => said.length === 2),
    );
    await yard.quiet();

    assert.deepEqual(
      yard.seen.threads(pull).map(({ isResolved }) => isResolved),
      [true, false],
    );
    const [done = "", open = ""] = yard.seen.threads(pull).map(({ said }) => said.at(-1));
    assert.match(done, /\nDone as of [0-9a-f]{10}:\n\n> It has one\.$/);
    assert.match(open, /\nLeft as it is, for a person to decide:\n\n> It leaks\.$/);
    assert.equal(yard.phases(number).filter((phase) => phase === "working").length, 2);
  });

  await t.test("a person's push ends all that, until a worker is called by command", async () => {
    const number = await yard.issue(script("d.txt", "hose.txt"));
    const pull = await pullOf(yard, number);
    const branch = `feature/${number}-tank-leaks`;
    const failed = { pull, name: "ci", conclusion: "failure", log: "not ok 7" };

    await yard.as("mona", "push", { branch, files: { "mine.txt": "mine\n" } });
    await yard.as("mona", "complete-check", failed);
    await yard.until("the push to be noticed", () =>
      yard.seen.ours(number).some(({ body }) => body.includes("did not push")),
    );
    await yard.quiet();
    await yard.as("rita", "comment", { number, body: "/agent fix" });
    await yard.quiet();
    assert.equal(await yard.seen.file("hose.txt", branch), null);
    await yard.as("wren", "comment", { number: pull, body: "/agent fix" });
    await errandOver(yard, number);
    await yard.quiet();

    assert.match(await lastBrief(yard, number), /not ok 7/);
    assert.equal(await yard.seen.file("mine.txt", branch), "mine\n");
    assert.equal(await yard.seen.file("hose.txt", branch), "done\n");
  });

  await t.test("somebody else's pull request is worked on as asked, and left to them", async () => {
    const branch = "monas-idea";
    const files = { "mona.txt": "mine\n" };
    await yard.as("mona", "push", { branch, createFrom: "main", files });
    const { number } = await yard.as("mona", "open-issue", { title: "Rust", body: "It is brown." });
    const body = `${bodyWith(change("mended.txt"))}\n\nCloses #${number}\n`;
    const { number: pull } = await yard.as("mona", "open-pull", { head: branch, body });
    const told = (): readonly string[] => yard.seen.ours(pull).map((comment) => comment.body);
    const ended = (): number => told().filter((text) => text.includes("PR Worker Complete")).length;

    await yard.as("rita", "comment", { number: pull, body: "/agent review" });
    await yard.until("the reader to be refused", () => told().length === 1);
    await yard.as("wren", "comment", { number: pull, body: "/agent review" });
    await yard.until("the review", () => ended() === 1);
    await yard.as("mona", "complete-check", {
      pull,
      name: "ci",
      conclusion: "failure",
      log: "not ok 9",
    });
    await yard.as("wren", "comment", { number: pull, body: "/agent fix" });
    await yard.until("the errand to be over", () => ended() === 2);
    await yard.quiet();

    const brief = await lastBrief(yard, pull);
    assert.match(brief, /\n# Make the checks of [^]*not ok 9[^]*comment by mona\n/);
    assert.ok(brief.includes(`Issue #${number}, which it closes: Rust\n\nIt is brown.`));
    assert.equal(await yard.seen.file("mended.txt", branch), "done\n");
    assert.equal(await yard.seen.file("mona.txt", branch), "mine\n");
    const [refused = "", reviewed = "", artifact = "", mended = "", ...more] = told();
    assert.match(refused, /@rita: nothing was started, because rita has only read permission/);
    assert.match(reviewed, /Result:\*\* COMPLETED\n[^]*The review found nothing\./);
    assert.match(artifact, /<!-- REVIEW:START -->\n## Code Review Complete\n/);
    assert.match(mended, /Result:\*\* COMPLETED\n[^]*Pushed as `[0-9a-f]{40}`:\n\n> Sealed it\./);
    assert.deepEqual(more, []);
    const found = yard.seen.pulls().find((one) => one.number === pull);
    assert.deepEqual([found?.state, yard.seen.column(pull)], ["open", null]);
    assert.deepEqual(yard.seen.checks(pull), []);
    assert.ok((await yard.worktrees()).every((path) => !path.startsWith(`${pull}/`)));
  });

  await t.test(
    "a push to the base that conflicts is merged in, and the whole then merged",
    async () => {
      const number = await yard.issue(clashing);
      const pull = await pullOf(yard, number);
      const files = { "lid.txt": "painted\n", "AGENTS.md": "Be careful.\n" };

      const { after } = await yard.as("mona", "push", { branch: "main", files });
      await errandOver(yard, number);
      const brief = await lastBrief(yard, number);
      assert.match(brief, new RegExp(`\\n# Resolve the conflicts of pull request #${pull}\\n`));
      assert.ok(brief.includes(`\nBase commit: ${after}\n`));
      await yard.as("mona", "complete-check", { pull, name: "ci", conclusion: "success" });
      await yard.ends(number, "done");

      const merged = await assertMerged(yard, number, "own.txt");
      assert.equal(merged.number, pull);
      assert.equal(await yard.seen.file("lid.txt"), "sealed and painted\n");
      assert.equal(await yard.seen.file("AGENTS.md"), "Be careful.\n");
    },
  );
});
