/** Workers that are called to a pull request: by what, how often, and what becomes of their work. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { WorkerOrder } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import {
  answerTo,
  briefText,
  commit,
  headOf,
  noErrands,
  pullFor,
  someIssue,
} from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7), by: mona };
const red: Partial<PullState> = {
  checks: "failing",
  failures: [{ name: "unit", text: "1 of 9 failed: tank.test.ts" }],
};
const asked: Partial<PullState> = {
  critiques: [
    { id: "R_1", by: "wren", place: "src/tank.ts:12", thread: "PRRT_1", text: "Use a valve." },
  ],
};

const clashing: Partial<PullState> = { mergeable: "conflicting", base: commit(2) };

/** An issue whose pull request is open, with a head that is so. */
function reviewing(state: Partial<PullState>): Story {
  const story = new Story();
  story.github(7, { pull: state });
  story.label(7);
  story.goOn("reviewing");
  return story;
}

/** A pass over everything, up to the Worker that it calls; null when it calls none. */
function look(story: Story): WorkerOrder | null {
  story.offer({ type: "reconcile.started" });
  for (;;) {
    const [effect] = story.owed.values();
    if (effect === undefined) return null;
    if (effect.type === "worker.start") return effect;
    story.reply(effect, answerTo(effect, null, story.facts));
  }
}

