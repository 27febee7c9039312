/** A person has a Worker hand over: it is stopped, says how far it is, and another one goes on. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { Handover } from "../../src/core/handover.ts";
import { briefText, headOf } from "../support/answers.ts";
import { mona, Story } from "../support/story.ts";

const failed: Handover = { kind: "failed", why: "stopped" };
const notes: Handover = { kind: "unfinished", notes: "The pump is done.", report: null };

/** The comment has come, and GitHub has said that its author may. */
const asked = (story: Story, text: string, id = 1): readonly Effect[] => {
  story.comment(7, text, mona, id);
  return story.answer("actor.inspected");
};

const working = (story = new Story()): Story => {
  story.label(7);
  story.goOn("working");
  story.answer("worker.started");
  return story;
};

const briefs = (story: Story): readonly string[] =>
  story.effects.flatMap((effect) =>
    effect.type === "worker.start" ? [briefText(effect.brief)] : [],
  );

describe("a handover that a person asks for", () => {
  test("stops the Worker, has it write down how far it is, and begins another attempt there", () => {
    const story = working();

    const begun = asked(story, "/agent handover Leave the valve alone.");
    assert.ok(begun.some(({ type }) => type === "worker.stop"));
    assert.match(story.text("status"), /attempt 1 of 4\. mona wants it to hand over\./);
    story.answer("worker.exited", { outcome: "stopped", handover: failed });
    assert.match(briefs(story).at(-1) ?? "", /^# Hand over now/);
    story.answer("worker.exited", { handover: notes });
    story.goOn("working");

    assert.equal(story.live(7)?.attempts[0]?.outcome, "stopped");
    const [, , next = ""] = briefs(story);
    assert.match(next, /\[handover\] The pump is done\./);
    assert.match(next, /\[message from mona\] Leave the valve alone\./);
    const order = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.equal(order?.type === "worktree.create" && order.from, headOf(7, 1));
  });

  test("goes on without a word of an agent that cannot be called back", () => {
    const story = working();

    asked(story, "/agent handover");
    story.answer("worker.exited", { outcome: "stopped", handover: failed, session: null });
    story.goOn("working");

    assert.equal(briefs(story).length, 2);
    assert.match(
      briefs(story)[1] ?? "",
      /\[handover\] It was stopped by mona before it had finished; its commits are all/,
    );
  });

  test("does not undo what the Worker finished meanwhile", () => {
    const story = working();

    asked(story, "/agent handover");
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(story.live(7)?.attempts.length, 1);
  });

  test("never is the last attempt's end", () => {
    const story = working();
    for (const id of [1, 2, 3, 4, 5]) {
      asked(story, "/agent handover", id);
      story.answer("worker.exited", { outcome: "stopped", handover: failed });
      story.answer("worker.exited", { handover: notes });
      story.answer("work.imported");
      story.goOn("working");
    }

    assert.equal(story.live(7)?.attempts.length, 5);
    assert.equal(story.phase()?.name, "working");
  });

  test("gives way to a stop", () => {
    const story = working();
    asked(story, "/agent handover\n/agent stop");
    story.answer("worker.exited", { outcome: "stopped", handover: failed });
    story.goOn();

    assert.equal(story.phase()?.name, "withdrawn");
    assert.equal(briefs(story).length, 1);
  });
});

describe("a handover is refused", () => {
  test("while the Worker hands over already", () => {
    const story = working();
    asked(story, "/agent handover");

    asked(story, "/agent handover", 2);

    assert.match(story.text("refusal"), /because the worker is handing over already\.$/);
  });

  test("while nobody is at work", () => {
    const story = new Story({ slots: 0 });
    story.label(7);
    story.goOn();

    asked(story, "/agent handover");

    assert.match(story.text("refusal"), /because no worker is at work on it\.$/);
  });

  test("to a Worker that only finds out why another one failed", () => {
    const story = working();
    story.answer("worker.exited", { handover: failed });
    story.answer("work.imported");
    story.wait(600_000);
    story.goOn("working");
    assert.equal(story.live(7)?.task.kind, "research");

    asked(story, "/agent handover");

    assert.match(story.text("refusal"), /has nothing to hand over\.$/);
  });
});
