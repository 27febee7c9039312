/** Workers on a pull request that is open: what they are told, from where they go on, and to which branch they push. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect, WorkerOrder } from "../../src/core/effect.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import type { Handover } from "../../src/core/handover.ts";
import { answerTo, briefText, headOf } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const red: Partial<PullState> = {
  checks: "failing",
  failures: [{ name: "unit", text: "1 of 9 failed" }],
};
const green: Partial<PullState> = { checks: "passing", failures: [] };
const failed: Handover = { kind: "failed", why: "No idea." };
const unfinished: Handover = { kind: "unfinished", notes: "Half of it.", report: null };

/** An issue whose pull request has red checks. */
function reviewing(): Story {
  const story = new Story();
  story.github(7, { pull: red });
  story.label(7);
  story.goOn("reviewing");
  story.wait(60_000);
  return story;
}

/** Everything up to the next Worker. */
function worker(story: Story): WorkerOrder {
  for (let steps = 0; steps < 50; steps++) {
    const [effect] = [...story.owed.values()].filter(({ type }) => type !== "worker.stop");
    assert.ok(effect, `nothing is owed in ${story.phase()?.name}`);
    if (effect.type === "worker.start") return effect;
    story.reply(effect, answerTo(effect, null, story.facts));
  }
  assert.fail("no Worker begins");
}

/** A story in which a Worker is called to the pull request. */
function called(): Story {
  const story = reviewing();
  worker(story);
  return story;
}

function exit(story: Story, handover: Handover): void {
  story.answer("worker.exited", { handover });
  story.answer("work.imported");
}

function last<Type extends Effect["type"]>(
  story: Story,
  type: Type,
): Extract<Effect, { type: Type }> {
  const effect = story.effects.findLast((one) => one.type === type);
  assert.ok(effect, `no ${type}`);
  return effect as Extract<Effect, { type: Type }>;
}

describe("a Worker on a pull request", () => {
  test("is told what was written while it waited for a slot", () => {
    const story = reviewing();
    while (story.phase()?.name !== "queued") {
      const [effect] = story.owed.values();
      story.reply(effect!, answerTo(effect!, null, story.facts));
    }
    story.send(7, "Use the new API.");

    const { brief } = worker(story);

    assert.match(briefText(brief), /\[message from operator\] Use the new API\./);
  });

  test("goes on from what the one before it has handed over", () => {
    const story = called();
    exit(story, unfinished);

    const { brief, task } = worker(story);

    assert.equal(task, "fix");
    assert.equal(last(story, "worktree.create").from, headOf(7, 2));
    assert.match(briefText(brief), /\[handover\] Half of it\./);
  });

  test("that changed nothing does not publish what another one failed with", () => {
    const story = called();
    exit(story, failed);
    const critiques = [{ id: "R_1", by: "wren", place: null, thread: null, text: "Use a valve." }];
    story.github(7, { pull: { ...green, critiques } });
    assert.equal(worker(story).task, "revise");
    assert.equal(last(story, "worktree.create").from, headOf(7, 1));

    story.answer("worker.exited");
    story.answer("work.imported", { work: { kind: "empty" } });

    assert.equal(last(story, "branch.push").head, headOf(7, 1));
  });

  test("pushes to the branch of the pull request, whatever new ones are called", () => {
    const story = reviewing();
    const { branch } = last(story, "branch.push");
    story.github(7, { policy: { branchPrefix: "bot/" } });
    worker(story);

    exit(story, { kind: "ready", summary: "Mended.", testing: "", replies: [] });

    assert.deepEqual(
      [last(story, "branch.push").branch, last(story, "branch.push").expected],
      [branch, headOf(7, 1)],
    );
  });

  test("whose work was held and approved leaves a branch alone to which somebody else has pushed", () => {
    const story = called();
    story.answer("worker.exited");
    const finding = { kind: "protected-path", where: "a", what: "is protected" } as const;
    story.answer("work.imported", {
      work: {
        kind: "commits",
        head: headOf(7, 2),
        files: ["a"],
        commits: 1,
        findings: [{ ...finding, isFinal: false }],
      },
    });
    story.comment(7, "/agent approve", mona, 9);
    story.answer("actor.inspected");

    story.answer("branch.refused", { isTaken: true, why: "it holds other commits" });

    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(story.live()?.branchTry, 1);
  });

  test("that is called back and fails leaves the pull request as it is", () => {
    const story = called();
    exit(story, { kind: "ready", summary: "Mended.", testing: "", replies: [] });
    story.answer("branch.pushed");
    story.github(7, { pull: { ...green, head: headOf(7, 2) }, status: "In Review" });
    story.goOn();
    story.send(7, "And make it blue.");
    worker(story);
    exit(story, failed);

    story.goOn();

    assert.doesNotMatch(story.text("status"), /did not push/);
  });

  test("goes on with the pull request when somebody answers its question by a command", () => {
    const story = called();
    exit(story, { kind: "blocked", question: "Which colour?" });
    story.comment(7, "/agent dispatch", mona, 9);

    assert.equal(worker(story).task, "fix");
    exit(story, { kind: "ready", summary: "Mended.", testing: "", replies: [] });
    story.answer("branch.pushed");

    assert.equal(story.effects.filter(({ type }) => type === "pull.open").length, 1);
    assert.equal(story.phase()?.name, "reviewing");
  });
});

test("a wish that came while the checks were mended is not forgotten with the old head", () => {
  const critiques = [{ id: "R_1", by: "wren", place: null, thread: null, text: "Use a valve." }];
  const story = new Story();
  story.github(7, { pull: { ...red, critiques } });
  story.label(7);
  story.goOn("reviewing");
  story.wait(60_000);
  assert.equal(worker(story).task, "fix");
  exit(story, { kind: "ready", summary: "Mended.", testing: "", replies: [] });
  story.answer("branch.pushed");
  story.github(7, { pull: { ...green, critiques, head: headOf(7, 2) } });
  story.offer({ type: "reconcile.started" });

  assert.equal(worker(story).task, "revise");
  exit(story, { kind: "ready", summary: "Done.", testing: "", replies: [] });
  story.answer("branch.pushed");
  story.github(7, { pull: { ...green, critiques, head: headOf(7, 3) } });
  story.offer({ type: "reconcile.started" });
  story.goOn();

  assert.equal(story.effects.filter(({ type }) => type === "worker.start").length, 3);
});

test("a second wish about the same head calls a Worker again", () => {
  const one = { id: "R_1", by: "wren", place: null, thread: null, text: "Use a valve." };
  const story = new Story();
  story.github(7, { pull: { ...green, critiques: [one] } });
  story.label(7);
  story.goOn("reviewing");
  story.wait(60_000);
  worker(story);
  exit(story, failed);
  story.goOn();
  story.github(7, {
    pull: { ...green, critiques: [one, { ...one, id: "R_2", text: "Or a tap." }] },
  });
  story.offer({ type: "reconcile.started" });

  const { task, brief } = worker(story);

  assert.equal(task, "revise");
  assert.match(briefText(brief), /Or a tap\./);
  assert.equal(last(story, "worktree.create").from, headOf(7, 1));
});
