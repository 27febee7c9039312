/** What people do to a pull request and its issue while a Worker is called to it. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { PullState } from "../../src/core/pull-state.ts";
import type { Phase } from "../../src/core/assignment.ts";
import { answerTo, headOf, pullFor, someIssue } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const { repository } = someIssue(7);
const pull = { repository: repository.id, pull: pullFor(7), by: mona };
const red: Partial<PullState> = {
  checks: "failing",
  failures: [{ name: "unit", text: "1 of 9 failed" }],
};

/** A Worker is being called to the pull request, and the story has come to this phase of that. */
function until(name: Phase["name"]): Story {
  const story = new Story();
  story.github(7, { pull: red });
  story.label(7);
  story.goOn("reviewing");
  story.wait(60_000);
  for (let steps = 0; story.phase()?.name !== name; steps++) {
    assert.ok(steps < 50);
    const [effect] = story.owed.values();
    assert.ok(effect);
    story.reply(effect, answerTo(effect, null, story.facts));
  }
  return story;
}

const asking = (): Story => {
  const story = until("working");
  story.answer("worker.exited", { handover: { kind: "blocked", question: "Which?" } });
  story.answer("work.imported");
  story.goOn();
  assert.equal(story.phase()?.name, "parked");
  return story;
};

const merged: Partial<PullState> = { state: "merged" };

describe("a merge by a person", () => {
  for (const name of ["queued", "preparing", "working", "publishing"] as const) {
    test(`counts as one when the issue's closing is heard of first, ${name}`, () => {
      const story = until(name);
      story.github(7, { pull: merged });

      story.close(7);
      story.offer({ type: "pull.merged", ...pull, head: headOf(7, 1) });
      story.goOn();

      assert.equal(story.phase()?.name, "done");
    });
  }

  test("counts as one while the Worker waits for an answer", () => {
    const story = asking();
    story.github(7, { pull: merged });

    story.close(7);
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("of which no webhook came is found before the Worker begins", () => {
    const story = until("queued");
    story.github(7, { pull: merged, isOpen: false });

    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });

  test("of which no webhook came is known as one when that of the merge comes late", () => {
    const story = until("working");
    story.github(7, { isOpen: false });
    story.offer({ type: "reconcile.started" });
    story.answer("issue.inspected");

    story.offer({ type: "pull.merged", ...pull, head: headOf(7, 1) });
    story.goOn();

    assert.equal(story.phase()?.name, "done");
  });
});

describe("a pull request that a person closes", () => {
  test("calls no Worker any more", () => {
    const story = until("queued");
    story.github(7, { pull: { ...red, state: "closed" } });

    story.offer({ type: "pull.closed", ...pull });
    story.goOn();

    const { phase } = story.ended.at(-1)!;
    assert.ok(phase.name === "withdrawn" && phase.ending.kind === "pull-closed");
    assert.equal(story.effects.filter(({ type }) => type === "worker.start").length, 1);
  });

  test("ends a question about it", () => {
    const story = asking();
    story.github(7, { pull: { ...red, state: "closed" } });

    story.offer({ type: "pull.closed", ...pull });
    story.goOn();

    assert.equal(story.phase()?.name, "withdrawn");
  });
});

test("a Worker that may not be called leaves the pull request open for people", () => {
  const story = until("queued");
  story.github(7, { permission: "read" });

  story.goOn();

  assert.equal(story.phase()?.name, "reviewing");
});
