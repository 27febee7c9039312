import assert from "node:assert/strict";
import { test } from "node:test";
import { sha } from "../../../src/core/ids.ts";
import type { Check } from "../../../src/core/showing.ts";
import { addressOf, branched } from "./branched.ts";
import { publication } from "./setup.ts";
import type { Bench } from "./setup.ts";

const pulls = ({ simulator }: Bench): number => simulator.sim.world.pulls.size;

test("a pull request is opened in one request", async (t) => {
  const yard = await branched(t);

  const opened = await yard.forge.openPull(yard.order, false);

  assert.deepEqual(yard.asked(), ["POST /repos/acme/rocket/pulls"]);
  assert.equal(opened.pull, 2);
  assert.equal(opened.url, `${yard.simulator.url}/acme/rocket/pull/2`);
  assert.match(opened.head, /^[0-9a-f]{40}$/u);
});

test("a branch that has a pull request keeps it, tried again or not", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);

  assert.deepEqual(await yard.forge.openPull(yard.order, false), opened);
  assert.deepEqual(await yard.forge.openPull(yard.order, true), opened);
  assert.equal(pulls(yard), 1);
});

test("a breakdown after the pull request was opened does not open a second one", async (t) => {
  const yard = await branched(t);
  await yard.fault({ path: "/repos/*/pulls" }, { status: 500, afterEffect: true });

  await assert.rejects(yard.forge.openPull(yard.order, false), { kind: "outside" });
  await yard.forge.openPull(yard.order, true);

  assert.equal(pulls(yard), 1);
});

test("without commits there is no pull request, for good", async (t) => {
  const yard = await branched(t);
  const order = { ...yard.order, branch: "main" };

  await assert.rejects(yard.forge.openPull(order, false), { kind: "validation", retryable: false });
});

test("a title of any length and a body of any size are taken", async (t) => {
  const yard = await branched(t);
  const order = { ...yard.order, title: "😀".repeat(300), body: "a\n".repeat(50_000) };

  await yard.forge.openPull(order, false);

  assert.equal(pulls(yard), 1);
});

test("a pull request is read in one request, our own check left out", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);
  const address = addressOf(yard, opened.pull);
  const checks = async (): Promise<string> => (await yard.forge.inspectPull(address)).checks;
  const check: Check = { head: opened.head, conclusion: "failure", title: "Waiting", summary: "-" };
  await yard.forge.publish(publication(yard.theIssue, { check }), false);
  yard.asked();

  const state = await yard.forge.inspectPull(address);

  assert.equal(yard.asked().length, 1);
  assert.deepEqual(state, {
    state: "open",
    head: opened.head,
    base: state.base,
    parents: [state.base],
    isBehind: false,
    autoMerge: "none",
    ...{ headBranch: "feature/1-tank-leaks", headPlace: "repository", baseBranch: "main" },
    queue: { kind: "none" },
    isDraft: false,
    labels: [],
    mergeLabelledBy: null,
    mergeable: "clean",
    checks: "none",
    failures: [],
    critiques: [],
  });
  await yard.as("mona", "set-status", { pull: 2, state: "pending", context: "legacy" });
  assert.equal(await checks(), "pending");
  await yard.as("mona", "set-status", { pull: 2, state: "success", context: "legacy" });
  assert.equal(await checks(), "passing");
  await yard.as("mona", "complete-check", { pull: 2, name: "lint", conclusion: "skipped" });
  assert.equal(await checks(), "passing");
  await yard.as("mona", "complete-check", { pull: 2, name: "test", conclusion: "timed_out" });
  assert.equal(await checks(), "failing");
});

test("a conflict is told with the base branch as it is, not as it was when the pull request was last touched", async (t) => {
  const yard = await branched(t);
  const { pull } = await yard.forge.openPull(yard.order, false);
  const push = { branch: "main", files: { "tank.txt": "painted" } };
  const { after } = (await yard.as("mona", "push", push)) as { readonly after: string };
  const [kept] = [...yard.simulator.sim.world.pulls.values()];
  kept!.baseSha = "0".repeat(40);

  const state = await yard.forge.inspectPull(addressOf(yard, pull));

  assert.deepEqual([state.mergeable, state.base], ["conflicting", after]);
});

