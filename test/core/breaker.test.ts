/** Failures that correlate stop everything, and one attempt finds out whether that is over. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Handover, Outcome } from "../../src/core/handover.ts";
import { nextDue } from "../../src/core/schedule.ts";
import type { Waiting } from "../../src/core/waiting.ts";
import { settle } from "../support/settle.ts";
import { Story } from "../support/story.ts";

const minute = 60_000;

/** Issues at work at the same time. */
function working(issues: readonly number[]): Story {
  const story = new Story({ slots: 9, slotsPerRepository: 9 });
  for (const issue of issues) story.label(issue);
  settle(story);
  return story;
}

function fails(
  story: Story,
  issue: number,
  why = "The disk is full.",
  outcome: Outcome = "crashed",
): void {
  const handover: Handover = { kind: "failed", why };
  story.answer("worker.exited", { outcome, handover }, issue);
  story.answer("work.imported", { work: { kind: "empty" } }, issue);
}

function waiting(story: Story, issue: number): Waiting | null {
  const phase = story.phase(issue);
  return phase?.name === "queued" ? phase.waiting : null;
}

const busy = (story: Story, issues: readonly number[]): readonly number[] =>
  issues.filter((issue) => story.phase(issue)?.name === "working");

describe("the breaker", () => {
  test("lets nothing begin for five minutes after the third issue fails alike, and says so", () => {
    const story = working([1, 2, 3]);
    for (const issue of [1, 2, 3]) fails(story, issue);
    const until = story.at - 1 + 5 * minute;

    story.label(4);
    settle(story);
    story.wait(2 * minute);
    settle(story);

    const cause = "crashed: the disk is full.";
    for (const issue of [1, 2, 3, 4]) {
      assert.deepEqual(waiting(story, issue), { for: "breaker", cause, until });
    }
    assert.equal(nextDue(story.board), until);
    assert.match(
      story.text("status"),
      /^Workers of several issues failed for the same cause \(`crashed: the disk is full\.`\), so nothing starts before 2026-11-21T05:35:00Z, and then only one to see whether that is over\.$/m,
    );
  });

  test("then lets one through, and the others when it gets further", () => {
    const story = working([1, 2, 3]);
    for (const issue of [1, 2, 3]) fails(story, issue);
    story.wait(minute * 1.5);
    story.wait(4 * minute);
    settle(story);

    assert.deepEqual(busy(story, [1, 2, 3]), [1]);
    assert.deepEqual(waiting(story, 3), {
      for: "breaker",
      cause: "crashed: the disk is full.",
      until: null,
    });
    assert.equal(nextDue(story.board), null);
    const texts = story.publications().flatMap(({ comments }) => comments.map(({ text }) => text));
    assert.ok(texts.some((text) => /so only one is tried, and the others start when/.test(text)));
    story.wait(30 * minute);
    settle(story);
    assert.deepEqual(busy(story, [1, 2, 3]), [1]);

    story.answer("worker.exited", {}, 1);
    settle(story);
    assert.deepEqual(busy(story, [2, 3]), [2, 3]);
  });

  const ends: readonly [string, string, Outcome, boolean][] = [
    ["opens again when that one fails alike", "The disk is full.", "crashed", true],
    ["closes when that one fails in a way of its own", "No such file.", "crashed", false],
    ["closes when that one says itself that it failed", "The disk is full.", "finished", false],
  ];
  for (const [name, why, outcome, isOpen] of ends) {
    test(name, () => {
      const story = working([1, 2, 3]);
      for (const issue of [1, 2, 3]) fails(story, issue);
      story.wait(6 * minute);
      settle(story);
      story.wait(30 * minute);

      fails(story, 1, why, outcome);
      settle(story);

      assert.deepEqual(busy(story, [2, 3]), isOpen ? [] : [2, 3]);
      const held = waiting(story, 2);
      assert.equal(held?.for === "breaker" && held.until !== null, isOpen);
      if (!isOpen) return;
      story.wait(6 * minute);
      settle(story);
      assert.equal(busy(story, [1, 2, 3]).length, 1);
    });
  }

  test("tries another one when the first is taken back", () => {
    const story = working([1, 2, 3, 4]);
    for (const issue of [1, 2, 3, 4]) fails(story, issue);
    story.wait(6 * minute);
    settle(story);

    story.close(1);
    const handover: Handover = { kind: "failed", why: "stopped" };
    story.answer("worker.exited", { outcome: "stopped", handover }, 1);
    settle(story);

    assert.deepEqual(busy(story, [2, 3, 4]), [2]);
  });

  const closed: readonly [string, (story: Story) => void][] = [
    ["two issues only", (story) => [1, 2].forEach((issue) => fails(story, issue))],
    [
      "causes that differ",
      (story) => [1, 2, 3].forEach((issue) => fails(story, issue, "abc".slice(issue - 1))),
    ],
    [
      "failures that Workers tell of themselves",
      (story) => [1, 2, 3].forEach((issue) => fails(story, issue, "Red.", "finished")),
    ],
    [
      "failures that lie far apart",
      (story) => {
        fails(story, 1);
        fails(story, 2);
        story.wait(11 * minute);
        settle(story);
        fails(story, 3);
      },
    ],
  ];
  for (const [name, happen] of closed) {
    test(`is not opened by ${name}`, () => {
      const story = working([1, 2, 3]);
      happen(story);
      story.wait(2 * minute);
      settle(story);

      const kinds = [1, 2, 3].map((issue) => waiting(story, issue)?.for);
      assert.ok(!kinds.includes("breaker"), kinds.join(", "));
    });
  }

  test("is not opened by a limit whose end is known, but by refusals that say nothing of one", () => {
    for (const [inMs, isOpen] of [
      [20 * minute, false],
      [null, true],
    ] as const) {
      const story = working([1, 2, 3]);
      const handover: Handover = { kind: "failed", why: "The model provider refused." };
      for (const issue of [1, 2, 3]) {
        const retryAt = inMs === null ? null : story.live(issue)!.requestedAt + inMs;
        const outcome = "refused-by-provider";
        const say = { outcome, handover, retryAt: retryAt as typeof story.at | null } as const;
        story.answer("worker.exited", say, issue);
        story.answer("work.imported", {}, issue);
      }
      story.comment(4, "/agent dispatch --agent=scripted");
      settle(story);

      assert.equal(waiting(story, 4)?.for === "breaker", isOpen);
    }
  });
});
