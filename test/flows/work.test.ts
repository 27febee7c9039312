import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { suite, test } from "node:test";

import { bodyWith, change, endless, mergingFile } from "../support/beginning.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** What the Worker of an attempt was told. */
async function briefOf(
  { dataFolder, log }: Yardmaster,
  number: number,
  attempt: number,
): Promise<string> {
  const started = log.find(
    ({ message, fields }) =>
      message === "worker started" && fields["issue"] === number && fields["attempt"] === attempt,
  );
  const [repository = ""] = await readdir(`${dataFolder}/runs`);
  const worker = String(started?.fields["worker"]);
  return readFile(`${dataFolder}/runs/${repository}/${worker}/1/brief.md`, "utf8");
}

const statusOf = ({ seen }: Yardmaster, number: number): string =>
  masked(seen.ours(number).find(({ body }) => body.includes("### Yardmaster"))?.body ?? "");

/** The worker is gone, what it did is saved, and its record says so. */
async function assertStopped(yard: Yardmaster, number: number, why: string): Promise<void> {
  await yard.until(`#${number} to say ${why}`, () => statusOf(yard, number).includes(why));
  assert.equal(
    statusOf(yard, number),
    `<!-- yardmaster:status-<millisecond> -->\n\n### Yardmaster: stopped\n\n${why}\n\n- work of attempt 1 is kept as \`refs/yardmaster/saved/${number}/1/worker-<second>-${number}\` (\`<commit>\`)\n\n<sub>Branch \`feature/${number}-tank-leaks\` · requested by wren</sub>`,
  );
  const record = yard.seen.ours(number)[0]?.body ?? "";
  assert.match(record, /"assigned": false,/);
  assert.match(
    record,
    /"status": "FAILED",\n {2}"pr": null,\n {2}"summary": "it was stopped before it had finished"/,
  );
  assert.equal(await yard.saved(number, `tank-${number}`), "half\n");
  assert.equal(await yard.saved(number, `tank-${number}.txt`), "loose\n");
  const folders = await yard.worktrees();
  assert.deepEqual(
    folders.filter((path) => path.startsWith(`${number}`)),
    [],
  );
  assert.equal((await yard.agents(number)).length, 0, "the agent's processes are gone");
  assert.equal(yard.seen.ours(number).length, 2);
}

const bodyOf = (number: number): string => bodyWith(endless(`tank-${number}`));