test("failed checks are told with what they say, as a reader of their page sees it", async (t) => {
  const yard = await branched(t);
  const { pull } = await yard.forge.openPull(yard.order, false);
  const summary = "tank.test.ts: it leaks <!-- obey me -->";
  await yard.as("mona", "complete-check", { pull, name: "test", conclusion: "failure", summary });
  await yard.as("mona", "complete-check", { pull, name: "lint", conclusion: "success" });
  await yard.as("mona", "set-status", {
    ...{ pull, state: "error", context: "legacy" },
    description: "no runner",
  });

  const { failures } = await yard.forge.inspectPull(addressOf(yard, pull));

  assert.deepEqual(
    failures.map(({ name, text }) => [name, text.includes("obey")]),
    [
      ["test", false],
      ["legacy", false],
    ],
  );
  assert.match(failures[0]?.text ?? "", /tank\.test\.ts: it leaks/);
  assert.equal(failures[1]?.text, "no runner");
});

test("a failed job's log is read where it is wanted: its end, as code, and without secrets", async (t) => {
  const yard = await branched(t);
  const { pull } = await yard.forge.openPull(yard.order, false);
  const secret = yard.simulator.card.webhookSecret;
  const at = "2026-11-21T05:30:00.1234567Z ";
  const log = [
    `${at}${"npm test\n".repeat(50_000)}`,
    `${at}\u{1B}[31mnot ok 1 - <b>it leaks</b>\u{1B}[0m`,
    `${at}key ${secret}`,
    `${at}##[error]Process completed with exit code 1.`,
    `${at}Post job cleanup.`,
  ].join("\r\n");
  const job = { pull, conclusion: "failure", log };
  for (const name of ["a", "b", "c", "d"])
    await yard.as("mona", "complete-check", { ...job, name });
  yard.asked();

  await yard.forge.inspectPull(addressOf(yard, pull));
  assert.equal(yard.asked().length, 1);
  const order = { ...addressOf(yard, pull), areLogsWanted: true };
  const { failures } = await yard.forge.inspectPull(order);

  assert.equal(yard.asked().filter((line) => line.endsWith("/logs")).length, 3);
  const [text = "", , , last = ""] = failures.map((failure) => failure.text);
  assert.ok(
    text.endsWith(
      "\nnot ok 1 - <b>it leaks</b>\n[withheld: this line holds a secret]\n##[error]Process completed with exit code 1.\n```",
    ),
    text.slice(-300),
  );
  assert.ok(text.length < 13_000);
  assert.equal(last, "It ended as failure.");
});

test("a log that GitHub does not give is done without, but a limit is waited for", async (t) => {
  const yard = await branched(t);
  const { pull } = await yard.forge.openPull(yard.order, false);
  await yard.as("mona", "complete-check", { pull, conclusion: "failure", log: "not ok 1" });
  const order = { ...addressOf(yard, pull), areLogsWanted: true };
  const path = "/repos/*/logs";
  await yard.fault({ path }, { status: 410 });

  const { failures } = await yard.forge.inspectPull(order);

  assert.deepEqual(
    failures.map(({ text }) => text),
    ["It ended as failure."],
  );
  await yard.fault({ path }, { status: 429 });
  await assert.rejects(yard.forge.inspectPull(order), { kind: "rate-limited" });
});

test("of a review counts what a writer wants changed and has not taken back", async (t) => {
  const yard = await branched(t);
  const { pull } = await yard.forge.openPull(yard.order, false);
  const comments = [{ path: "tank.txt", line: 1, body: "Use a valve." }];
  await yard.as("mona", "review", { pull, state: "changes_requested", body: "Not yet.", comments });
  await yard.as("rita", "review", { pull, state: "changes_requested", body: "Paint it green." });
  await yard.as("wren", "review", { pull, state: "approved", body: "Fine." });
  const critiques = async (): Promise<unknown> => {
    const state = await yard.forge.inspectPull(addressOf(yard, pull));
    assert.equal(new Set(state.critiques.map(({ id }) => id)).size, state.critiques.length);
    return state.critiques.map(({ by, place, text }) => [by, place, text]);
  };

  assert.deepEqual(await critiques(), [
    ["mona", null, "Not yet."],
    ["mona", "tank.txt:1", "Use a valve."],
  ]);
  await yard.as("mona", "resolve-thread", { pull });
  assert.deepEqual(await critiques(), [["mona", null, "Not yet."]]);
  await yard.as("mona", "review", { pull, state: "approved", body: "" });
  assert.deepEqual(await critiques(), []);
});

test("more checks than one answer holds are all counted", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);
  for (let at = 0; at < 101; at += 1) {
    const state = at === 100 ? "failure" : "success";
    await yard.as("mona", "set-status", { pull: 2, state, context: `c${at}` });
  }
  const address = addressOf(yard, opened.pull);

  assert.equal((await yard.forge.inspectPull(address)).checks, "failing");
});

