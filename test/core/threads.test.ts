/** What reviewers are answered in their threads after a Worker was called to a pull request. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { ThreadReply } from "../../src/core/handover.ts";
import type { Critique } from "../../src/core/task.ts";
import { briefText, headOf, pullFor } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const critique = (id: string, thread: string | null): Critique => ({
  ...{ id, thread, by: "wren" },
  ...{ place: thread === null ? null : "src/tank.ts:12", text: "Use a valve." },
});
const critiques = [
  critique("C_1", "T_1"),
  critique("C_2", "T_1"),
  critique("C_3", "T_2"),
  critique("R_1", null),
];
const fixed: ThreadReply = { thread: "T_1", outcome: "fixed", text: "It has a valve, @mona." };

type Answering = Extract<Effect, { type: "threads.answer" }>;

const answerings = ({ effects }: Story): readonly Answering[] =>
  effects.filter((effect) => effect.type === "threads.answer");

/** A Worker that was told of a review, and is at work. */
function revising(said: readonly Critique[] = critiques): Story {
  const story = new Story();
  story.github(7, { pull: { critiques: said } });
  story.label(7);
  story.goOn("reviewing");
  story.offer({ type: "reconcile.started" });
  story.goOn("working");
  return story;
}

/** It ends with these words, and its work is published. */
function publish(story: Story, replies: readonly ThreadReply[]): void {
  const summary = { summary: "Revised.", testing: "" };
  story.answer("worker.exited", { handover: { kind: "ready", ...summary, replies } });
  story.answer("work.imported");
  story.github(7, { pull: { critiques, head: headOf(7, 2) } });
  story.answer("branch.pushed");
}

describe("a reviewer's thread", () => {
  test("is answered once, and closed where the worker says that it is done", () => {
    const story = revising();
    publish(story, [fixed]);

    const [order] = answerings(story);

    assert.equal(answerings(story).length, 1);
    assert.equal(order?.pull, pullFor(7));
    assert.deepEqual(
      order?.threads.map(({ thread, isResolved }) => [thread, isResolved]),
      [
        ["T_1", true],
        ["T_2", false],
      ],
    );
    const [done, unnamed] = order?.threads.map(({ text }) => text) ?? [];
    assert.match(done ?? "", /^Done as of 0{10}:\n\n> It has a valve, @\u200bmona\.$/);
    assert.match(unnamed ?? "", /says nothing about this thread/);
  });

  test("stays open where the worker puts it off or objects", () => {
    const story = revising();
    publish(story, [
      { thread: "T_1", outcome: "deferred", text: "" },
      { thread: "T_2", outcome: "pushed-back", text: "A tap leaks." },
    ]);

    const threads = answerings(story)[0]?.threads ?? [];

    assert.deepEqual(
      threads.map(({ isResolved }) => isResolved),
      [false, false],
    );
    assert.deepEqual(
      threads.map(({ text }) => text),
      [
        "Not done in this pull request.",
        "Left as it is, for a person to decide:\n\n> A tap leaks.",
      ],
    );
  });

  test("that the worker was not told of is none of its business", () => {
    const story = revising([critique("R_1", null)]);
    publish(story, [fixed]);

    assert.deepEqual(answerings(story), []);
  });

  test("is owed its answer until GitHub has it, and not for ever where it is refused", () => {
    const given = revising();
    publish(given, [fixed]);
    assert.equal(given.live()?.answers.length, 1);
    given.answer("threads.answered");
    assert.deepEqual(given.live()?.answers, []);

    const refused = revising();
    publish(refused, [fixed]);
    refused.fail("threads.answer");
    assert.deepEqual(refused.live()?.answers, []);
    assert.equal(refused.phase()?.name, "reviewing");
  });

  test("is named to the worker, with how to answer in it", () => {
    const order = revising().effects.findLast(({ type }) => type === "worker.start");
    assert.ok(order?.type === "worker.start");

    const brief = briefText(order.brief);

    assert.match(brief, /\nThreads: T_1 T_2\n/);
    assert.match(brief, /"threads": \[\{"id"/);
    assert.match(brief, /\[thread T_1, review by wren of src\/tank\.ts:12\] Use a valve\./);
  });

  test("is not answered again when its worker is called back with a message", () => {
    const story = revising();
    publish(story, [fixed]);
    story.goOn("reviewing");
    story.comment(7, "/agent send Make it blue.");
    story.goOn("working");
    publish(story, [fixed]);

    assert.equal(answerings(story).length, 1);
  });
});
