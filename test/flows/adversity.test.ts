import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { inspect } from "node:util";

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
async function mergedDespite(yard: Yardmaster, file: string, respond: object): Promise<void> {
  const before = yard.log.length;
  const number = await yard.issue(change(file));
  for (const match of requests) await yard.fault(match, respond);
  const { id } = await yard.as("wren", "comment", { number, body: "/agent dispatch" });
  await yard.reaches(number, "reviewing");
  const pull = await yard.until("the pull request", () => pullOf(yard, number));
  await yard.until("the check run", () => yard.seen.checks(pull).length > 0);
  await yard.as("mona", "complete-check", { pull, name: "ci" });
  await yard.ends(number, "done");

  await assertMerged(yard, number, file);
  assert.equal(yard.seen.ours(number).length, 2);
  assert.equal(yard.seen.checks(pull).length, 1);
  assert.equal(yard.seen.column(number), "Done");
  assert.deepEqual(yard.seen.reactions(id), ["eyes", "rocket"]);
  const left = await fetch(`${yard.simulator.url}/_sim/faults`);
  assert.deepEqual(await left.json(), [], "every fault has struck");
  const again = yard.log
    .slice(before)
    .filter(({ message }) => message === "effect is tried again later");
  assert.ok(again.length >= requests.length - 2, `${again.length} tries in vain`);
}

const pullOf = ({ seen }: Yardmaster, number: number): number | undefined =>
  seen.pulls().find(({ branch }) => branch.startsWith(`feature/${number}-`))?.number;

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
  log
    .filter(({ level }) => level !== "info")
    .map(({ message, fields }) => `${message} ${inspect(fields)}`);

suite("adversity", { concurrency: 6 }, () => {
  test("a 502 is outlived", async (t) => {
    const yard = await yardmasterForTest(t, { seed: { ci: { checks: ["ci"], auto: null } } });

    await t.test("in place of each answer it costs time and nothing else", async () => {
      await mergedDespite(yard, "one.txt", { status: 502, body: "<html>Unicorn</html>" });
    });

    await t.test("after each write has taken effect it doubles nothing", async () => {
      await mergedDespite(yard, "two.txt", { status: 502, afterEffect: true });
    });
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

  test("a service that is stopped mid-run finds its worker again, and hears what people did meanwhile", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }\n" });
    const merged = await yard.issue(change("tank.txt"));
    const unwanted = await yard.issue("- hang");
    const kept = await yard.issue(["- wait: 5s", change("lid.txt", "- wait: 100ms")].join("\n"));
    await yard.as("wren", "label", { number: merged, label: "agent:go" });
    await yard.ends(merged, "reviewing");
    await yard.as("wren", "label", { number: unwanted, label: "agent:go" });
    await yard.steps(unwanted, "hang");
    await yard.as("wren", "label", { number: kept, label: "agent:go" });
    await yard.steps(kept, "wait");
    const before = await yard.agents(kept);

    await yard.stop();
    assert.deepEqual((await yard.agents(kept)).slice(0, 1), before.slice(0, 1), "it lives on");
    await yard.as("mona", "merge", { pull: pullOf(yard, merged) });
    await yard.as("mona", "close-issue", { number: unwanted });
    await yard.start();
    await yard.reaches(merged, "done");
    await yard.reaches(unwanted, "withdrawn");
    await yard.reaches(kept, "reviewing");
    await yard.as("mona", "merge", { pull: pullOf(yard, kept) });
    await yard.ends(kept, "done");

    await assertMerged(yard, merged, "tank.txt");
    await assertMerged(yard, kept, "lid.txt");
    const told = yard.log
      .filter(({ fields }) => String(fields["worker"]).endsWith(`-${kept}`) && "pid" in fields)
      .map(({ message }) => message);
    assert.deepEqual(told, ["worker started", "worker found"], "one process");
    assert.equal(yard.seen.ours(kept).length, 2);
    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
  });

  test("issues that go away are left in peace, each told once in the log, and the next event is taken", async (t) => {
    const yard = await yardmasterForTest(t, { seed: { otherRepositories: ["hangar"] } });

    for (const [gone, gesture] of [
      ["deleted", { do: "delete-issue" }],
      ["transferred", { do: "transfer-issue", to: "acme/hangar" }],
    ] as const) {
      await t.test(`${gone} between the event and the read`, async () => {
        const before = goneLines(yard).length;
        const number = await yard.issue(change("gone.txt"));
        const next = await yard.issue("[]");
        await yard.webhooks(late);

        await yard.as("wren", "label", { number, label: "agent:go" });
        await yard.as("mona", gesture.do, { number, ...gesture });
        await yard.webhooks({ delayMs: 0 });
        await yard.as("rita", "label", { number: next, label: "agent:go" });
        await yard.until("the next answer", () => yard.seen.ours(next).length === 1);
        await yard.quiet();

        const lines = goneLines(yard).slice(before);
        assert.equal(lines.length, 1, lines.join());
        if (gone === "deleted") assert.deepEqual(lines, ["withdrawn: deleted"]);
      });
    }

    await t.test("deleted while a worker runs, whose work is saved", async () => {
      const number = await yard.issue(endless("tank"));
      await yard.as("wren", "label", { number, label: "agent:go" });
      await yard.steps(number, "hang");

      await yard.as("mona", "delete-issue", { number });
      await yard.ends(number, "withdrawn");

      assert.equal(await yard.saved(number, "tank"), "half\n");
    });

    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
    assert.deepEqual(problems(yard), []);
    assert.deepEqual(yard.seen.pulls(), []);
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

  test("an App that is uninstalled mid-run stops its worker and saves the work, and installed anew works on at once", async (t) => {
    const yard = await yardmasterForTest(t, { repositoryFile: "board: { project: 1 }\n" });
    const reviewed = await yard.issue(change("one.txt"));
    const running = await yard.issue(endless("tank"));
    const later = await yard.issue(change("two.txt"));
    await yard.as("wren", "label", { number: reviewed, label: "agent:go" });
    await yard.ends(reviewed, "reviewing");
    await yard.as("wren", "label", { number: running, label: "agent:go" });
    await yard.steps(running, "hang");

    await yard.as("mona", "uninstall-app");
    await yard.reaches(reviewed, "withdrawn");
    await yard.ends(running, "withdrawn");
    assert.equal(await yard.saved(running, "tank"), "half\n");
    assert.deepEqual(await yard.agents(), []);
    assert.deepEqual(await yard.worktrees(), []);
    const told = goneLines(yard).filter((line) => line === "withdrawn: the App was uninstalled");
    assert.equal(told.length, 2);
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
