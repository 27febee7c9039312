/** A tracking issue that is about some of a repository's issues only. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { scopeName, scopeOf } from "../../src/core/scope.ts";
import type { Facts } from "../support/answers.ts";
import { installation, issueOf, noErrands } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

const tracker = 90;
const merging: Facts = { policy: { merge: { isAutomatic: true, method: "squash" }, ...noErrands } };

/** 7 belongs to the milestone and 8 to the epic; both are merged. */
function merged(scope: string | null): Story {
  const story = new Story();
  if (scope !== null) story.github(tracker, { scope });
  story.offer({
    type: "issue.requested",
    issue: issueOf(tracker).issueId,
    installation,
    by: mona,
    request: { via: "tracking" },
    seen: null,
  });
  story.github(7, { ...merging, milestone: "Version 2" });
  story.github(8, { ...merging, labels: ["Epic-Payments"] });
  for (const number of [7, 8]) story.label(number);
  story.goOn();
  story.wait(30_000);
  return story;
}

const done = (story: Story): string | undefined =>
  story
    .text("state")
    .split("\n")
    .find((line) => line.startsWith("| Done |"));

describe("the scope of a tracking issue", () => {
  const cases: readonly (readonly [string | null, string, string])[] = [
    [null, "all", "| Done | 2 | #7, #8 |"],
    ["All", "all", "| Done | 2 | #7, #8 |"],
    ["milestone version 2", "milestone version 2", "| Done | 1 | #7 |"],
    ["epic-payments", "epic-payments", "| Done | 1 | #8 |"],
    ["milestone 3", "milestone 3", "| Done | 0 | – |"],
    ["the sprint", "all", "| Done | 2 | #7, #8 |"],
  ];
  for (const [scope, name, line] of cases) {
    test(`that says ${scope ?? "nothing"} is ${name}`, () => {
      assert.equal(scopeName(scopeOf({ scope })), name);
      assert.equal(done(merged(scope)), line);
    });
  }

  test("is told in the comment and in the record", () => {
    const story = merged("milestone Version 2");

    const comments = story.publications().flatMap((one) => one.comments);
    const state = comments.findLast(({ key }) => key.startsWith("state"));
    assert.match(
      state?.text ?? "",
      /^\*\*Status:\*\* complete: nothing in scope is waiting, under way or open\n\*\*Scope:\*\* `milestone Version 2`$/m,
    );
    assert.equal(state?.records[0]?.payload["scope"], "milestone Version 2");
  });

  test("that is none is told what it could be", () => {
    assert.match(
      merged("the sprint").text("state"),
      /\*\*Scope:\*\* all, because `the sprint` is none: write/,
    );
  });

  test("is complete although work out of it goes on", () => {
    const story = merged("milestone Version 2");

    story.label(9);
    story.goOn("working", 9);
    story.wait(30_000);

    assert.match(story.text("state"), /\*\*Status:\*\* complete/);
    assert.doesNotMatch(story.text("state"), /#9/);
  });

  test("is read again when the text is edited", () => {
    const story = merged(null);

    story.github(tracker, { scope: "epic-payments" });
    story.offer({ type: "dependencies.changed", issue: issueOf(tracker).issueId });
    story.goOn();
    story.wait(30_000);

    assert.match(story.text("state"), /\*\*Scope:\*\* `epic-payments`/);
    assert.equal(story.phase(tracker)?.name, "tracking");
  });

  test("stays as it was when GitHub does not answer", () => {
    const story = merged("epic-payments");
    story.goOn();

    story.offer({ type: "dependencies.changed", issue: issueOf(tracker).issueId });
    story.fail("issue.inspect");

    assert.equal(story.phase(tracker)?.name, "tracking");
    assert.deepEqual(story.owes(), []);
  });
});
