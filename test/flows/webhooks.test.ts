import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";

suite("webhooks and restarts", { concurrency: 4 }, () => {
  test("webhooks that come twice, late and in another order lead to the same end", async (t) => {
    const yard = await yardmasterForTest(t);
    const blocker = await yard.issue(change("one.txt"));
    const blocked = await yard.issue(change("two.txt"));
    const commanded = await yard.issue(change("three.txt"));
    await yard.as("mona", "add-blocker", { number: blocked, blocker });
    await yard.webhooks({ duplicate: 1, reorder: 0.5, delayMs: 20, seed: 7 });

    await yard.as("wren", "label", { number: blocker, label: "agent:go" });
    await yard.as("wren", "move-card", { number: blocked, to: "Ready" });
    const { id } = await yard.as("wren", "comment", { number: commanded, body: "/agent dispatch" });
    for (const number of [blocker, blocked, commanded]) await yard.reaches(number, "done");
    await yard.quiet();

    await assertMerged(yard, blocker, "one.txt");
    await assertMerged(yard, blocked, "two.txt");
    await assertMerged(yard, commanded, "three.txt");
    for (const number of [blocker, blocked, commanded]) {
      assert.equal(yard.seen.ours(number).length, 2, `comments on #${number}`);
      assert.equal(yard.seen.column(number), "Done");
    }
    assert.deepEqual(yard.seen.reactions(id), ["eyes", "rocket"]);
    assert.equal(yard.seen.pulls().length, 3);
  });

  test("what webhooks did not bring is found by looking, and asked of GitHub again", async (t) => {
    const yard = await yardmasterForTest(t, { environment: { YARDMASTER_RECONCILE_SECONDS: "1" } });
    const number = await yard.issue(change("tank.txt"));
    await yard.webhooks({ drop: 1 });

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.comments(number).length, 2);
    const asked = yard.log.filter(({ fields }) => Number(fields["redelivered"]) > 0);
    assert.ok(asked.length > 0, "lost deliveries were asked for");
  });

  test("a service that is stopped mid-run leaves the worker alone and finds it again", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(
      ["- wait: 100ms", change("tank.txt", "- wait: 100ms")].join("\n"),
    );
    const later = await yard.issue(change("later.txt"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.until("the worker", () =>
      yard.log.some(({ message }) => message === "worker started"),
    );
    const before = await yard.agents(number);

    await yard.stop();
    assert.deepEqual((await yard.agents(number)).slice(0, 1), before.slice(0, 1), "it lives on");
    await yard.as("wren", "label", { number: later, label: "agent:go" });
    await yard.start();
    await yard.reaches(number, "done");
    await yard.ends(later, "done");

    await assertMerged(yard, number, "tank.txt");
    await assertMerged(yard, later, "later.txt");
    const starts = yard.log.filter(
      ({ message, fields }) => message === "worker started" && fields["pid"] !== undefined,
    );
    assert.equal(starts.length, 2, "one process for each issue");
    assert.ok(yard.log.some(({ message }) => message === "worker found"));
    assert.equal(yard.seen.ours(number).length, 2);
  });

  test("people who act while the service is down are heard when it is back", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }\n" });
    const merged = await yard.issue(change("tank.txt"));
    const unwanted = await yard.issue("- hang");
    await yard.as("wren", "label", { number: merged, label: "agent:go" });
    await yard.ends(merged, "reviewing");
    await yard.as("wren", "label", { number: unwanted, label: "agent:go" });
    await yard.steps(unwanted, "hang");

    await yard.stop();
    await yard.as("mona", "merge", { pull: yard.seen.pulls()[0]?.number });
    await yard.as("mona", "close-issue", { number: unwanted });
    await yard.start();
    await yard.reaches(merged, "done");
    await yard.ends(unwanted, "withdrawn");

    await assertMerged(yard, merged, "tank.txt");
    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
  });
});
