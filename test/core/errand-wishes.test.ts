/** Workers that a person calls to a pull request by command. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PullState } from "../../src/core/pull-state.ts";
import { answerTo, briefText, commit, headOf, noErrands } from "../support/answers.ts";
import { Story, rita } from "../support/story.ts";

const theirs = headOf(7, 9);
const red: Partial<PullState> = { checks: "failing", failures: [{ name: "unit", text: "red" }] };
const asked: Partial<PullState> = {
  critiques: [{ id: "C_1", by: "wren", place: null, thread: null, text: "Use a valve." }],
};

/** A pull request of a repository in which nobody is called to one by itself. */
function reviewing(state: Partial<PullState> = {}): Story {
  const story = new Story();
  story.github(7, { policy: noErrands, pull: state });
  story.label(7);
  story.goOn("reviewing");
  story.offer({ type: "reconcile.started" });
  story.goOn();
  assert.equal(story.phase()?.name, "reviewing");
  return story;
}

let comments = 10;

/** What its Worker is told; null when none is called. */
function said(story: Story, command: string): string | null {
  comments += 1;
  const before = story.effects.length;
  story.comment(7, `/agent ${command}`, undefined, comments);
  while (story.owed.size > 0 && story.phase()?.name !== "working") {
    const [effect] = story.owed.values();
    assert.ok(effect !== undefined);
    story.reply(effect, answerTo(effect, null, story.facts));
  }
  const start = story.effects.slice(before).find(({ type }) => type === "worker.start");
  return start?.type === "worker.start" ? briefText(start.brief) : null;
}

function fail(story: Story): void {
  story.answer("worker.exited", { handover: { kind: "failed", why: "No idea." } });
  story.answer("work.imported");
  story.goOn();
}

describe("somebody with write access", () => {
  test("has a worker called, also where nobody is called by itself", () => {
    assert.match(said(reviewing(red), "fix") ?? "", /^# Make the checks of [^]*\[check unit\] red/);
    assert.match(said(reviewing(asked), "revise") ?? "", /^# Revise [^]*Use a valve\./);
    assert.match(
      said(reviewing({ mergeable: "conflicting", base: commit(2) }), "rebase") ?? "",
      new RegExp(`^# Resolve the conflicts [^]*git merge ${commit(2)}`),
    );
  });

  test("has it called as often as they ask, at one head", () => {
    const story = reviewing({ ...red, ...asked });
    for (let times = 0; times < 5; times += 1) {
      assert.notEqual(said(story, "fix"), null);
      fail(story);
      assert.notEqual(said(story, "revise"), null);
      fail(story);
    }

    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
  });

  test("has the failed job's log read for it", () => {
    const story = reviewing(red);
    const logs = (): boolean | null => {
      const last = story.effects.findLast(({ type }) => type === "pull.inspect");
      return last?.type === "pull.inspect" ? last.areLogsWanted : null;
    };
    assert.equal(logs(), false);

    said(story, "fix");

    assert.equal(logs(), true);
  });

  test("is told where there is nothing to do", () => {
    const story = reviewing();

    assert.equal(said(story, "fix"), null);
    assert.match(
      story.text("status"),
      /mona asked for `fix`, but no check of the head has failed\./,
    );
    assert.equal(said(story, "revise"), null);
    assert.match(story.text("status"), /mona asked for `revise`, but nobody with write access/);

    story.github(7, { pull: red });
    story.offer({ type: "reconcile.started" });
    story.goOn();
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("has a second worker called after the one that is there", () => {
    const story = reviewing({ ...red, ...asked });
    said(story, "fix");
    comments += 1;
    story.comment(7, "/agent revise", undefined, comments);
    story.answer("actor.inspected");
    story.github(7, { pull: { ...asked, head: headOf(7, 2) } });
    story.answer("worker.exited");
    story.answer("work.imported");
    story.answer("branch.pushed");

    story.goOn("working");

    const { phase } = story.live()!;
    assert.ok(phase.name === "working" && phase.attempt.task.kind === "revise");
  });
});

describe("commits that a person has pushed", () => {
  test("are left alone until somebody has a worker called to them", () => {
    const story = reviewing();
    story.github(7, { policy: {}, pull: { ...red, head: theirs } });
    story.offer({ type: "reconcile.started" });
    story.goOn();
    assert.match(story.text("status"), /holds commits that Yardmaster did not push/);

    assert.notEqual(said(story, "fix"), null);

    const create = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.ok(create?.type === "worktree.create" && create.from === theirs);
    story.answer("worker.exited");
    story.answer("work.imported");
    const push = [...story.owed.values()].find(({ type }) => type === "branch.push");
    assert.ok(push?.type === "branch.push" && push.expected === theirs);
    story.github(7, { pull: { head: headOf(7, 2) } });
    story.answer("branch.pushed");
    story.goOn();
    const { phase } = story.live()!;
    assert.ok(phase.name === "reviewing" && phase.pull.head === headOf(7, 2));
  });

  test("are not merged by us when the worker that was called to them adds nothing", () => {
    const story = reviewing();
    const merging = { ...noErrands, merge: { isAutomatic: true, method: "squash" } } as const;
    story.github(7, { policy: merging, pull: { ...red, head: theirs } });
    said(story, "fix");
    story.github(7, { pull: { head: theirs } });
    fail(story);

    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.ok(story.effects.every(({ type }) => type !== "pull.merge"));
  });
});

describe("no worker is called", () => {
  const refusalOf = (story: Story, command: string): string => {
    comments += 1;
    story.comment(7, command, undefined, comments);
    story.answer("actor.inspected");
    return story.text("refusal");
  };

  test("for whoever may not write", () => {
    const story = reviewing(red);
    story.comment(7, "/agent fix", rita, 99);
    story.goOn();

    assert.match(story.text("refusal"), /rita has only read permission/);
    assert.equal(story.phase()?.name, "reviewing");
  });

  test("where there is no pull request of ours, or the same is done already", () => {
    const none = new Story();
    none.comment(7, "/agent fix");
    none.goOn();
    assert.match(none.text("refusal"), /`fix` belongs on a pull request, whoever opened it/);

    const early = new Story();
    early.label(7);
    early.goOn("working");
    assert.match(refusalOf(early, "/agent rebase"), /no pull request that is open/);

    const busy = reviewing(red);
    said(busy, "fix");
    assert.match(refusalOf(busy, "/agent fix"), /a worker is called for that already/);
  });
});