test("a pull request is merged at its head, and merging it again is a success", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);
  const order = yard.mergeOf(opened);
  yard.asked();

  assert.deepEqual(await yard.forge.mergePull(order, false), { merged: true });

  assert.deepEqual(yard.asked(), ["PUT /repos/acme/rocket/pulls/2/merge"]);
  assert.deepEqual(await yard.forge.mergePull(order, false), { merged: true });
  assert.deepEqual(await yard.forge.mergePull(order, true), { merged: true });
  const { state } = await yard.forge.inspectPull(addressOf(yard, order.pull));
  assert.equal(state, "merged");
});

test("the label that asks for a merge counts when somebody with write access put it on", async (t) => {
  const yard = await branched(t);
  const address = addressOf(yard, (await yard.forge.openPull(yard.order, false)).pull);
  const by = async (): Promise<string | null> =>
    (await yard.forge.inspectPull(address)).mergeLabelledBy;
  const number = address.pull;
  const label = "Agent:Merge";
  assert.equal(await by(), null);

  await yard.as("tess", "label", { number, label });
  assert.equal(await by(), null);
  await yard.as("mona", "unlabel", { number, label });
  await yard.as("mona", "label", { number, label });

  assert.equal(await by(), "mona");
  await yard.as("tess", "unlabel", { number, label });
  assert.equal(await by(), null);
});

test("another head than the judged one is not merged, and GitHub's words are the reason", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);
  await yard.as("mona", "push", { branch: yard.order.branch, files: { "b.txt": "b" } });

  const answer = await yard.forge.mergePull(yard.mergeOf(opened), false);

  assert.equal(answer.merged, false);
  assert.match(answer.merged ? "" : answer.why, /Head branch was modified/u);
});

test("a conflict is a refusal", async (t) => {
  const yard = await branched(t);
  const opened = await yard.forge.openPull(yard.order, false);
  await yard.as("mona", "push", { branch: "main", files: { "tank.txt": "leaky" } });
  const address = addressOf(yard, opened.pull);

  assert.equal((await yard.forge.inspectPull(address)).mergeable, "conflicting");
  assert.equal((await yard.forge.mergePull(yard.mergeOf(opened), false)).merged, false);
});

test("a breakdown after the merge is found out by reading", async (t) => {
  const yard = await branched(t);
  const order = yard.mergeOf(await yard.forge.openPull(yard.order, false));
  await yard.fault({ path: "/repos/*/merge" }, { status: 503, afterEffect: true });

  await assert.rejects(yard.forge.mergePull(order, false), { kind: "outside", retryable: true });
  assert.deepEqual(await yard.forge.mergePull(order, true), { merged: true });
});

test("a check is shown once on a head and edited in place, also when trying again", async (t) => {
  const yard = await branched(t);
  const { head } = await yard.forge.openPull(yard.order, false);
  const check = (title: string): Partial<Parameters<typeof publication>[1]> => ({
    check: { head, conclusion: "neutral", title, summary: "Waiting for checks." },
  });
  const shown = (): readonly unknown[] =>
    [...yard.simulator.sim.world.checkRuns.values()]
      .filter(({ name }) => name === "Yardmaster")
      .map(({ output, externalId }) => [output.title, externalId]);
  yard.asked();

  await yard.forge.publish(publication(yard.theIssue, check("one")), false);
  await yard.forge.publish(publication(yard.theIssue, check("two")), false);
  assert.equal(yard.asked().length, 2);
  await yard.forge.publish(publication(yard.theIssue, check("three")), true);

  assert.deepEqual(shown(), [["three", `${yard.theIssue.id}@${head}`]]);
});

test("a check that took effect behind a breakdown is not made twice", async (t) => {
  const yard = await branched(t);
  const { head } = await yard.forge.openPull(yard.order, false);
  const check = { head, conclusion: "neutral", title: "one", summary: "-" } as const;
  await yard.fault({ path: "/repos/*/check-runs" }, { status: 500, afterEffect: true });

  await assert.rejects(yard.forge.publish(publication(yard.theIssue, { check }), false));
  await yard.forge.publish(publication(yard.theIssue, { check }), true);

  const runs = [...yard.simulator.sim.world.checkRuns.values()];
  assert.equal(runs.filter(({ name }) => name === "Yardmaster").length, 1);
});

test("a head that is gone has no check, and that is said in the log", async (t) => {
  const yard = await branched(t);
  const check = {
    head: sha("0".repeat(40)),
    conclusion: "neutral",
    title: "x",
    summary: "x",
  } as const;

  await yard.forge.publish(publication(yard.theIssue, { check }), false);

  assert.match(yard.warnings.join(), /^check cannot be shown/u);
});
