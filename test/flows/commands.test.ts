/** What people get done by comments, and what they are told. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { bodyWith, change, endless, mergingFile } from "../support/beginning.ts";
import { lastBrief } from "../support/last-brief.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Our comment on an issue that has these words. */
const oursWith = ({ seen }: Yardmaster, number: number, words: string): string | undefined =>
  seen
    .ours(number)
    .map(({ body }) => masked(body))
    .find((body) => body.includes(words));

suite("commands", () => {
  test("people command the work in comments", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: mergingFile });

    await t.test("a reader may ask for help and for the state of things", async () => {
      const number = await yard.issue("[]");

      const body = "/agent help\n/agent why";
      const { id } = await yard.as("rita", "comment", { number, body });
      await yard.until("the answer", () => yard.seen.ours(number).length > 0);
      await yard.quiet();

      assert.match(
        yard.seen.ours(number)[0]?.body ?? "",
        /\n\| `\/agent stop` \| write, or whoever asked \| [^]*\n\nNo work on this issue is under way\.$/,
      );
      assert.equal(yard.seen.ours(number).length, 1);
      assert.deepEqual(yard.seen.reactions(id).toSorted(), ["eyes", "rocket"]);
      assert.deepEqual(await yard.worktrees(), []);
    });

    await t.test("work on hold does not start before it is let go", async () => {
      const blocker = await yard.issue("[]");
      const number = await yard.issue(change("held.txt"));
      await yard.as("mona", "add-blocker", { number, blocker });

      const body = "/agent dispatch\n/agent hold until the @team is back";
      await yard.as("wren", "comment", { number, body });
      await yard.until("the hold to show", () => oursWith(yard, number, "Put on hold by wren"));
      await yard.as("mona", "close-issue", { number: blocker });
      await yard.until("the wait to show", () => oursWith(yard, number, "It waits to be let go."));
      await yard.quiet();
      assert.deepEqual(yard.phases(number), ["queued"]);
      assert.equal(yard.seen.column(number), "Ready");
      assert.doesNotMatch(oursWith(yard, number, "Put on hold") ?? "", /@team/);
      await yard.as("mona", "comment", { number, body: "/agent unhold" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "held.txt");
      assert.equal(yard.seen.ours(number).length, 2);
    });

    await t.test("a running worker goes on under a hold, until it is stopped", async () => {
      const number = await yard.issue(endless("endless"));
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.steps(number, "hang");
      await yard.as("mona", "comment", { number, body: "/agent hold" });
      await yard.until("the hold to show", () =>
        oursWith(yard, number, "Put on hold by mona: a worker"),
      );
      assert.equal((await yard.agents(number)).length > 0, true);

      const body = "/agent why\n/agent stop\n/agent approve";
      const { id } = await yard.as("wren", "comment", { number, body });
      await yard.ends(number, "withdrawn");

      assert.match(oursWith(yard, number, "Taken back by wren.") ?? "", /Yardmaster: stopped/);
      assert.match(
        oursWith(yard, number, "was not obeyed") ?? "",
        /is at work: attempt 1 of 4\. Put on hold by mona: [^]*\n\n@wren: one of the commands was not obeyed, nor any after it, because /,
      );
      assert.deepEqual(yard.seen.reactions(id).toSorted(), ["confused", "eyes"]);
      assert.equal(await yard.saved(number, "endless"), "half\n");
      assert.deepEqual(await yard.agents(), []);
    });

    await t.test("a message is what stands below its command, and no more", async () => {
      const number = await yard.issue("- ask: Which sealant?");
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.ends(number, "parked");

      const example = "Somebody might write\n```\n/agent send rubbish\n```\nbut I say:";
      const body = `${example}\n/agent send Blue.\n\n${bodyWith(change("blue.txt"))}\n\n/agent why`;
      await yard.as("mona", "comment", { number, body });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "blue.txt");
      const brief = await lastBrief(yard, number);
      assert.match(brief, /Blue\.\n\nThe tank must not leak\./);
      assert.doesNotMatch(brief, /rubbish|but I say|agent why/);
    });

    await t.test("parked work goes on with a retry, once the verb is spelt right", async () => {
      const first = ["attempts:", "  - - ask: Which sealant?"];
      const number = await yard.issue(
        [...first, '  - - edit: {path: retry.txt, content: "x\\n"}', "    - done: Sealed it."].join(
          "\n",
        ),
      );
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.ends(number, "parked");

      await yard.as("mona", "comment", { number, body: "/agent rety" });
      await yard.until("the typo to be answered", () => oursWith(yard, number, "the nearest is"));
      assert.match(
        oursWith(yard, number, "the nearest is") ?? "",
        /@mona: nothing was started, because there is no command `rety`; the nearest is `\/agent retry`, and `\/agent help` lists all\.$/,
      );
      await yard.as("mona", "comment", { number, body: "/agent retry" });
      await yard.ends(number, "done");

      assert.equal(await yard.seen.file("retry.txt"), "x\n");
    });
  });
});
