import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change, endless } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Late enough that what a person does next comes before it. */
const late = { delayMs: 150 };

/** The lines of the log that say that an issue cannot be worked on. */
const goneLines = ({ log }: Yardmaster): readonly string[] =>
  log
    .filter(
      ({ message, fields }) => message === "assignment changed" && fields["ending"] === "gone",
    )
    .map(({ fields }) => `${String(fields["phase"])}: ${String(fields["why"])}`);

const problems = ({ log }: Yardmaster): readonly string[] =>
  log.filter(({ level }) => level !== "info").map(({ message }) => message);

suite("what vanishes", { concurrency: 4 }, () => {
  test("an issue that is deleted between the event and the read is told once in the log, and the next event is taken", async (t) => {
    const yard = await yardmasterForTest(t);
    const deleted = await yard.issue(change("gone.txt"));
    const next = await yard.issue(change("tank.txt"));
    await yard.webhooks(late);

    await yard.as("wren", "label", { number: deleted, label: "agent:go" });
    await yard.as("mona", "delete-issue", { number: deleted });
    await yard.webhooks({ delayMs: 0 });
    await yard.as("wren", "label", { number: next, label: "agent:go" });
    await yard.ends(next, "done");

    await assertMerged(yard, next, "tank.txt");
    assert.deepEqual(goneLines(yard), ["withdrawn: deleted"]);
    assert.deepEqual(problems(yard), []);
    assert.deepEqual(
      yard.seen.pulls().map(({ state }) => state),
      ["merged"],
    );
  });

  test("an issue that is transferred between the event and the read is told once in the log", async (t) => {
    const yard = await yardmasterForTest(t, { seed: { otherRepositories: ["hangar"] } });
    const moved = await yard.issue(change("gone.txt"));
    const next = await yard.issue(change("tank.txt"));
    await yard.webhooks(late);

    await yard.as("wren", "label", { number: moved, label: "agent:go" });
    await yard.as("mona", "transfer-issue", { number: moved, to: "acme/hangar" });
    await yard.webhooks({ delayMs: 0 });
    await yard.as("wren", "label", { number: next, label: "agent:go" });
    await yard.ends(next, "done");

    await assertMerged(yard, next, "tank.txt");
    assert.equal(goneLines(yard).length, 1, goneLines(yard).join());
    assert.deepEqual(problems(yard), []);
    assert.deepEqual(
      yard.seen.pulls().map(({ state }) => state),
      ["merged"],
    );
  });

  test("an issue that is deleted while its worker runs is left in peace, and the work is saved", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(endless("tank"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.steps(number, "hang");

    await yard.as("mona", "delete-issue", { number });
    await yard.ends(number, "withdrawn");

    assert.equal(await yard.saved(number, "tank"), "half\n");
    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
    assert.deepEqual(problems(yard), []);
  });

  test("a repository that is renamed between the event and the read, and again mid-run, is followed", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(["- wait: 50ms", change("tank.txt")].join("\n"));
    await yard.webhooks(late);

    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.as("mona", "rename-repository", { name: "booster" });
    await yard.webhooks({ delayMs: 0 });
    await yard.reaches(number, "working");
    await yard.as("mona", "rename-repository", { name: "capsule" });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.comments(number).length, 2);
    assert.deepEqual(problems(yard), []);
  });

  test("an App that is uninstalled mid-run stops its worker and saves the work", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(endless("tank"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.steps(number, "hang");

    await yard.as("mona", "uninstall-app");
    await yard.ends(number, "withdrawn");

    assert.equal(await yard.saved(number, "tank"), "half\n");
    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
    assert.ok(goneLines(yard).includes("withdrawn: the App was uninstalled"));
  });

  test("work that is finished while the App is suspended waits and is published when that is over", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(["- wait: 100ms", change("tank.txt")].join("\n"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.until("the worker", () =>
      yard.log.some(({ message }) => message === "worker started"),
    );

    await yard.as("mona", "suspend-app");
    await yard.until("a try in vain", () =>
      yard.log.some(({ message }) => message === "effect is tried again later"),
    );
    assert.deepEqual(await yard.seen.branches(), ["main"]);
    await yard.as("mona", "suspend-app", { suspended: false });
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    assert.equal(yard.seen.comments(number).length, 2);
  });
});
