/** What GitHub still requires is left to its own auto-merge, which is taken back when something speaks against the merge. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { PullState } from "../../src/core/pull-state.ts";
import { headOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import { mona, Story } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7), by: mona };
const waits = "Waits for what its base branch still requires; GitHub then merges it";

const title = (story: Story): string | undefined => story.publications().at(-1)?.check?.title;
const arms = (story: Story): readonly boolean[] =>
  story.effects.flatMap((effect) => (effect.type === "pull.arm" ? [effect.isOn] : []));

/** A green pull request in a repository where Yardmaster merges. */
function reviewing(state: Partial<PullState>): Story {
  const story = new Story();
  const policy = { ...noErrands, merge: { isAutomatic: true, method: "squash" } } as const;
  story.github(7, { policy, pull: state });
  story.label(7);
  story.goOn("reviewing");
  story.goOn();
  return story;
}

function look(story: Story, state: Partial<PullState>): void {
  story.github(7, { pull: state });
  story.offer({ type: "checks.settled", repository: repository.id, head: headOf(7, 1) });
  story.answer("pull.inspected");
}

test("where GitHub offers it, what is still missing is left to GitHub", () => {
  const story = reviewing({ autoMerge: "possible" });

  assert.deepEqual(arms(story), [true]);
  assert.equal(title(story), waits);
  look(story, { autoMerge: "ours" });
  story.goOn();
  assert.deepEqual(arms(story), [true]);
  story.offer({ type: "pull.merged", ...pull, head: headOf(7, 1) });
  story.goOn();
  assert.equal(story.phase()?.name, "done");
  assert.ok(story.effects.every(({ type }) => type !== "pull.merge"));
});

test("nothing is left to GitHub that we would not merge ourselves", () => {
  const story = reviewing({ autoMerge: "possible", labels: ["do-not-merge"] });

  assert.deepEqual(arms(story), []);
});

test("what speaks against the merge takes ours back, and is then told", () => {
  const story = reviewing({ autoMerge: "possible" });

  look(story, { autoMerge: "ours", labels: ["do-not-merge"] });
  assert.deepEqual(arms(story), [true, false]);
  story.github(7, { pull: { autoMerge: "possible", labels: ["do-not-merge"] } });
  story.goOn();

  assert.equal(title(story), "Not merged: it carries the label do-not-merge");
  assert.deepEqual(arms(story), [true, false]);
});

test("what somebody else has left to GitHub stays theirs", () => {
  const story = reviewing({ autoMerge: "theirs" });
  assert.equal(title(story), waits);

  look(story, { autoMerge: "theirs", labels: ["do-not-merge"] });
  story.goOn();

  assert.deepEqual(arms(story), []);
});

test("a refusal is told in GitHub's words, and what was heard meanwhile is looked into", () => {
  const story = reviewing({ checks: "pending" });
  look(story, { autoMerge: "possible" });
  story.answer("pull.armRefused", { why: "it is in clean status" });
  assert.equal(title(story), "Not merged: it is in clean status");
  story.goOn();

  look(story, { autoMerge: "possible" });
  story.offer({ type: "pull.reopened", ...pull });
  const [asked] = story.answer("pull.armAccepted");

  assert.equal(asked?.type, "pull.inspect");
});
