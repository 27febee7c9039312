/** One pull request at a time is merged into a branch, and is brought up to date first where the branch asks for that. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import { commit, headOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import type { Facts } from "../support/answers.ts";
import { mona, Story } from "../support/story.ts";

const policy = { ...noErrands, merge: { isAutomatic: true, method: "squash" } } as const;
const waitsForTurn = "Waits for its turn: another pull request is merged into main first";
const updated = commit(70);

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);
const begun = (story: Story, type: Effect["type"]): number =>
  story.effects.filter((effect) => effect.type === type).length;

function title(story: Story, issue: number): string | undefined {
  const of = story.publications().filter(({ issueNumber }) => issueNumber === issue);
  return of.findLast(({ check }) => check !== null)?.check?.title;
}

/** Issues whose pull requests are open and wait for checks. */
function reviewing(facts: Readonly<Record<number, Facts>>): Story {
  const story = new Story();
  const numbers = Object.keys(facts).map(Number);
  for (const number of numbers) {
    const pull = { head: headOf(number, 1), checks: "pending" } as const;
    story.github(number, { policy, ...facts[number], pull });
    story.label(number);
  }
  story.goOn();
  for (const number of numbers) assert.equal(title(story, number), "Waits for checks");
  return story;
}

/** Checks of a pull request end, and GitHub says so when it is asked. */
function settle(story: Story, issue: number, state: Partial<PullState> = {}): void {
  const head = state.head ?? headOf(issue, 1);
  const repository = someIssue(issue, story.facts.get(issue)).repository.id;
  story.github(issue, { pull: { head, ...state } });
  story.offer({ type: "checks.settled", repository, head });
  story.answer("pull.inspected", {}, issue);
}

const behind = { isBehind: true };
/** What GitHub says once it has merged the base into the head. */
const merged = { head: updated, parents: [headOf(7, 1), commit(2)] } as const;

function pushed(story: Story, issue: number): readonly Effect[] {
  const { repository } = someIssue(issue);
  const pull = { repository: repository.id, pull: pullFor(issue), by: mona };
  return story.offer({ type: "pull.pushed", ...pull, head: updated });
}

describe("two that are green at once", () => {
  test("are merged one after the other, without another look at the second", () => {
    const story = reviewing({ 7: {}, 8: {} });

    settle(story, 7);
    settle(story, 8);

    assert.equal(begun(story, "pull.merge"), 1);
    const inspections = begun(story, "pull.inspect");
    story.answer("pull.mergeAccepted", {}, 7);
    assert.equal(begun(story, "pull.merge"), 2);
    story.goOn();
    assert.equal(story.phase(8)?.name, "done");
    assert.equal(begun(story, "pull.inspect"), inspections);
  });

  test("say nothing of a wait that is over in a moment", () => {
    const story = reviewing({ 7: {}, 8: {} });
    const before = story.publications().length;

    settle(story, 7);
    settle(story, 8);

    assert.equal(story.publications().length, before);
  });

  test("do not wait for each other in different repositories or on different branches", () => {
    const story = reviewing({ 7: {}, 8: { repository: 10 }, 9: {} });

    settle(story, 7);
    settle(story, 8);
    settle(story, 9, { baseBranch: "next" });

    assert.equal(begun(story, "pull.merge"), 3);
  });

  test("have GitHub asked again when the second is refused after it has waited, and once only", () => {
    const story = reviewing({ 7: {}, 8: {} });
    settle(story, 7);
    settle(story, 8);
    story.answer("pull.mergeAccepted", {}, 7);

    const asked = story.answer("pull.mergeRefused", { why: "it is out of date" }, 8);
    assert.deepEqual(types(asked), ["pull.inspect"]);
    story.answer("pull.inspected", {}, 8);
    story.answer("pull.mergeRefused", { why: "a review is missing" }, 8);

    assert.equal(title(story, 8), "Not merged: a review is missing");
  });

  test("leave the lane when the first is refused", () => {
    const story = reviewing({ 7: {}, 8: {} });
    settle(story, 7);
    settle(story, 8);

    const begunNow = story.answer("pull.mergeRefused", { why: "a review is missing" }, 7);

    assert.ok(types(begunNow).includes("pull.merge"));
  });
});