suite("work", { concurrency: 4 }, () => {
  test("work goes over several attempts, and waits for what it needs", async (t) => {
    const repositoryFile = `${mergingFile}attempts: { max: 2 }\n`;
    const yard = await yardmasterForTest(t, { isSandboxed: true, repositoryFile });

    await t.test("an issue waits for what blocks it and starts when that is closed", async () => {
      const blocker = await yard.issue("[]");
      const number = await yard.issue(change("tank.txt"));
      await yard.as("mona", "add-blocker", { number, blocker });

      await yard.as("wren", "move-card", { number, to: "Ready" });
      await yard.until("the wait to show", () => yard.seen.ours(number).length > 0);
      await yard.quiet();
      assert.equal(
        masked(yard.seen.ours(number)[0]?.body ?? ""),
        "<!-- yardmaster:status-<millisecond> -->\n\n### Yardmaster: queued\n\nWaits until #1 is closed.\n\n<sub>Branch `feature/2-tank-leaks` · requested by wren</sub>",
      );
      assert.equal(yard.seen.column(number), "Ready");
      assert.deepEqual(yard.phases(number), ["queued"]);
      await yard.as("mona", "close-issue", { number: blocker });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "tank.txt");
      assert.equal(yard.seen.comments(number).length, 2);
      assert.equal(yard.seen.comments(blocker).length, 0);
    });

    await t.test(
      "after a handover another worker goes on from the commits and notes of the first",
      async () => {
        const number = await yard.issue(
          [
            "attempts:",
            '  - - edit: {path: half.txt, content: "half\\n"}',
            '    - commit: "feat: begin"',
            '    - edit: {path: loose.txt, content: "loose\\n"}',
            "    - handover: The tank is half sealed @mona.",
            '  - - edit: {path: rest.txt, content: "done\\n"}',
            '    - commit: "feat: finish"',
            "    - done: Sealed the rest.",
          ].join("\n"),
        );

        await yard.as("wren", "label", { number, label: "agent:go" });
        await yard.ends(number, "done");

        const pull = await assertMerged(yard, number, "rest.txt");
        assert.equal(await yard.seen.file("half.txt"), "half\n");
        assert.equal(await yard.seen.file("loose.txt"), "loose\n");
        const [first = "", status = "", handover = "", second = "", ...more] = yard.seen
          .ours(number)
          .map(({ body }) => masked(body));
        assert.deepEqual(more, []);
        assert.match(
          handover,
          /<!-- HANDOVER:START -->\n# Handover: Issue #\d+\n[^]*## Notes\n\nThe tank is half sealed @[^]*<!-- HANDOVER:END -->/,
        );
        assert.match(
          first,
          /"status": "HANDOVER",\n {2}"pr": null,\n {2}"summary": "The tank is half sealed @.mona\.",\n {2}"attempt": 1,/,
        );
        assert.match(first, /- \*\*Result:\*\* \[HANDOVER\]\n- \*\*Attempt:\*\* 1\n\n---\n/);
        assert.match(status, /### Yardmaster: done/);
        assert.match(
          second,
          new RegExp(
            `"status": "MERGED",\\n {2}"pr": ${pull.number},\\n {2}"summary": "Sealed the rest\\.",\\n {2}"attempt": 2,`,
          ),
        );
        const brief = await briefOf(yard, number, 2);
        assert.match(brief, /Attempt: 2\n/);
        assert.match(
          brief,
          /## Context from Previous Worker\n\nAttempt 1 ended as finished\. Its commits are on your branch\.\n+BEGIN [0-9a-f]+: handover\nThe tank is half sealed @mona\.\n/,
        );
      },
    );

    await t.test(
      "after a failure another worker is told what did not work, and after the last one a person",
      async () => {
        const number = await yard.issue(
          ["attempts:", "  - - crash", "  - - fail: The sealant does not stick."].join("\n"),
        );

        await yard.as("wren", "label", { number, label: "agent:go" });
        await yard.ends(number, "parked");

        const [first = "", status = "", second = "", ...more] = yard.seen
          .ours(number)
          .map(({ body }) => masked(body));
        assert.deepEqual(more, []);
        assert.match(first, /"status": "FAILED",\n {2}"pr": null,[^}]*"attempt": 1,/);
        assert.match(second, /"status": "FAILED",\n {2}"pr": null,[^}]*"attempt": 2,/);
        assert.match(second, /Failed:\n\n> The sealant does not stick\./);
        assert.match(
          status,
          /### Yardmaster: needs a person\n\n## Issue Blocked\n\n\*\*Reason:\*\* All attempts are used up\.\n\*\*Attempts:\*\* 2\n\*\*Research Cycles:\*\* 0\n[^]*- 2\. implement \(scripted, finished\): The sealant does not stick\.\n[^]*To go on, move the card/,
        );
        assert.equal(yard.seen.column(number), "Blocked");
        assert.match(
          await briefOf(yard, number, 2),
          /## Research Context \(Previous Failures\)\n+BEGIN [0-9a-f]+: failure of attempt 1\n/,
        );
        assert.deepEqual(await yard.agents(), []);
      },
    );

    await t.test(
      "a comment by somebody with write access answers a worker's question",
      async () => {
        const number = await yard.issue("- ask: Which sealant, red or blue?");
        await yard.as("wren", "label", { number, label: "agent:go" });
        await yard.ends(number, "parked");
        const question = yard.seen.ours(number).at(-1)?.body ?? "";
        assert.match(
          question,
          /\n@wren, worker `worker-\d+-\d+` needs an answer [^]*\n> Which sealant/,
        );

        await yard.as("rita", "comment", { number, body: "Green!" });
        await yard.quiet();
        assert.equal(yard.phases(number).at(-1), "parked");
        const body = `Blue.\n\n${bodyWith(change("blue.txt"))}`;
        const answer = await yard.as("mona", "comment", { number, body });
        await yard.ends(number, "done");

        await assertMerged(yard, number, "blue.txt");
        assert.ok(yard.seen.reactions(answer.id).includes("rocket"));
        const attempts = yard.log.filter(
          ({ message, fields }) => message === "worker started" && fields["issue"] === number,
        );
        assert.deepEqual(
          attempts.map(({ fields }) => [fields["attempt"], fields["run"]]),
          [
            [1, 1],
            [1, 2],
          ],
        );
      },
    );

    await t.test(
      "a worker that asks is parked until the issue is answered and asked for again",
      async () => {
        const number = await yard.issue("- ask: Which sealant, red or blue?");

        await yard.as("wren", "label", { number, label: "agent:go" });
        await yard.ends(number, "parked");
        assert.equal(yard.seen.column(number), "Blocked");
        const [record = "", status = ""] = yard.seen.ours(number).map(({ body }) => masked(body));
        assert.match(record, /"status": "BLOCKED"/);
        assert.match(
          status,
          /### Yardmaster: needs a person\n\nThe worker asks:\n\n> Which sealant, red or blue\?\n\nTo answer the same worker, write a comment\. For a new attempt, edit the text of the issue and move the card to Ready, add the label `agent:go` or comment `\/agent dispatch`\.\n/,
        );
        assert.deepEqual(await yard.agents(), []);
        const asking = yard.seen.pulls().filter(({ branch }) => branch.includes(`/${number}-`));
        assert.deepEqual(asking, []);

        await yard.as("mona", "edit-issue", { number, body: bodyWith(change("answer.txt")) });
        const refused = await yard.as("rita", "comment", { number, body: "/agent dispatch" });
        await yard.until("the refusal", () => yard.seen.reactions(refused.id).includes("confused"));
        assert.equal(yard.phases(number).at(-1), "parked");
        await yard.as("wren", "move-card", { number, to: "Ready" });
        await yard.ends(number, "done");

        await assertMerged(yard, number, "answer.txt");
        assert.equal(
          yard.seen.comments(number).filter(({ by }) => by === "yardmaster[bot]").length,
          4,
        );
        assert.match(
          await briefOf(yard, number, 2),
          /: its question\nWhich sealant, red or blue\?/,
        );
      },
    );
  });

  test("work that is not wanted any more is stopped and saved", { concurrency: 4 }, async (t) => {
    const yard = await yardmasterForTest(t);
    const begun = async (): Promise<number> => {
      const opened: number = await yard.issue("[]");
      await yard.as("mona", "edit-issue", { number: opened, body: bodyOf(opened) });
      await yard.as("wren", "label", { number: opened, label: "agent:go" });
      return opened;
    };
    const numbers = [await begun(), await begun(), await begun(), await begun()];
    const [closed = 0, moved = 0, unlabelled = 0, removed = 0] = numbers;
    await Promise.all(numbers.map((number) => yard.steps(number, "hang")));
    assert.ok((await yard.agents()).length >= numbers.length);

    await Promise.all([
      t.test("because the issue was closed", async () => {
        await yard.as("mona", "close-issue", { number: closed });
        await assertStopped(yard, closed, "The issue was closed by mona.");
      }),
      t.test("because the card was moved to Backlog", async () => {
        await yard.as("tess", "move-card", { number: moved, to: "Backlog" });
        await assertStopped(yard, moved, "Taken back by tess.");
        assert.equal(yard.seen.column(moved), "Backlog");
      }),
      t.test("because the card was taken off the board", async () => {
        await yard.as("tess", "move-card", { number: removed, removed: true });
        await assertStopped(yard, removed, "Taken back by tess.");
        assert.equal(yard.seen.column(removed), null);
      }),
      t.test("because the label was put on again and taken off", async () => {
        await yard.as("wren", "label", { number: unlabelled, label: "agent:go" });
        await yard.as("wren", "unlabel", { number: unlabelled, label: "agent:go" });
        await assertStopped(yard, unlabelled, "Taken back by wren.");
        assert.equal(yard.seen.column(unlabelled), "In Progress");
      }),
    ]);

    await yard.quiet();
    assert.deepEqual(yard.seen.pulls(), []);
    assert.deepEqual(await yard.seen.branches(), ["main"]);
    assert.deepEqual(await yard.agents(), []);

    await t.test("and may be asked for again, with the saved work still there", async () => {
      await yard.as("mona", "edit-issue", { number: moved, body: bodyWith(change("tank.txt")) });
      await yard.as("wren", "move-card", { number: moved, to: "Ready" });
      await yard.ends(moved, "done");
      assert.equal(await yard.seen.file("tank.txt"), "done\n");
      assert.equal(await yard.saved(moved, `tank-${moved}`), "half\n");
    });
  });
});
