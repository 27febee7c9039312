/** Where the base branch has a merge queue, GitHub merges: what may be merged is put in, once for each head, and taken out when something speaks against it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { EntryState, PullState, QueueState, Removal } from "../../src/core/pull-state.ts";
import type { RepositoryPolicy } from "../../src/core/policy.ts";
import { briefText, headOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import { mona, Story } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7) };
const merge = { isAutomatic: true, method: "squash" } as const;

const out: QueueState = { kind: "out", removal: null };
const within = (state: EntryState): QueueState => ({
  kind: "in",
  state,
  isOurs: true,
  removal: null,
});
const removed = (reason: string, more: Partial<Removal> = {}): QueueState => ({
  kind: "out",
  removal: { id: "E_1", reason, by: null, failures: [], ...more },
});

/** What our check run says once GitHub shows it. */
function title(story: Story): string | undefined {
  while (story.owes().includes("status.publish")) story.answer("status.published");
  return story.publications().at(-1)?.check?.title;
}
const entries = (story: Story): readonly boolean[] =>
  story.effects.flatMap((effect) => (effect.type === "pull.enqueue" ? [effect.isOn] : []));

/** A green pull request for a branch with a queue, in a repository where Yardmaster merges. */
function reviewing(
  state: Partial<PullState> = {},
  policy: Partial<RepositoryPolicy> = noErrands,
): Story {
  const story = new Story();
  story.github(7, { policy: { ...policy, merge }, pull: { queue: out, ...state } });
  story.label(7);
  story.goOn("reviewing");
  story.answer("pull.inspected");
  return story;
}

/** It is in the queue. */
function queued(policy?: Partial<RepositoryPolicy>): Story {
  const story = reviewing({}, policy);
  story.answer("pull.enqueueAccepted");
  return story;
}

function look(story: Story, state: Partial<PullState>): void {
  story.github(7, { pull: state });
  story.offer({ type: "pull.queueMoved", ...pull });
  story.answer("pull.inspected");
}

test("what may be merged is put into the queue, in place of a merge by us or by auto-merge", () => {
  const story = queued();

  assert.equal(title(story), "In the merge queue of main: waits for its turn");
  assert.match(
    story.text("status-"),
    /Pull request #107: in the merge queue of main: waits for its turn\./,
  );
  look(story, { queue: within("awaiting-checks"), isBehind: true });
  assert.equal(title(story), "In the merge queue of main: waits for the checks of the merge");
  story.offer({ type: "pull.merged", by: mona, ...pull, head: headOf(7, 1) });
  story.goOn();
  assert.equal(story.phase()?.name, "done");
  assert.deepEqual(entries(story), [true]);
  assert.ok(!story.effects.some(({ type }) => type === "pull.merge" || type === "pull.arm"));
});

test("how it stands in the queue is told in one line", () => {
  const story = queued();
  const lines: readonly (readonly [EntryState, string])[] = [
    ["mergeable", "its checks are green, and GitHub merges it in its turn"],
    ["unmergeable", "cannot be merged as it is, so GitHub takes it out"],
    ["locked", "GitHub is merging it"],
    ["queued", "waits for its turn"],
  ];

  for (const [state, line] of lines) {
    look(story, { queue: within(state) });
    assert.equal(title(story), `In the merge queue of main: ${line}`);
  }
  assert.deepEqual(entries(story), [true]);
});

test("several pull requests of one branch are in the queue at once, and no lane of ours holds one up", () => {
  const story = queued();
  story.github(8, { policy: { ...noErrands, merge }, pull: { queue: out, head: headOf(8, 1) } });
  story.label(8);
  story.goOn("reviewing", 8);
  story.answer("pull.inspected", {}, 8);
  story.answer("pull.enqueueAccepted", {}, 8);

  assert.deepEqual(entries(story), [true, true]);
});

test("what the branch still requires is left to auto-merge, which puts it into the queue by itself", () => {
  const story = reviewing({ autoMerge: "possible" });
  story.answer("pull.armAccepted");

  look(story, { autoMerge: "none", queue: within("queued") });

  assert.equal(title(story), "In the merge queue of main: waits for its turn");
  assert.deepEqual(entries(story), []);
});

test("what speaks against the merge takes it out, and it is put in again once nothing does", () => {
  const story = queued();

  look(story, { queue: within("queued"), labels: ["do-not-merge"] });
  assert.deepEqual(entries(story), [true, false]);
  story.github(7, { pull: { queue: removed("manual"), labels: ["do-not-merge"] } });
  story.goOn();
  assert.equal(title(story), "Not merged: it carries the label do-not-merge");
  look(story, { queue: removed("manual"), labels: [] });

  assert.deepEqual(entries(story), [true, false, true]);
});

