/** A card that a person moves to In Progress: then a person does it, and no Worker. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Story } from "../support/story.ts";

const sentence =
  /\nmona works on it: the card was moved to In Progress by hand\. To have a worker do it, move the card to Ready\.\n/;

/** It waits for a blocker. */
const waiting = (): Story => {
  const story = new Story();
  story.github(7, { blockers: [3] });
  story.ready(7);
  story.goOn();
  return story;
};

describe("a card that a person moves to In Progress", () => {
  test("ends the wait for a Worker with one sentence, and stays where it is", () => {
    const story = waiting();
    const before = story.publications().length;

    story.move(7, "In Progress");
    story.goOn();

    assert.match(story.text("status"), sentence);
    assert.deepEqual(
      story
        .publications()
        .slice(before)
        .map(({ moveTo }) => moveTo),
      [null],
    );
    assert.equal(story.board.size, 0);
  });

  test("keeps Workers away whatever follows, until it is moved to Ready again", () => {
    const story = waiting();
    story.move(7, "In Progress");
    story.goOn();

    story.github(7, { blockers: [] });
    story.close(3);
    story.offer({ type: "reconcile.started" });
    assert.deepEqual(story.owes(), []);

    story.ready(7);
    story.goOn("working", 7);
  });

  test("saves what earlier attempts did", () => {
    const story = new Story();
    story.label(7);
    story.goOn("working");
    story.answer("worker.exited", {
      outcome: "crashed",
      handover: { kind: "failed", why: "It broke." },
    });
    story.answer("work.imported");
    assert.equal(story.phase()?.name, "queued");

    story.move(7, "In Progress");

    assert.ok(story.owes().includes("worktree.remove"));
    story.goOn();
    assert.match(story.text("status"), sentence);
  });

  test("takes nothing from a Worker, nor from a pull request that is open", () => {
    for (const phase of ["preparing", "working", "publishing", "reviewing"] as const) {
      const story = new Story();
      story.label(7);
      story.goOn(phase);

      assert.deepEqual(story.move(7, "In Progress"), []);
      assert.equal(story.phase()?.name, phase);
    }
  });

  test("counts on its own board only", () => {
    const story = waiting();

    assert.deepEqual(story.move(7, "In Progress", undefined, "PVT_2"), []);
  });

  test("is found by a pass when no webhook told of it", () => {
    const story = new Story();
    story.github(7, { blockers: [3] });
    story.label(7);
    story.goOn();

    story.github(7, { status: "In Progress" });
    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.match(story.text("status"), /\nsomebody works on it: the card was moved/);
    assert.equal(story.board.size, 0);
  });

  test("does not keep a Worker from an issue that is asked for afterwards", () => {
    const story = new Story();
    story.github(7, { status: "In Progress" });

    story.label(7);

    story.goOn("working");
  });
});
