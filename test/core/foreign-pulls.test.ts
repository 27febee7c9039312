/** What is asked for on pull requests that Yardmaster did not open. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerOrder } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import { reportOn } from "../../src/core/report.ts";
import type { Facts } from "../support/answers.ts";
import {
  answerTo,
  briefText,
  commit,
  headOf,
  installation,
  pullFor,
  someIssue,
} from "../support/answers.ts";
import { reviewedWith } from "../support/reviews.ts";
import { mona, rita, Story } from "../support/story.ts";

const { repository } = someIssue(8);
const pull = { repository: repository.id, pull: pullFor(8), by: rita };
const red: Partial<PullState> = {
  checks: "failing",
  failures: [{ name: "unit", text: "1 of 9 failed: tank.test.ts" }],
  headBranch: "ritas-idea",
  head: commit(500),
};
const asked: Partial<PullState> = {
  critiques: [
    { id: "R_1", by: "wren", place: "src/tank.ts:12", thread: "PRRT_1", text: "Use a valve." },
  ],
};

/** Somebody's comment on a pull request that is so. */
function commented(text: string, state: Partial<PullState> = {}, facts: Facts = {}): Story {
  const story = new Story();
  story.github(8, { title: "Seal the tank", body: "It leaks.", ...facts, pull: state });
  story.commentOnPull(8, text);
  return story;
}

/** Up to the Worker that is called; null when none is. */
function called(story: Story): WorkerOrder | null {
  for (;;) {
    const [effect] = story.owed.values();
    if (effect === undefined) return null;
    if (effect.type === "worker.start") return effect;
    story.reply(effect, answerTo(effect, null, story.facts));
  }
}

/** What GitHub shows in the end, and where. */
function shown(story: Story): readonly (readonly [on: string, key: string])[] {
  const keys = story
    .publications()
    .flatMap(({ issue, comments }) =>
      comments.map(({ key }): readonly [string, string] => [issue, key.replace(/\d{5,}/u, "n")]),
    );
  return [...new Map(keys.map((one) => [one.join(), one])).values()];
}

const neverDone = ["pull.merge", "pull.open", "pull.update", "pull.arm", "finding.track"];

/** Nothing was moved, merged or closed, and no check of ours stands on a commit of theirs. */
function assertLeftAlone(story: Story): void {
  assert.deepEqual(
    story.effects.map(({ type }) => type).filter((type) => neverDone.includes(type)),
    [],
  );
  for (const { moveTo, check, removeLabel } of story.publications()) {
    assert.deepEqual([moveTo, check, removeLabel], [null, null, null]);
  }
  for (const effect of story.effects) {
    if (effect.type === "worktree.remove") assert.equal(effect.deleteBranch, null);
  }
}