describe("a head that must hold all of its base", () => {
  test("is brought up to date, and merged when its new head is green", () => {
    const story = reviewing({ 7: {} });

    settle(story, 7, behind);
    const [update] = [...story.owed.values()];
    assert.ok(update?.type === "pull.update");
    assert.equal(update.head, headOf(7, 1));
    story.answer("pull.updateAccepted");
    assert.match(title(story, 7) ?? "", /^Waits for its branch to be brought up to date/);
    story.github(7, { pull: { ...merged, checks: "pending" } });
    assert.deepEqual(types(pushed(story, 7)), ["pull.inspect"]);
    story.goOn();
    assert.equal(title(story, 7), "Waits for checks");
    assert.equal(story.publications().at(-1)?.check?.head, updated);
    settle(story, 7, merged);

    const [merge] = [...story.owed.values()].filter(({ type }) => type === "pull.merge");
    assert.ok(merge?.type === "pull.merge");
    assert.equal(merge.head, updated);
    story.goOn();
    assert.equal(story.phase(7)?.name, "done");
    const removal = story.effects.find(({ type }) => type === "worktree.remove");
    assert.ok(removal?.type === "worktree.remove");
    assert.equal(removal.deleteBranch?.expected, updated);
  });

  test("holds up the next in line until then, and that one says so", () => {
    const story = reviewing({ 7: {}, 8: {} });
    settle(story, 7, behind);
    story.answer("pull.updateAccepted", {}, 7);

    settle(story, 8);
    story.goOn();
    assert.equal(title(story, 8), waitsForTurn);
    story.comment(8, "/agent why");
    story.goOn();
    assert.match(story.text("reply"), /^Pull request #108: waits for its turn: another pull/);
    story.github(7, { pull: { ...merged, checks: "pending" } });
    pushed(story, 7);
    story.goOn();
    assert.equal(begun(story, "pull.merge"), 0);
    settle(story, 7, merged);
    story.goOn();

    assert.deepEqual(
      story.effects.flatMap((effect) => (effect.type === "pull.merge" ? [effect.pull] : [])),
      [pullFor(7), pullFor(8)],
    );
  });

  test("holds up nobody once its checks fail, or when they never come", () => {
    for (const end of ["failing", "never"] as const) {
      const story = reviewing({ 7: {}, 8: {} });
      settle(story, 7, behind);
      story.answer("pull.updateAccepted", {}, 7);
      settle(story, 8);
      story.goOn();

      if (end === "failing") settle(story, 7, { ...merged, checks: "failing" });
      else story.wait(60 * 60_000);

      assert.equal(begun(story, "pull.merge"), 1, end);
    }
  });

  test("is known although its webhook comes before GitHub's answer", () => {
    const story = reviewing({ 7: {} });
    settle(story, 7, behind);
    story.github(7, { pull: merged });

    assert.deepEqual(pushed(story, 7), []);
    assert.deepEqual(types(story.answer("pull.updateAccepted")), ["pull.inspect"]);
    story.goOn();

    assert.equal(story.phase(7)?.name, "done");
  });

  test("is looked at again when a check ends before the look has told the new head", () => {
    const story = reviewing({ 7: {} });
    settle(story, 7, behind);
    story.answer("pull.updateAccepted");
    story.github(7, { pull: { ...merged, checks: "pending" } });
    pushed(story, 7);

    const { repository } = someIssue(7);
    story.offer({ type: "checks.settled", repository: repository.id, head: updated });
    assert.deepEqual(types(story.answer("pull.inspected")), ["pull.inspect"]);
  });

  test("is a person's when it is anything but the merge of the base into our head", () => {
    for (const parents of [[headOf(7, 1)], [commit(3), headOf(7, 1)], []]) {
      const story = reviewing({ 7: {} });
      settle(story, 7, behind);
      story.answer("pull.updateAccepted");
      story.github(7, { pull: { head: updated, parents } });

      pushed(story, 7);
      story.goOn();

      assert.match(title(story, 7) ?? "", /^Holds commits that Yardmaster did not push/);
      assert.equal(begun(story, "pull.merge"), 0);
    }
  });

  test("that GitHub does not bring up to date says why, and leaves the lane", () => {
    const story = reviewing({ 7: {}, 8: {} });
    settle(story, 7, behind);

    story.answer("pull.updateRefused", { why: "it conflicts" }, 7);
    settle(story, 8);

    assert.equal(title(story, 7), "Not merged: it conflicts");
    assert.equal(begun(story, "pull.merge"), 1);
  });
});
