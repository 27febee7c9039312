import assert from "node:assert/strict";
import { test } from "node:test";

import { bodyWith, change, endless } from "../support/beginning.ts";
import { masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

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

test("work that is not wanted any more is stopped and saved", { concurrency: true }, async (t) => {
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

const bodyOf = (number: number): string => bodyWith(endless(`tank-${number}`));