describe("a review", () => {
  test("of anybody's pull request is posted on it", () => {
    const story = commented("/agent review");

    const order = called(story);
    assert.equal(order?.task, "review");
    const brief = briefText(order?.brief ?? []);
    assert.match(brief, /^# Review pull request #108\n/);
    assert.match(brief, /\[title\] Seal the tank\n\[description\] It leaks\./);
    assert.doesNotMatch(brief, /Issue: #/);
    story.answer("worker.exited", { handover: reviewedWith("deferred") });
    story.goOn();

    assert.deepEqual(shown(story), [
      ["PR_8", "status-n"],
      ["PR_8", "review-108"],
    ]);
    assert.match(story.text("review"), /\| Pull Request \| #108 \|/);
    assert.match(
      story.text("status"),
      /^## PR Worker Complete\n\n- \*\*Result:\*\* COMPLETED\n[^]*The review found 0 fixed, 0 deferred and 2 unaddressed\./,
    );
    assert.equal(story.board.size, 0);
    assertLeftAlone(story);
  });

  test("looks at the head where GitHub keeps it, whoever's the branch is", () => {
    const story = commented("/agent review", { headPlace: "fork", headBranch: "main" });

    assert.ok(called(story));

    const create = story.effects.find(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create");
    assert.deepEqual([create.pull, create.from], [pullFor(8), headOf(8, 1)]);
    assert.equal(create.repository.id, repository.id);
  });

  test("of a stranger's work is refused where agents have no sandbox", () => {
    const story = new Story({ sandbox: "none" });
    story.github(8, { authorPermission: "read" });
    story.commentOnPull(8, "/agent review");
    story.goOn();

    assert.match(story.text("refusal"), /^@mona: nothing was started, because whoever wrote/);
  });
});

describe("an errand", () => {
  test("is pushed to the branch as it was found, told of in one comment, and over", () => {
    const story = commented("/agent fix", red);

    const order = called(story);
    assert.equal(order?.task, "fix");
    assert.match(briefText(order?.brief ?? []), /\[check unit\] 1 of 9 failed: tank\.test\.ts/);
    assert.match(briefText(order?.brief ?? []), /\nBranch: ritas-idea\n/);
    story.answer("worker.exited");
    const [imported] = story.owed.values();
    assert.ok(imported?.type === "work.import" && imported.judged === "added");
    story.goOn();

    const push = story.effects.find(({ type }) => type === "branch.push");
    assert.ok(push?.type === "branch.push");
    assert.deepEqual([push.branch, push.expected], ["ritas-idea", commit(500)]);
    assert.deepEqual(shown(story), [["PR_8", "status-n"]]);
    assert.match(
      story.text("status"),
      /^## PR Worker Complete\n\n- \*\*Result:\*\* COMPLETED\n- \*\*Worker ID:\*\* `worker-\d+-108`\n[^]*\nPushed as `0{36}8001`:\n\n> It is done\.\n/,
    );
    assert.equal(story.board.size, 0);
    assertLeftAlone(story);
  });

  test("ends with the request: later checks and reviews call nobody", () => {
    const story = commented("/agent fix", red);
    story.goOn();
    const before = story.effects.length;

    story.offer({ type: "checks.settled", repository: repository.id, head: headOf(8, 1) });
    story.offer({ type: "pull.reviewed", ...pull });
    story.offer({ type: "reconcile.started" });

    assert.equal(story.effects.length, before);
  });

  test("to revise is told what reviewers want, and answers in their threads", () => {
    const story = commented("/agent revise", asked);

    const order = called(story);
    assert.match(
      briefText(order?.brief ?? []),
      /\[thread PRRT_1, review by wren of src\/tank\.ts:12\] Use a valve\./,
    );
    const replies = [{ thread: "PRRT_1", outcome: "fixed", text: "It has one." }] as const;
    const handover = { kind: "ready", summary: "Done.", testing: "", replies } as const;
    story.answer("worker.exited", { handover });
    story.goOn();

    assert.ok(story.effects.some(({ type }) => type === "threads.answer"));
    assertLeftAlone(story);
  });

  test("to rebase merges the base in and begins whatever was tried before", () => {
    const story = commented("/agent rebase", { mergeable: "conflicting", base: commit(2) });

    const order = called(story);

    assert.match(briefText(order?.brief ?? []), /Run `git merge 0{39}2`/);
    assert.equal(order?.task, "rebase");
  });

  test("that somebody's push has overtaken pushes nothing and says where the work is", () => {
    const story = commented("/agent fix", red);
    assert.ok(called(story));

    story.offer({ type: "pull.pushed", ...pull, head: commit(77) });
    assert.equal(story.phase()?.name, "working");
    story.answer("worker.exited");
    story.answer("work.imported");
    story.answer("branch.refused", { why: "branch ritas-idea is at 77, which is not ours" });
    const saved = [{ attempt: 1, ref: "refs/yardmaster/saved/8", head: headOf(8, 1) }];
    story.answer("worktree.removed", { saved });

    assert.match(
      story.text("status"),
      /\*\*Result:\*\* BLOCKED\n[^]*Nothing was pushed:\n\n> branch ritas-idea is at 77, [^]*is kept as `refs\/yardmaster\/saved\/8`/,
    );
    assert.equal(story.effects.filter(({ type }) => type === "branch.push").length, 1);
    assertLeftAlone(story);
  });

  const ends: readonly (readonly [string, Parameters<Story["answer"]>[1], RegExp])[] = [
    [
      "asks something",
      { handover: { kind: "blocked", question: "Which valve?" } },
      /> Which valve\?\n\nNothing was pushed\. To have it go on, ask again\./,
    ],
    [
      "fails",
      { handover: { kind: "failed", why: "No idea." } },
      /Nothing was pushed:\n\n> No idea/,
    ],
    [
      "has no money left",
      { outcome: "funds-exhausted", handover: { kind: "failed", why: "It is dear." } },
      /The money for this is spent/,
    ],
  ];
  for (const [what, exit, told] of ends) {
    test(`whose Worker ${what} is over, and nobody waits`, () => {
      const story = commented("/agent fix", red);
      assert.ok(called(story));

      story.answer("worker.exited", exit as object);
      story.goOn();

      assert.match(story.text("status"), told);
      assert.match(story.text("status"), /\*\*Result:\*\* BLOCKED/);
      assert.equal(story.board.size, 0);
    });
  }

  test("that the gates hold back is over too, and what they found is told", () => {
    const story = commented("/agent fix", red);
    assert.ok(called(story));
    story.answer("worker.exited");
    const [effect] = story.owed.values();
    assert.ok(effect?.type === "work.import");
    const found = { kind: "secret", where: "a.txt", what: "looks like a token", isFinal: false };
    const usual = answerTo(effect, null, story.facts);
    assert.ok(usual.type === "work.imported" && usual.work.kind === "commits");
    story.reply(effect, { ...usual, work: { ...usual.work, findings: [found as never] } });
    story.goOn();

    assert.match(story.text("status"), /done and not published:\n\n- `a\.txt`: looks like a token/);
    assert.ok(!story.effects.some(({ type }) => type === "branch.push"));
    assert.equal(story.board.size, 0);
  });
});

test("a description that was changed after somebody asked is approved first too", () => {
  const story = commented("/agent review", {}, { seen: "hash of another text" });

  assert.equal(called(story), null);
  assert.match(story.text("status"), /it was changed after it was asked for/);
});

test("what others have hidden in its description is approved before a Worker is called", () => {
  const story = commented("/agent review", {}, { hidden: ["an HTML comment of 40 characters"] });
  assert.equal(called(story), null);
  assert.match(story.text("status"), /an HTML comment of 40 characters\n[^]*`\/agent approve`/);

  story.commentOnPull(8, "/agent approve", mona, 2);

  assert.equal(called(story)?.task, "review");
});

test("a report on the repository's work tells nothing of it", () => {
  const story = commented("/agent fix", red);
  assert.ok(called(story));

  const report = reportOn(story.board, someIssue(90), []);

  assert.deepEqual([report.inProgress, report.pulls], [[], []]);
});

test("whoever stops all work of a repository ends it too", () => {
  const story = new Story();
  const request = { via: "tracking" } as const;
  const { id } = someIssue(90);
  story.offer({ type: "issue.requested", issue: id, installation, by: mona, request, seen: null });
  story.goOn();
  story.github(8, { pull: red });
  story.commentOnPull(8, "/agent fix");
  assert.ok(called(story));

  story.comment(90, "/agent abort", mona, 2);
  story.answer("actor.inspected");
  story.answer("worker.exited", { outcome: "stopped" });
  story.goOn();

  assert.match(story.text("status"), /\*\*Result:\*\* BLOCKED\n[^]*Blocked by mona/);
  assert.ok([...story.board.keys()].every((key) => !key.startsWith("PR_")));
});

describe("nothing is begun", () => {
  const refused: readonly (readonly [string, string, Partial<PullState>, Facts, RegExp])[] = [
    ["for who may not write", "fix", red, { permission: "read" }, /mona has only read permission/],
    ["in a fork", "fix", { ...red, headPlace: "fork" }, {}, /is in a fork, and an App can push/],
    ["on the default branch", "rebase", { headPlace: "default" }, {}, /default branch/],
    [
      "on a release's branch",
      "fix",
      { ...red, headBranch: "release/2" },
      {},
      /branch of a release/,
    ],
    ["past a label", "fix", { ...red, labels: ["Do-Not-Merge"] }, {}, /label Do-Not-Merge/],
    ["past a placeholder", "fix", { ...red, labels: ["release-placeholder"] }, {}, /the label/],
    ["without a failed check", "fix", {}, {}, /because no check of the head has failed/],
    ["without a wish", "revise", {}, {}, /because nobody with write access wants/],
    ["on one that is closed", "review", {}, { isOpen: false }, /the pull request is closed/],
  ];
  for (const [where, verb, state, facts, why] of refused) {
    test(`${where}, and whoever asked is told why`, () => {
      const story = commented(`/agent ${verb}`, state, facts);
      story.goOn();

      assert.match(story.text("refusal"), why);
      assert.ok(!story.effects.some(({ type }) => type === "worktree.create"));
      assert.equal(story.board.size, 0);
      assertLeftAlone(story);
    });
  }

  test("by a comment that asks for nothing of the kind", () => {
    assert.deepEqual(commented("/agent stop").effects, []);
    assert.deepEqual(commented("/agent dispatch").effects, []);
    assert.deepEqual(commented("/agent help").effects, []);
  });

  test("on an issue, where it is said that it belongs on a pull request", () => {
    const story = new Story();
    story.comment(7, "/agent fix");

    assert.match(story.text("refusal"), /`fix` belongs on a pull request, whoever opened it/);
  });
});

describe("while one request is under way", () => {
  const working = (): Story => {
    const story = commented("/agent fix", red);
    assert.ok(called(story));
    return story;
  };

  for (const [verb, why] of [
    ["review", /under way already/],
    ["fix", /under way already/],
    ["merge", /did not open this pull request/],
    ["block", /did not open this pull request/],
  ] as const) {
    test(`\`${verb}\` is refused`, () => {
      const story = working();

      story.commentOnPull(8, `/agent ${verb}`, mona, 2);
      story.answer("actor.inspected");

      assert.match(story.text("refusal"), why);
      assert.equal(story.phase()?.name, "working");
    });
  }

  test("it can be asked about and taken back", () => {
    const story = working();

    story.commentOnPull(8, "/agent why", rita, 2);
    assert.match(story.text("reply"), /mends the failed checks of #108\.$/);
    story.commentOnPull(8, "/agent stop", mona, 3);
    story.answer("actor.inspected");
    story.answer("worker.exited", { outcome: "stopped" });
    story.goOn();

    assert.match(story.text("status"), /\*\*Result:\*\* BLOCKED\n[^]*Taken back by mona\./);
    assert.equal(story.board.size, 0);
    assertLeftAlone(story);
  });

  test("a merge by people ends it, and the branch is theirs", () => {
    const story = working();

    story.offer({ type: "pull.merged", ...pull, head: headOf(8, 1) });
    story.answer("worker.exited", { outcome: "stopped" });
    story.goOn();

    assert.match(story.text("status"), /was merged or closed before this was done/);
    assert.equal(story.board.size, 0);
    assertLeftAlone(story);
  });
});
