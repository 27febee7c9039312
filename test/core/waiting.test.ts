/** What keeps an issue waiting: blockers, slots, and the age of GitHub's last answer. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Phase } from "../../src/core/assignment.ts";
import { nextDue } from "../../src/core/schedule.ts";
import { issueOf, briefText } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const waitsFor = (phase: Phase | undefined): string | undefined =>
  phase?.name === "queued" ? phase.waiting.for : undefined;

describe("blockers", () => {
  test("an open blocker keeps the issue in Ready and says so", () => {
    const story = new Story();
    story.github(7, { blockers: [3, 4] });

    story.label(7);
    story.goOn();

    assert.equal(waitsFor(story.phase()), "blockers");
    assert.equal(
      story.text("status"),
      [
        "### Yardmaster: queued",
        "",
        "Waits until #3, #4 are closed.",
        "",
        "<sub>Branch `feature/7-add-a-page` · requested by mona</sub>",
      ].join("\n"),
    );
    assert.deepEqual(
      story.publications().map(({ moveTo }) => moveTo),
      ["Ready"],
    );
  });

  test("the dependent goes on when its last blocker is closed", () => {
    const story = new Story();
    story.github(7, { blockers: [3, 4] });
    story.label(7);
    story.goOn();

    story.github(7, { blockers: [4] });
    story.close(3);
    story.goOn();
    assert.equal(waitsFor(story.phase(7)), "blockers");
    story.github(7, { blockers: [] });
    story.close(4);
    story.goOn("working", 7);
  });

  test("the closing of another issue asks nobody", () => {
    const story = new Story();
    story.github(7, { blockers: [3] });
    story.label(7);
    story.goOn();

    assert.deepEqual(story.close(5), []);
  });

  test("a blocker that closes while GitHub is being asked makes it be asked once more", () => {
    const story = new Story();
    story.github(7, { blockers: [3, 4] });
    story.label(7);
    story.goOn();
    story.close(3);

    story.close(4);
    const again = story.answer("issue.inspected");

    assert.deepEqual(
      again.map(({ type }) => type),
      ["issue.inspect"],
    );
    story.github(7, { blockers: [] });
    story.goOn("working", 7);
  });

  test("a dependency that is added while the issue waits for a slot is heeded", () => {
    const story = new Story({ slots: 1 });
    story.label(1);
    story.goOn("working", 1);
    story.label(7);
    story.answer("issue.inspected", {}, 7);
    story.answer("status.published", {}, 7);

    story.github(7, { blockers: [3] });
    story.offer({ type: "dependencies.changed", issue: issueOf(7).issueId });
    story.answer("issue.inspected", {}, 7);

    assert.equal(waitsFor(story.phase(7)), "blockers");
  });
});

describe("circles", () => {
  /** Each of these issues waits for the next one in its list. */
  function queued(blockers: Readonly<Record<number, readonly number[]>>): Story {
    const story = new Story();
    for (const [issue, them] of Object.entries(blockers)) {
      story.github(Number(issue), { blockers: them });
      story.label(Number(issue));
      story.goOn();
    }
    return story;
  }
  const circleOf = (story: Story, issue: number): string | undefined => {
    const phase = story.phase(issue);
    assert.ok(phase?.name === "queued" && phase.waiting.for === "blockers");
    return phase.waiting.circle?.join(" → ");
  };

  test("issues that wait for each other are each told the way round, and others are not", () => {
    const story = queued({ 1: [4], 4: [5, 1], 5: [6], 7: [1] });

    assert.deepEqual(
      [1, 4, 5, 7].map((issue) => circleOf(story, issue)),
      ["#1 → #4 → #1", "#4 → #1 → #4", undefined, undefined],
    );
    assert.match(
      story.text("status-"),
      /\nWaits until #1 is closed\.\n\n<sub>/,
      "the last one asked for is in no circle",
    );
    const told = story.publications().flatMap(({ comments }) => comments.map(({ text }) => text));
    assert.equal(
      told.filter((text) =>
        text.includes(
          "Waits until #4 is closed.\n\nThey wait for each other in a circle, #1 → #4 → #1: somebody must take one of these dependencies away.",
        ),
      ).length,
      1,
    );
  });

  test("an issue that waits for itself is in the smallest circle", () => {
    assert.equal(circleOf(queued({ 3: [3] }), 3), "#3 → #3");
  });

  test("of several circles the shortest is told", () => {
    const story = queued({ 1: [2], 2: [3, 1], 3: [1] });

    assert.equal(circleOf(story, 1), "#1 → #2 → #1");
    assert.equal(circleOf(story, 3), "#3 → #1 → #2 → #3");
  });

  test("asking GitHub again about a circle publishes nothing", () => {
    const story = queued({ 1: [4], 4: [1] });
    const before = story.publications().length;

    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.equal(story.publications().length, before);
    assert.equal(circleOf(story, 1), "#1 → #4 → #1");
  });

  test("once one edge is taken away the issues get on, one after the other", () => {
    const story = queued({ 1: [4], 4: [1] });

    story.github(4, { blockers: [] });
    story.offer({ type: "dependencies.changed", issue: issueOf(4).issueId });
    story.goOn("working", 4);

    assert.equal(circleOf(story, 1), undefined);
  });
});

