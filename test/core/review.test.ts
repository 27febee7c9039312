/** From an open pull request to its end: what GitHub says of it, and what is made of that. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import { answerTo, commit, headOf, noErrands, pullFor, someIssue } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7), by: mona };
const automatic = { merge: { isAutomatic: true, method: "squash" } } as const;
const settled = {
  type: "checks.settled",
  repository: repository.id,
  head: headOf(7, 1),
} as const;

const types = (effects: readonly Effect[]): readonly Effect["type"][] =>
  effects.map(({ type }) => type);

/** An issue whose pull request is open. */
function reviewing(state: Partial<PullState> = {}, isAutomatic = true): Story {
  const story = new Story();
  story.github(7, { policy: { ...noErrands, ...(isAutomatic ? automatic : {}) }, pull: state });
  story.label(7);
  story.goOn("reviewing");
  story.goOn();
  return story;
}

/** An issue whose pull request is about to be opened. */
function opening(): { readonly story: Story; readonly open: Effect } {
  const story = new Story();
  story.github(7, { policy: automatic });
  story.label(7);
  for (;;) {
    const [effect] = story.owed.values();
    assert.ok(effect);
    if (effect.type === "pull.open") return { story, open: effect };
    story.reply(effect, answerTo(effect, null, story.facts));
  }
}

const verdicts: readonly (readonly [string, Partial<PullState>, string, string])[] = [
  [
    "no check at all",
    { checks: "none" },
    "neutral",
    "Waits for a first check; without one nothing is merged automatically",
  ],
  ["checks that run", { checks: "pending" }, "neutral", "Waits for checks"],
  ["a red check", { checks: "failing" }, "neutral", "Not merged: a check failed"],
  ["a conflict", { mergeable: "conflicting" }, "action_required", "Conflicts with its base branch"],
  ["a draft", { isDraft: true }, "action_required", "Not merged: it is a draft"],
  [
    "a label that forbids it",
    { labels: ["Do-Not-Merge"] },
    "action_required",
    "Not merged: it carries the label Do-Not-Merge",
  ],
  [
    "the placeholder of a release",
    { labels: ["release-placeholder"] },
    "action_required",
    "Not merged: it carries the label release-placeholder",
  ],
  [
    "a release's branch",
    { headBranch: "release/1.0" },
    "action_required",
    "Not merged: release/1.0 is the branch of a release",
  ],
  [
    "a release to merge into",
    { baseBranch: "release/1.x" },
    "action_required",
    "Not merged: release/1.x is the branch of a release",
  ],
  [
    "somebody else's commits",
    { head: commit(4) },
    "neutral",
    "Holds commits that Yardmaster did not push; a person has taken over",
  ],
];

