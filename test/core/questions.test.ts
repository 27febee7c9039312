/** A Worker's question, and whose comment answers it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import type { Permission } from "../../src/core/issue.ts";
import { briefText } from "../support/answers.ts";
import { Story, mona, rita } from "../support/story.ts";

function asking(question = "Red or @blue?"): Story {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.answer("worker.exited", { handover: { kind: "blocked", question } });
  story.goOn();
  assert.equal(story.phase()?.name, "parked");
  return story;
}

function answered(story: Story, permission: Permission): void {
  story.answer("actor.inspected", { permission });
  story.goOn("working");
}

const order = (story: Story): Extract<Effect, { type: "worker.start" }> => {
  const found = [...story.owed.values()].find(({ type }) => type === "worker.start");
  assert.ok(found?.type === "worker.start");
  return found;
};

test("the question is a comment that mentions whoever asked for the work, and nobody else", () => {
  const story = asking();

  assert.equal(
    story.text("question"),
    [
      "@mona, worker `worker-1795239000-7` needs an answer before it can go on:",
      "",
      "> Red or @\u200bblue?",
      "",
      "The next comment here by somebody with write access is its answer; it then goes on where it stopped.",
    ].join("\n"),
  );
  assert.equal(story.publications().at(-1)?.moveTo, "Blocked");
});

test("a comment by somebody with write access answers it, and the same session goes on", () => {
  const story = asking();

  story.comment(7, "Blue, please.", rita, 5);
  answered(story, "write");

  const { session, run, attempt, brief } = order(story);
  assert.deepEqual([session, run, attempt], ["session-1", 2, 1]);
  assert.match(briefText(brief), /\[message from rita\] Blue, please\./);
  const thanks = story.publications().findLast(({ reactions }) => reactions?.on === "IC_5");
  assert.deepEqual(thanks?.reactions?.add.at(-1), "ROCKET");
});

test("anybody else's comment changes nothing and gets no answer", () => {
  const story = asking();
  const before = story.publications().length;

  story.comment(7, "Green!", rita, 5);
  story.answer("actor.inspected", { permission: "read" });
  story.goOn();

  assert.equal(story.phase()?.name, "parked");
  assert.equal(story.publications().length, before);
});

test("where nobody is asked anything, a comment is only talk", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");

  assert.deepEqual(story.comment(7, "Looking forward to it.", mona, 5), []);
});

test("a second question is another comment, so that whoever is mentioned hears of it", () => {
  const story = asking("Which colour?");
  story.comment(7, "Blue.", mona, 5);
  answered(story, "write");

  story.answer("worker.exited", { handover: { kind: "blocked", question: "Which blue?" } });
  story.goOn();

  const keys = story
    .publications()
    .flatMap(({ comments }) => comments.map(({ key }) => key))
    .filter((key) => key.startsWith("question"));
  assert.deepEqual(keys, ["question-worker-1795239000-7-1", "question-worker-1795239000-7-2"]);
  assert.match(story.text("question"), /> Which blue\?/);
});