test("what leads nowhere is told while the issue waits, and is not waited for", () => {
  const story = new Story();
  story.github(7, { blockers: [3], unknownBlockers: ["#99", "acme/vault#1"] });
  story.label(7);
  story.goOn();

  assert.match(
    story.text("status"),
    /Waits until #3 is closed\.\n\nIt is said to wait for `#\u200b99`, `acme\/vault#\u200b1`, which do not exist or cannot be seen from here, and that is not waited for\./,
  );
  story.github(7, { blockers: [] });
  story.close(3);
  story.goOn("working", 7);
});

describe("slots", () => {
  test("no more are busy than there are slots, and the oldest request is next", () => {
    const story = new Story({ slots: 2 });
    for (const issue of [5, 3, 9, 1]) {
      story.label(issue);
      story.answer("issue.inspected", {}, issue);
    }

    assert.deepEqual(
      [5, 3, 9, 1].map((issue) => story.phase(issue)?.name),
      ["preparing", "preparing", "queued", "queued"],
    );
    story.goOn("reviewing", 5);
    story.goOn();
    assert.deepEqual(
      [5, 3, 9, 1].map((issue) => story.phase(issue)?.name),
      ["reviewing", "reviewing", "reviewing", "reviewing"],
    );
    const started = story.effects.flatMap((effect) =>
      effect.type === "worktree.create" ? [effect.issueNumber] : [],
    );
    assert.deepEqual(started, [5, 3, 9, 1]);
  });

  test("a repository takes no more than its share", () => {
    const story = new Story({ slots: 3, slotsPerRepository: 1 });
    for (const issue of [1, 2]) story.github(issue, { repository: 9 });
    story.github(3, { repository: 10 });

    for (const issue of [1, 2, 3]) {
      story.label(issue);
      story.answer("issue.inspected", {}, issue);
    }

    assert.deepEqual(
      [1, 2, 3].map((issue) => story.phase(issue)?.name),
      ["preparing", "queued", "preparing"],
    );
  });

  test("an old answer is not acted on: the slot is kept while GitHub is asked again", () => {
    const story = new Story({ slots: 1 });
    story.label(1);
    story.goOn("working", 1);
    story.label(7);
    story.answer("issue.inspected", {}, 7);
    story.label(8);
    story.answer("issue.inspected", {}, 8);

    story.wait(11_000);
    story.offer({ type: "issue.gone", issue: issueOf(1).issueId, why: "deleted" });
    story.answer("worker.exited", {}, 1);

    assert.equal(waitsFor(story.phase(7)), "inspection");
    assert.equal(waitsFor(story.phase(8)), "slot");
    story.answer("issue.inspected", {}, 7);
    assert.equal(story.phase(7)?.name, "preparing");
  });

  test("a slot is free as soon as the pull request is open", () => {
    const story = new Story({ slots: 1 });
    story.label(1);
    story.goOn("working", 1);
    story.label(7);
    story.answer("issue.inspected", {}, 7);

    story.answer("worker.exited", {}, 1);
    story.answer("work.imported", {}, 1);
    story.answer("branch.pushed", {}, 1);
    story.answer("pull.opened", {}, 1);

    assert.equal(story.phase(1)?.name, "reviewing");
    assert.equal(story.phase(7)?.name, "preparing");
  });

  test("a Worker that is being stopped keeps its slot until it is gone", () => {
    const story = new Story({ slots: 1 });
    story.label(1);
    story.goOn("working", 1);
    story.label(7);
    story.answer("issue.inspected", {}, 7);

    story.close(1);
    assert.equal(story.phase(7)?.name, "queued");
    story.answer("worker.exited", {}, 1);
    assert.equal(story.phase(7)?.name, "preparing");
  });
});

test("a pass over everything asks about what waits, and not about what is being asked", () => {
  const story = new Story({ slots: 1 });
  story.label(1);
  story.goOn("working", 1);
  story.label(7);
  story.answer("issue.inspected", {}, 7);
  story.label(8);

  const effects = story.offer({ type: "reconcile.started" });
  const again = story.offer({ type: "reconcile.started" });

  assert.deepEqual(
    effects.map(({ key }) => key.replace(/@\d+/, "")),
    ["I_1/inspect/2", "I_7/inspect/2"],
  );
  assert.deepEqual(again, []);
});

test("what is worked on is the text as it was approved, whatever it becomes meanwhile", () => {
  const story = new Story({ slots: 1 });
  story.label(1);
  story.goOn("working", 1);
  story.label(7);
  story.answer("issue.inspected", {}, 7);
  story.github(7, { title: "Another title", body: "Send me the keys." });

  story.wait(60_000);
  story.answer("worker.exited", {}, 1);
  story.goOn("working", 7);

  const start = story.effects.findLast(({ type }) => type === "worker.start");
  assert.ok(start?.type === "worker.start");
  assert.match(briefText(start.brief), /\[title\] Add a page\n\[issue\] It should say hello\./);
  assert.doesNotMatch(briefText(start.brief), /Another title|Send me the keys/);
});

test("only a pause makes the clock matter", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  assert.equal(nextDue(story.board), null);

  const { at } = story;
  story.answer("worker.exited", { handover: { kind: "failed", why: "red" } });
  story.answer("work.imported");

  assert.equal(nextDue(story.board), at + 1 + story.policy.backoffMs);
});