test("hold and block take it out too", () => {
  for (const command of ["/agent hold", "/agent block"]) {
    const story = queued();
    story.github(7, { pull: { queue: within("awaiting-checks") } });
    story.comment(7, command);
    story.answer("actor.inspected");
    story.answer("pull.inspected");

    assert.deepEqual(entries(story), [true, false], command);
  }
});

test("what is heard while it is being put in is looked into", () => {
  const story = reviewing();
  story.offer({ type: "pull.relabelled", ...pull, by: mona, label: "do-not-merge" });
  story.github(7, { pull: { queue: within("queued"), labels: ["do-not-merge"] } });

  story.answer("pull.enqueueAccepted");
  story.answer("pull.inspected");

  assert.deepEqual(entries(story), [true, false]);
});

test("checks of the head that run again are the queue's affair", () => {
  const story = queued();

  look(story, { queue: within("queued"), checks: "pending" });

  assert.deepEqual(entries(story), [true]);
});

test("what somebody else has put in stays in", () => {
  const story = reviewing({ queue: { ...within("queued"), isOurs: false } as QueueState });
  look(story, {
    queue: { ...within("queued"), isOurs: false } as QueueState,
    labels: ["do-not-merge"],
  });

  assert.deepEqual(entries(story), []);
});

test("what the queue throws out is mended once, with what failed there, and only its next head is put in again", () => {
  const story = queued({});
  const failures = [{ name: "e2e", text: "2 of 9 failed" }];

  look(story, { queue: removed("failed_checks", { failures }) });
  story.goOn("working");
  const why =
    "which the merge queue threw out, because a check that the branch requires failed on the merge with it.";
  assert.ok(story.text("status-").includes(`mends #107, ${why}`));
  const start = story.effects.findLast((effect) => effect.type === "worker.start");
  assert.ok(start?.type === "worker.start");
  assert.match(
    briefText(start.brief),
    /\[check merge queue\] a check that [^]*\[check e2e\] 2 of 9/,
  );
  story.github(7, { pull: { queue: removed("failed_checks", { failures }), head: headOf(7, 2) } });
  story.goOn("reviewing");
  story.offer({ type: "checks.settled", repository: repository.id, head: headOf(7, 2) });
  story.goOn();

  assert.deepEqual(entries(story), [true, true]);
});

test("where nobody mends it, it is told why it left, and it is not put in again before somebody wants that", () => {
  const story = queued();

  look(story, { queue: removed("merge_conflict") });
  look(story, { queue: removed("merge_conflict") });
  assert.equal(
    title(story),
    "Not merged: thrown out of the merge queue, because it conflicts with the branch, or with what is merged before it",
  );
  assert.deepEqual(entries(story), [true]);
  story.comment(7, "/agent merge");
  story.goOn();

  assert.deepEqual(entries(story), [true, true]);
});

test("what a person has taken out is left to people, and nobody is called to mend it", () => {
  const story = queued({});

  look(story, { queue: removed("manual", { by: "wren" }) });

  assert.equal(title(story), "Not merged: taken out of the merge queue by wren");
  assert.deepEqual(entries(story), [true]);
});

test("an earlier removal, and that by a merge, mean nothing", () => {
  const story = reviewing({ queue: removed("failed_checks") });
  story.answer("pull.enqueueAccepted");

  for (const queue of [removed("failed_checks"), removed("merged", { id: "E_2" })]) {
    look(story, { queue });
    assert.equal(title(story), "In the merge queue of main: waits for its turn");
  }
  assert.deepEqual(entries(story), [true]);
});

test("a refusal is told in GitHub's words and tried again at the next hint", () => {
  const story = reviewing();

  story.answer("pull.enqueueRefused", { why: "it is in draft state" });
  assert.equal(title(story), "Not merged: it is in draft state");
  look(story, { queue: out });

  assert.deepEqual(entries(story), [true, true]);
});

test("before a Worker changes what is in the queue, it is taken out", () => {
  const story = queued({});
  const critiques = [{ id: "R_1", by: "wren", place: null, thread: null, text: "Use a valve." }];

  look(story, { queue: within("awaiting-checks"), critiques });
  assert.deepEqual(entries(story), [true, false]);
  story.github(7, { pull: { queue: removed("manual"), critiques } });
  story.goOn("working");

  const start = story.effects.findLast((effect) => effect.type === "worker.start");
  assert.equal(start?.type === "worker.start" && start.task, "revise");
});