describe("a failed check", () => {
  test("calls a Worker that is told what it says, and pushes to the same pull request", () => {
    const story = reviewing(red);

    const order = look(story);

    assert.deepEqual([order?.task, order?.attempt], ["fix", 2]);
    const brief = briefText(order?.brief ?? []);
    assert.match(brief, /^# Make the checks of pull request #107 pass\n/);
    assert.match(brief, /\[check unit\] 1 of 9 failed: tank\.test\.ts/);
    const create = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create" && create.from === headOf(7, 1));
    story.github(7, { pull: { checks: "passing", head: headOf(7, 2) } });
    story.answer("worker.exited");
    story.answer("work.imported");
    story.answer("branch.pushed");
    story.goOn();
    const push = story.effects.findLast(({ type }) => type === "branch.push");
    assert.ok(push?.type === "branch.push" && push.expected === headOf(7, 1));
    assert.equal(story.effects.filter(({ type }) => type === "pull.open").length, 1);
    const { phase } = story.live()!;
    assert.ok(phase.name === "reviewing" && phase.pull.head === headOf(7, 2));
  });

  test("is asked for its log only where somebody would read it", () => {
    const areLogsWanted = (story: Story): readonly boolean[] =>
      story.effects.flatMap((effect) =>
        effect.type === "pull.inspect" ? [effect.areLogsWanted] : [],
      );
    const story = reviewing(red);
    assert.ok(look(story));
    story.answer("worker.exited", { handover: { kind: "failed", why: "No idea." } });
    story.answer("work.imported");
    look(story);
    const unwanted = new Story();
    unwanted.github(8, { pull: red, policy: noErrands });
    unwanted.label(8);
    unwanted.goOn("reviewing", 8);
    look(unwanted);

    const [first, ...rest] = areLogsWanted(story);
    assert.equal(first, true);
    assert.deepEqual(new Set(rest), new Set([false]));
    assert.deepEqual(new Set(areLogsWanted(unwanted)), new Set([false]));
  });

  test("is worked on once for each head, however often it is told of", () => {
    const story = reviewing(red);
    assert.ok(look(story));
    story.answer("worker.exited", { handover: { kind: "failed", why: "No idea." } });
    story.answer("work.imported");

    assert.equal(look(story), null);
    assert.equal(look(story), null);

    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(story.effects.filter(({ type }) => type === "worker.start").length, 2);
  });

  test("that comes back on each new head is given up after three times", () => {
    const story = reviewing(red);
    let times = 0;
    while (look(story) !== null) {
      times += 1;
      assert.ok(times < 9);
      story.github(7, { pull: { ...red, head: headOf(7, times + 1) } });
      story.answer("worker.exited");
      story.answer("work.imported");
      story.answer("branch.pushed");
    }

    assert.equal(times, 3);
    assert.equal(story.phase()?.name, "reviewing");
  });
});

describe("a reviewer's wish", () => {
  test("calls a Worker that is told who wants what, and where", () => {
    const order = look(reviewing(asked));

    assert.equal(order?.task, "revise");
    assert.match(
      briefText(order?.brief ?? []),
      /^# Revise pull request #107[^]*\[thread PRRT_1, review by wren of src\/tank\.ts:12\] Use a valve\./,
    );
  });

  test("waits until the failed checks are mended", () => {
    const story = reviewing({ ...red, ...asked });

    assert.equal(look(story)?.task, "fix");
  });
});

describe("a conflict with the base branch", () => {
  test("calls a Worker that is told which commit to merge into the branch", () => {
    const story = reviewing(clashing);

    const order = look(story);

    assert.deepEqual([order?.task, order?.attempt], ["rebase", 2]);
    const brief = briefText(order?.brief ?? []);
    assert.match(brief, /^# Resolve the conflicts of pull request #107\n/);
    assert.ok(brief.includes(`\nBase commit: ${commit(2)}\n`));
    assert.ok(brief.includes(`\n1. Run \`git merge ${commit(2)}\`: `));
    assert.match(story.text("status"), /resolves the conflicts of #107\./);
    const create = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create" && create.from === headOf(7, 1));
    story.github(7, { pull: { head: headOf(7, 2) } });
    story.answer("worker.exited");
    const work = [...story.owed.values()].find(({ type }) => type === "work.import");
    assert.ok(work?.type === "work.import" && work.baseBranch === "main");
    story.answer("work.imported");
    const push = [...story.owed.values()].find(({ type }) => type === "branch.push");
    assert.ok(push?.type === "branch.push" && push.expected === headOf(7, 1));
    story.goOn();
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("comes before what checks and reviewers say", () => {
    const story = reviewing({ ...red, ...asked, ...clashing });

    assert.equal(look(story)?.task, "rebase");
  });

  test("is resolved once for each commit of the base branch, and not for ever", () => {
    const story = reviewing(clashing);
    const fail = (): void => {
      story.answer("worker.exited", { handover: { kind: "failed", why: "Too hard." } });
      story.answer("work.imported");
    };
    assert.ok(look(story));
    fail();

    assert.equal(look(story), null);
    for (const base of [3, 4]) {
      story.github(7, { pull: { ...clashing, base: commit(base) } });
      assert.equal(look(story)?.task, "rebase");
      fail();
    }
    story.github(7, { pull: { ...clashing, base: commit(5) } });

    assert.equal(look(story), null);
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("is none while GitHub does not know, nor on somebody else's commits, nor where nobody wants it", () => {
    const story = reviewing({ ...clashing, mergeable: "unknown" });
    assert.equal(look(story), null);

    story.github(7, { pull: { ...clashing, head: headOf(7, 9) } });
    assert.equal(look(story), null);

    story.github(8, { pull: clashing, policy: noErrands });
    story.label(8);
    story.goOn("reviewing", 8);
    assert.equal(look(story), null);
  });
});

describe("meanwhile", () => {
  test("somebody else's push stands, and nobody is called any more", () => {
    const story = reviewing(red);
    assert.ok(look(story));
    story.answer("worker.exited");
    story.answer("work.imported");

    story.answer("branch.refused", { isTaken: true, why: "it holds other commits" });
    story.github(7, { pull: { ...red, head: headOf(7, 9) } });
    story.goOn();

    assert.equal(look(story), null);
    assert.match(story.text("status"), /holds commits that Yardmaster did not push/);
    assert.equal(story.live()?.branchTry, 1);
  });

  test("a merge by a person ends it", () => {
    const story = reviewing(red);
    assert.ok(look(story));

    story.offer({ type: "pull.merged", ...pull, head: headOf(7, 1) });
    story.answer("worker.exited", { outcome: "stopped", handover: { kind: "failed", why: "-" } });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("the card stays in review until the Worker begins, and comes back", () => {
    const story = reviewing(red);
    assert.ok(look(story));
    story.goOn("publishing");
    const columns = story.publications().map(({ moveTo }) => moveTo);

    assert.deepEqual(columns, ["In Progress", "In Review", "In Progress"]);
  });
});