describe("where Yardmaster merges", () => {
  for (const [name, state, conclusion, title] of verdicts) {
    test(`${name} keeps it from merging, and the check run says so`, () => {
      const story = reviewing(state);

      const { check } = story.publications().at(-1)!;
      assert.equal(story.phase()?.name, "reviewing");
      assert.deepEqual(check, {
        head: headOf(7, 1),
        conclusion,
        title,
        summary: "Opened by `worker-1795239000-7`, attempt 1, from `000000000000`.",
      });
    });
  }

  test("a check that ended before the pull request was open is not forgotten", () => {
    const { story, open } = opening();

    story.offer(settled);
    const begun = story.take({ ...answerTo(open, null, story.facts), at: story.at });

    assert.ok(types(begun).includes("pull.inspect"));
  });

  test("without any check nobody is asked until one ends or a pass comes", () => {
    const { story, open } = opening();

    const begun = story.take({ ...answerTo(open, null, story.facts), at: story.at });
    const passed = story.offer({ type: "reconcile.started" });

    assert.ok(!types(begun).includes("pull.inspect"));
    assert.ok(types(passed).includes("pull.inspect"));
  });

  test("green checks and no objection merge it", () => {
    const story = reviewing();

    assert.equal(story.phase()?.name, "done");
  });

  test("GitHub is still computing whether it merges: that is tried", () => {
    const story = reviewing({ mergeable: "unknown" });

    assert.equal(story.phase()?.name, "done");
  });

  test("a burst of checks costs one look and one more", () => {
    const story = reviewing({ checks: "pending" });

    const hints = [1, 2, 3, 4, 5].flatMap(() => story.offer(settled));
    const again = story.answer("pull.inspected");
    const last = story.answer("pull.inspected");

    assert.deepEqual(types(hints), ["pull.inspect"]);
    assert.deepEqual(types(again), ["pull.inspect"]);
    assert.deepEqual(last, []);
  });

  test("a merge that GitHub refuses is told in its words, and tried again on the next hint", () => {
    const story = reviewing({ checks: "pending" });
    story.github(7, { pull: {} });
    story.offer(settled);
    story.answer("pull.inspected");

    story.answer("pull.mergeRefused", { why: "2 approving reviews are required" });

    const { check } = story.publications().at(-1)!;
    assert.equal(check?.title, "Not merged: 2 approving reviews are required");
    story.goOn();
    story.offer(settled);
    assert.deepEqual(types(story.answer("pull.inspected")), ["pull.merge"]);
  });

  test("an issue that is closed while the merge is refused ends it", () => {
    const story = reviewing({ checks: "pending" });
    story.github(7, { pull: {} });
    story.offer(settled);
    story.answer("pull.inspected");

    story.close(7);
    story.answer("pull.mergeRefused");
    story.goOn();

    assert.match(story.text("status"), /The issue was closed by mona\. Pull request #107 is left/);
  });

  test("an issue that the merge closes is done", () => {
    const story = reviewing({ checks: "pending" });
    story.github(7, { pull: {} });
    story.offer(settled);
    story.answer("pull.inspected");

    story.close(7);
    story.offer({ type: "pull.merged", ...pull, head: headOf(7, 1) });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });
});

describe("where a person merges", () => {
  test("checks ask nobody", () => {
    const story = reviewing({}, false);

    assert.deepEqual(story.offer(settled), []);
  });

  test("the merge of a person is the end, whichever webhook comes first", () => {
    for (const isCloseFirst of [true, false]) {
      const story = reviewing({}, false);
      const merged = { type: "pull.merged", ...pull, head: headOf(7, 1) } as const;

      story.github(7, { pull: { state: "merged" } });
      if (isCloseFirst) story.close(7);
      story.offer(merged);
      if (!isCloseFirst) story.close(7);
      story.goOn();

      assert.equal(story.phase()?.name, "done");
      assert.match(story.text("status"), /^### Yardmaster: done\n\nMerged as #107\.\n/);
      assert.match(story.text("worker"), /\[MERGED\]/);
    }
  });

  test("a pull request closed without a merge ends it, and the branch stays", () => {
    const story = reviewing({ state: "closed" }, false);

    story.offer({ type: "pull.closed", ...pull });
    story.goOn();

    assert.match(
      story.text("status"),
      /Pull request #107 was closed by mona without being merged; its branch is kept\./,
    );
  });

  test("a pull request that was closed and opened again goes on", () => {
    const story = reviewing({}, false);

    story.offer({ type: "pull.closed", ...pull });
    story.offer({ type: "pull.reopened", ...pull });
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
  });

  test("our own push is no news, anybody else's is", () => {
    const story = reviewing({ head: commit(4) }, false);

    const ours = story.offer({ type: "pull.pushed", ...pull, head: headOf(7, 1) });
    const others = story.offer({ type: "pull.pushed", ...pull, head: commit(4) });
    story.goOn();

    assert.deepEqual(ours, []);
    assert.deepEqual(types(others), ["pull.inspect"]);
    assert.match(story.text("status"), /holds commits that Yardmaster did not push/);
  });

  test("an issue closed by hand ends it and leaves the pull request to people", () => {
    const story = reviewing({}, false);

    story.close(7);
    story.goOn();

    assert.match(story.text("status"), /Pull request #107 is left open/);
  });

  test("a merge that no webhook told of is found by the next pass", () => {
    const story = reviewing({ state: "merged" }, false);

    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("a pass does not ask about a pull request that is being asked about", () => {
    const story = reviewing({}, false);
    story.offer({ type: "reconcile.started" });

    assert.deepEqual(story.offer({ type: "reconcile.started" }), []);
    story.answer("pull.inspected");
    assert.deepEqual(story.owes(), []);
  });
});

describe("the branch", () => {
  test("a name that is taken is left to whoever took it", () => {
    const story = new Story();
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");

    const effects = story.answer("branch.refused");
    story.goOn();

    const push = effects.find(({ type }) => type === "branch.push");
    assert.equal(push?.type === "branch.push" && push.branch, "feature/7-add-a-page-2");
    const open = story.effects.find(({ type }) => type === "pull.open");
    assert.equal(open?.type === "pull.open" && open.branch, "feature/7-add-a-page-2");
  });

  test("after nine names a person is needed", () => {
    const story = new Story();
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");

    for (let nth = 1; nth <= 9; nth++) story.answer("branch.refused");

    assert.equal(story.phase()?.name, "parked");
  });

  test("commits that GitHub refuses are not tried under another name", () => {
    const story = new Story();
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");

    story.answer("branch.refused", { isTaken: false, why: "a secret was found" });
    story.goOn();

    assert.match(story.text("status"), /`branch\.push` failed:\n\n> a secret was found/);
  });

  test("a late refusal of an earlier name changes nothing", () => {
    const story = new Story();
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");
    const [refused] = [...story.owed.values()].filter(({ type }) => type === "branch.push");
    story.answer("branch.refused");

    assert.ok(refused?.type === "branch.push");
    const { assignment, attempt, run, branch } = refused;
    const late = { type: "branch.refused", assignment, attempt, run, branch, why: "late" } as const;
    assert.deepEqual(story.offer({ ...late, isTaken: true }), []);
  });

  test("a later attempt pushes on top of what an earlier one pushed", () => {
    const story = new Story();
    story.label(7);
    story.goOn("publishing");
    story.answer("work.imported");
    story.answer("branch.pushed");
    story.fail("pull.open");
    story.goOn();
    story.label(7);
    story.goOn("publishing");

    const [push] = story.answer("work.imported");

    assert.ok(push?.type === "branch.push");
    assert.equal(push.branch, "feature/7-add-a-page");
    assert.equal(push.expected, headOf(7, 1));
    assert.equal(push.head, headOf(7, 2));
  });
});
