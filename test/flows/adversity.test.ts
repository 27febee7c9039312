import assert from "node:assert/strict";
import { suite, test } from "node:test";

import { change, endless } from "../support/beginning.ts";
import { assertMerged } from "../support/merged.ts";
import { yardmasterForTest } from "../support/yardmaster.ts";
import type { Yardmaster } from "../support/yardmaster.ts";

/** Every kind of request that an issue needs on its way, as the simulator matches it. */
const requests: readonly object[] = [
  { operation: "InspectIssue" },
  { path: "*/permission" },
  { operation: "addComment" },
  { operation: "updateProjectV2ItemFieldValue" },
  { method: "POST", path: "*/pulls" },
  { method: "POST", path: "*/check-runs" },
  { method: "PUT", path: "*/merge" },
  { operation: "updateIssueComment" },
];

/** Lets an issue go its whole way while every kind of request fails once. */
async function mergedDespite(yard: Yardmaster, respond: object): Promise<void> {
  const number = await yard.issue(change("tank.txt"));
  for (const match of requests) await yard.fault(match, respond);
  const { id } = await yard.as("wren", "comment", { number, body: "/agent dispatch" });
  await yard.reaches(number, "reviewing");
  const pull = await yard.until("the pull request", () => yard.seen.pulls()[0]?.number);
  await yard.until("the check run", () => yard.seen.checks(pull).length > 0);
  await yard.as("mona", "complete-check", { pull, name: "ci" });
  await yard.ends(number, "done");

  await assertMerged(yard, number, "tank.txt");
  assert.equal(yard.seen.ours(number).length, 2);
  assert.equal(yard.seen.pulls().length, 1);
  assert.equal(yard.seen.checks(pull).length, 1);
  assert.equal(yard.seen.column(number), "Done");
  assert.deepEqual(yard.seen.reactions(id), ["eyes", "rocket"]);
  const left = await fetch(`${yard.simulator.url}/_sim/faults`);
  assert.deepEqual(await left.json(), [], "every fault has struck");
  const again = yard.log.filter(({ message }) => message === "effect is tried again later");
  assert.ok(again.length >= requests.length - 2, `${again.length} tries in vain`);
}

const waiting = { seed: { ci: { checks: ["ci"], auto: null } } };

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

suite("adversity", { concurrency: 6 }, () => {
  test("a 502 in place of each answer costs time and nothing else", async (t) => {
    await mergedDespite(await yardmasterForTest(t, waiting), {
      status: 502,
      body: "<html>Unicorn</html>",
    });
  });

  test("a 502 after each write has taken effect doubles nothing", async (t) => {
    await mergedDespite(await yardmasterForTest(t, waiting), { status: 502, afterEffect: true });
  });

  test("a secondary limit is obeyed: no request in between", async (t) => {
    const yard = await yardmasterForTest(t);
    const first = await yard.issue(change("one.txt"));
    const second = await yard.issue(change("two.txt"));
    const message =
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
    await yard.fault(
      { operation: "addComment" },
      { status: 403, headers: { "retry-after": "2" }, body: { message } },
    );

    await yard.as("wren", "label", { number: first, label: "agent:go" });
    const limited = await yard.until("the limit", () =>
      yard.simulator.requests.find(
        ({ status, operation }) => status === 403 && operation?.includes("addComment"),
      ),
    );
    await yard.as("wren", "label", { number: second, label: "agent:go" });
    await yard.reaches(first, "done");
    await yard.ends(second, "done");

    await assertMerged(yard, first, "one.txt");
    await assertMerged(yard, second, "two.txt");
    const endAt = Date.parse(limited.time) + 2000;
    const early = yard.simulator.requests.filter(
      ({ id, time, actor }) =>
        id > limited.id && actor === "yardmaster[bot]" && Date.parse(time) < endAt,
    );
    assert.deepEqual(early, []);
  });

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
    const again = [...yard.simulator.sim.world.deliveries.values()].filter(
      ({ redelivery, statusCode }) => redelivery && statusCode === 202,
    );
    assert.ok(again.length > 0, "lost deliveries were asked for");
  });

  test("a service that is stopped mid-run leaves the worker alone and finds it again", async (t) => {
    const yard = await yardmasterForTest(t);
    const number = await yard.issue(["- wait: 1s", change("tank.txt", "- wait: 100ms")].join("\n"));
    await yard.as("wren", "label", { number, label: "agent:go" });
    await yard.steps(number, "wait");
    const before = await yard.agents(number);

    await yard.stop();
    assert.deepEqual((await yard.agents(number)).slice(0, 1), before.slice(0, 1), "it lives on");
    await yard.start();
    await yard.ends(number, "done");

    await assertMerged(yard, number, "tank.txt");
    const starts = yard.log.filter(
      ({ message, fields }) => message === "worker started" && fields["pid"] !== undefined,
    );
    assert.equal(starts.length, 1, "one process");
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

  test("an issue that is deleted between the event and the read is told once in the log, and the next event is taken", async (t) => {
    const yard = await yardmasterForTest(t);
    const deleted = await yard.issue(change("gone.txt"));
    const next = await yard.issue("[]");
    await yard.webhooks(late);

    await yard.as("wren", "label", { number: deleted, label: "agent:go" });
    await yard.as("mona", "delete-issue", { number: deleted });
    await yard.webhooks({ delayMs: 0 });
    await yard.as("rita", "label", { number: next, label: "agent:go" });
    await yard.until("the next answer", () => yard.seen.ours(next).length === 1);
    await yard.quiet();

    assert.deepEqual(goneLines(yard), ["withdrawn: deleted"]);
    assert.deepEqual(problems(yard), []);
    assert.deepEqual(yard.seen.pulls(), []);
  });

  test("an issue that is transferred between the event and the read is told once in the log", async (t) => {
    const yard = await yardmasterForTest(t, { seed: { otherRepositories: ["hangar"] } });
    const moved = await yard.issue(change("gone.txt"));
    const next = await yard.issue("[]");
    await yard.webhooks(late);

    await yard.as("wren", "label", { number: moved, label: "agent:go" });
    await yard.as("mona", "transfer-issue", { number: moved, to: "acme/hangar" });
    await yard.webhooks({ delayMs: 0 });
    await yard.as("rita", "label", { number: next, label: "agent:go" });
    await yard.until("the next answer", () => yard.seen.ours(next).length === 1);
    await yard.quiet();

    assert.equal(goneLines(yard).length, 1, goneLines(yard).join());
    assert.deepEqual(problems(yard), []);
    assert.deepEqual(yard.seen.pulls(), []);
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

  test("an App that is installed anew works on at once", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }\n" });
    const before = await yard.issue(change("one.txt"));
    const later = await yard.issue(change("two.txt"));
    await yard.as("wren", "label", { number: before, label: "agent:go" });
    await yard.ends(before, "reviewing");

    await yard.as("mona", "uninstall-app");
    await yard.ends(before, "withdrawn");
    await yard.as("mona", "install-app");
    await yard.as("wren", "label", { number: later, label: "agent:go" });
    await yard.ends(later, "reviewing");

    assert.equal(yard.seen.column(later), "In Review");
    assert.equal(yard.seen.pulls().length, 2);
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
