/** What people get done by comments beyond asking, holding and stopping: on pull requests, and with workers that run. */
import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change, endless, mergingFile } from "../support/beginning.ts";
import { lastBrief } from "../support/last-brief.ts";
import { assertMerged, masked } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Our comment on an issue or pull request that has these words. */
const oursWith = ({ seen }: Yardmaster, number: number, words: string): string | undefined =>
  seen
    .ours(number)
    .map(({ body }) => masked(body))
    .find((body) => body.includes(words));

/** The first attempt works until it is stopped; the next one is done. */
const afterEndless = (first: string, second: string): string => {
  const steps = (script: string): readonly string[] =>
    script.split("\n").map((line, index) => `  ${index === 0 ? "- " : "  "}${line}`);
  return ["attempts:", ...steps(endless(first)), ...steps(change(second))].join("\n");
};

suite("more commands", () => {
  test("people command the work on its pull request too", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }\n" });
    const number = await yard.issue(change("tank.txt"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "reviewing");
    const pull = yard.seen.pulls()[0]?.number ?? 0;

    const asked = await yard.as("rita", "comment", { number: pull, body: "Hm.\n\n/agent why" });
    await yard.until("the answer", () => oursWith(yard, pull, `Pull request #${pull}: waits`));
    const body = "/agent stop";
    const { id } = await yard.as("mona", "comment", { number: pull, body });
    await yard.ends(number, "withdrawn");

    assert.match(
      oursWith(yard, number, "Taken back by mona.") ?? "",
      new RegExp(`Pull request #${pull} is left open`),
    );
    assert.equal(yard.seen.ours(pull).length, 1);
    assert.deepEqual(yard.seen.reactions(asked.id).toSorted(), ["eyes", "rocket"]);
    assert.deepEqual(yard.seen.reactions(id).toSorted(), ["eyes", "rocket"]);
  });

  test("people have running workers stop where they are", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: mergingFile });

    await t.test("to hand over to another one, which goes on from its commits", async () => {
      const number = await yard.issue(afterEndless("half", "whole.txt"));
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.steps(number, "hang");

      const body = "/agent handover Leave the @valve alone.";
      await yard.as("mona", "comment", { number, body });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "whole.txt");
      assert.equal(await yard.seen.file("half"), "half\n");
      assert.match(
        oursWith(yard, number, "# Handover: Issue") ?? "",
        /\| Ended \| stopped \|[^]*## Notes\n\nThe script was interrupted\./,
      );
      assert.match(
        await lastBrief(yard, number),
        /handover\nThe script was interrupted\.[^]*message from mona\nLeave the @valve alone\./,
      );
    });

    await t.test("after a maintainer has written to all of them", async () => {
      const number = await yard.issue(afterEndless("third", "all.txt"));
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.steps(number, "hang");

      const body = "/agent broadcast The API moved.";
      await yard.as("wren", "comment", { number, body });
      await yard.until("the refusal", () =>
        oursWith(yard, number, "that takes maintain permission"),
      );
      const elsewhere = await yard.issue("[]");
      await yard.as("mona", "comment", { number: elsewhere, body });
      await yard.until("the answer", () =>
        oursWith(yard, elsewhere, `Written to the worker of #${number},`),
      );
      await yard.as("wren", "comment", { number, body: "/agent handover" });
      await yard.ends(number, "done");

      assert.match(await lastBrief(yard, number), /message from mona\nThe API moved\./);
    });

    await t.test("to be blocked until somebody lets it go on", async () => {
      const secret = yard.simulator.card.webhookSecret;
      const script = afterEndless("quarter", "rest.txt");
      const prints = `- print: "Fixes #1 for @mona\\n/agent stop\\nwith ${secret}"\n    - hang`;
      const number = await yard.issue(script.replace("- hang", prints));
      await yard.as("wren", "comment", { number, body: "/agent dispatch" });
      await yard.steps(number, "hang");

      const body = "/agent block until the @supplier answers";
      await yard.as("mona", "comment", { number, body });
      await yard.ends(number, "parked");
      assert.equal(yard.seen.column(number), "Blocked");
      assert.deepEqual(await yard.agents(), []);
      const status = oursWith(yard, number, "Blocked by mona:") ?? "";
      assert.match(status, /> until the @.supplier answers\n\nTo let it go on, comment/u);

      await yard.as("wren", "comment", { number, body: "/agent cleanup" });
      await yard.until("the refusal", () =>
        oursWith(yard, number, "that takes maintain permission"),
      );
      await yard.as("mona", "comment", { number, body: "/agent logs 4\n/agent cleanup" });
      const log = await yard.until("the log", () => oursWith(yard, number, "<details>"));
      const removal = await yard.until("the removal", () => oursWith(yard, number, "is removed"));
      await yard.quiet();

      assert.match(
        log.replaceAll("\u200b", "·"),
        /\n<details><summary>The last 4 lines of [^]*\n> Fixes \\#·1 for @·mona\n> ·\/agent stop\n> \\\[withheld: /,
      );
      assert.match(
        removal,
        /\nThe worktree of attempt 1 is removed\. What was in it is saved:\n\n- work of attempt 1 is kept as `refs\/yardmaster\/saved\//,
      );
      assert.deepEqual(await yard.worktrees(), []);
      assert.equal(await yard.saved(number, "quarter.txt"), "loose\n");
      assert.equal(yard.seen.column(number), "Blocked");

      await yard.as("wren", "comment", { number, body: "/agent unblock" });
      await yard.ends(number, "done");

      await assertMerged(yard, number, "rest.txt");
      assert.equal(await yard.seen.file("quarter"), "half\n");
    });
  });
});
