/** A person blocks work on purpose: it is parked, its card says so, and a Worker that runs is stopped once its work is saved. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Handover } from "../../src/core/handover.ts";
import { headOf, noErrands, ready } from "../support/answers.ts";
import { mona, rita, Story } from "../support/story.ts";

const failed: Handover = { kind: "failed", why: "stopped" };

let comments = 0;
const say = (story: Story, text: string): void => {
  comments += 1;
  story.comment(7, text, mona, comments);
  story.answer("actor.inspected");
};

const column = (story: Story): string | null | undefined =>
  story.publications().findLast(({ moveTo }) => moveTo !== null)?.moveTo;

const working = (story = new Story()): Story => {
  story.label(7);
  story.goOn("working");
  story.answer("worker.started");
  return story;
};

const starts = (story: Story): number =>
  story.effects.filter(({ type }) => type === "worker.start").length;

describe("a block", () => {
  test("parks what waits, with its reason, until somebody lets it go on", () => {
    const slots = { slots: 0 };
    const story = new Story(slots);
    story.label(7);
    story.goOn();

    say(story, "/agent block the @supplier must answer");
    story.goOn();

    assert.equal(story.phase()?.name, "parked");
    assert.equal(column(story), "Blocked");
    assert.match(
      story.text("status"),
      /needs a person\n\nBlocked by mona:\n\n> the @\u200bsupplier must answer\n\nTo let it go on, comment `\/agent unblock`\./,
    );
    say(story, "/agent unblock");
    story.goOn();
    assert.equal(column(story), "Ready");
    assert.match(story.text("status"), /All workers are busy/);
  });

  test("stops a Worker, keeps its work, and lets another one go on from there", () => {
    const story = working();

    say(story, "/agent block");
    assert.ok(story.owes().includes("worker.stop"));
    assert.match(
      story.text("status"),
      /mona wants it to stop\.\n\nBlocked by mona: nothing starts/,
    );
    story.answer("worker.exited", { outcome: "stopped", handover: failed });
    story.goOn();
    assert.equal(story.phase()?.name, "parked");
    assert.equal(story.live(7)?.attempts[0]?.head, headOf(7, 1));
    assert.equal(starts(story), 1);

    say(story, "/agent unblock");
    story.goOn("working");
    const order = story.effects.findLast(({ type }) => type === "worktree.create");
    assert.equal(order?.type === "worktree.create" && order.from, headOf(7, 1));
    assert.match(story.text("status"), /attempt 1 of 4/);
  });

  test("of a worktree that is being made stops its Worker at once", () => {
    const story = new Story();
    story.label(7);
    story.goOn("preparing");

    say(story, "/agent block");
    story.goOn("working");

    assert.ok(story.owes().includes("worker.stop"));
  });

  test("keeps a pull request from being merged and mended, and shows in the card", () => {
    const story = working();
    const policy = { merge: { isAutomatic: true, method: "squash" } } as const;
    story.github(7, { policy: { ...policy }, pull: { checks: "pending" } });
    story.answer("worker.exited", { handover: ready });
    story.goOn("reviewing");

    say(story, "/agent block");
    story.github(7, { pull: { checks: "passing" } });
    story.goOn();

    assert.equal(story.phase()?.name, "reviewing");
    assert.equal(column(story), "Blocked");
    assert.match(story.text("status"), /Blocked by mona: nothing starts and nothing is merged/);
    say(story, "/agent unblock");
    story.goOn();
    assert.equal(column(story), "In Review");
  });

  test("keeps what people write for later", () => {
    const story = working(new Story());
    story.github(7, { policy: noErrands });
    story.answer("worker.exited", { handover: { kind: "blocked", question: "Red or blue?" } });
    story.goOn("parked");
    say(story, "/agent block");
    say(story, "/agent send Blue.");
    assert.equal(story.phase()?.name, "parked");

    say(story, "/agent unblock");

    assert.equal(story.phase()?.name, "working");
  });

  test("is lifted by whoever asks for the work again, and by no reader", () => {
    const story = new Story({ slots: 0 });
    story.label(7);
    story.goOn();
    say(story, "/agent block");
    story.goOn();

    story.label(7, rita);
    story.goOn();
    assert.equal(story.phase()?.name, "parked");
    story.label(7, mona);
    story.goOn();

    assert.equal(story.phase()?.name, "queued");
    assert.equal(story.live(7)?.block, null);
  });

  test("is refused where there is one, and taken off where there is one only", () => {
    const story = working();
    say(story, "/agent unblock");
    assert.match(story.text("refusal"), /because nobody has blocked it\.$/);
    say(story, "/agent block\n/agent block");
    assert.match(story.text("refusal"), /because it is blocked already\.$/);
  });
});
