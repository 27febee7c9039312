/** Who of those that wait begins first, and how people are told. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { rankOf } from "../../src/core/priority.ts";
import type { Facts } from "../support/answers.ts";
import { issueOf, someIssue } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const rank = (facts: Facts): number => rankOf(someIssue(7, facts));

describe("the priority of an issue", () => {
  const cases: readonly (readonly [string, Facts, number])[] = [
    ["is the usual one where nothing tells", {}, 5],
    ["is told by the board's field, in any case", { priority: "Critical" }, 10],
    ["is told by GitHub's own names of the field's options", { priority: "P1" }, 8],
    ["is told by a label", { labels: ["bug", "priority:urgent"] }, 10],
    ["is told by a plain label", { labels: ["High"] }, 8],
    ["is told by a plan's number", { labels: ["priority:3"] }, 3],
    ["is the highest of several labels", { labels: ["low", "priority:high"] }, 8],
    ["is the board's where both tell", { priority: "Low", labels: ["priority:urgent"] }, 2],
    [
      "is the label's where the board says what we do not know",
      { priority: "Soon", labels: ["low"] },
      2,
    ],
    ["is not told by what only looks like it", { labels: ["priority:11", "highway", "5"] }, 5],
  ];
  for (const [title, facts, expected] of cases) {
    test(title, () => assert.equal(rank(facts), expected));
  }
});

describe("those who wait for the only slot", () => {
  /** 7 is at work; 8 to 11 came after it in this order. */
  const crowded = (): Story => {
    const story = new Story({ slots: 1 });
    story.github(9, { labels: ["priority:high"] });
    story.github(10, { priority: "Critical" });
    story.github(11, { labels: ["low"] });
    for (const number of [7, 8, 9, 10, 11]) {
      story.label(number);
      story.goOn("working", 7);
      while (story.owes().includes("issue.inspect")) story.answer("issue.inspected");
    }
    return story;
  };

  const begunIn = (story: Story): readonly number[] =>
    story.effects.flatMap((effect) =>
      effect.type === "worktree.create" ? [effect.issueNumber] : [],
    );

  test("begin by priority, and by age where that is the same", () => {
    const story = crowded();

    story.comment(7, "/agent stop");
    story.answer("actor.inspected");
    story.goOn();

    assert.deepEqual(begunIn(story), [7, 10, 9, 8, 11]);
  });

  test("are told by `why` who comes before them", () => {
    const story = crowded();
    const why = (number: number): string => {
      story.comment(number, "/agent why", undefined, number);
      return story.text("reply");
    };

    assert.equal(
      why(10),
      "All workers are busy; it starts as soon as one is free. It is the next one.",
    );
    assert.match(why(9), / Before it, by priority and then by age, comes #10\.$/);
    assert.match(why(11), / Before it, by priority and then by age, come #10, #9, #8\.$/);
  });

  test("are not told the numbers of another repository's issues", () => {
    const story = new Story({ slots: 1 });
    story.github(8, { repository: 10 });
    for (const number of [7, 8, 9]) {
      story.label(number);
      story.goOn("working", 7);
      while (story.owes().includes("issue.inspect")) story.answer("issue.inspected");
    }

    story.comment(9, "/agent why");

    assert.match(story.text("reply"), / Before it, by priority and then by age, comes 1 more\.$/);
  });

  test("change places when a priority changes", () => {
    const story = crowded();

    story.github(8, { priority: "Urgent" });
    story.offer({ type: "dependencies.changed", issue: issueOf(8).issueId });
    story.answer("issue.inspected", {}, 8);
    story.comment(7, "/agent stop");
    story.answer("actor.inspected");
    story.goOn();

    assert.deepEqual(begunIn(story), [7, 8, 10, 9, 11]);
  });
});
