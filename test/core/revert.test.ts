/** What follows when somebody wants merged work back out. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { BoardStatus } from "../../src/core/issue.ts";
import { noErrands } from "../support/answers.ts";
import { Story, rita } from "../support/story.ts";

/** Its issue is closed, because its pull request was merged. */
function merged(): Story {
  const story = new Story();
  story.github(7, { policy: { merge: { isAutomatic: true, method: "squash" }, ...noErrands } });
  story.label(7);
  story.goOn();
  assert.equal(story.phase(7)?.name, "done");
  story.github(7, { isOpen: false, status: "Done" });
  return story;
}

describe("merged work", () => {
  test("is taken back by a pull request, and the card goes back to Ready", () => {
    const story = merged();
    story.comment(7, "/agent revert");
    story.goOn();

    const last = story.publications().at(-1);
    assert.deepEqual(last?.comments, [
      {
        key: "revert-1795239000014",
        id: null,
        records: [],
        frame: null,
        text: [
          "## PR Reverted",
          "",
          "#107 is taken back by #207; until a person has merged that, everything is as it was.",
          "To have the work done anew afterwards, reopen the issue; its card is in Ready.",
        ].join("\n"),
      },
    ]);
    assert.equal(last?.moveTo, "Ready");
    assert.deepEqual(last?.reactions?.add, ["ROCKET"]);
    assert.equal(story.board.size, 0);
  });

  test("is taken back once for one comment, whatever else is heard meanwhile", () => {
    const story = merged();
    story.comment(7, "/agent revert");
    story.answer("issue.inspected");
    assert.deepEqual(story.owes(), ["status.publish", "pull.revert"]);

    story.comment(7, "/agent revert");
    story.offer({ type: "reconcile.started" });

    assert.deepEqual(story.owes(), ["status.publish", "pull.revert"]);
  });

  test("stays where nobody may take it back", () => {
    const story = merged();
    story.comment(7, "/agent revert", rita);
    story.goOn();

    assert.match(story.text("refusal"), /^@rita: nothing was started, because rita has only read/);
    assert.ok(story.effects.every(({ type }) => type !== "pull.revert"));
  });
});

describe("a pull request that cannot be taken back", () => {
  const refusedBy = (say: (story: Story) => void): string => {
    const story = merged();
    story.comment(7, "/agent revert");
    story.answer("issue.inspected");
    say(story);
    story.goOn();
    assert.equal(story.board.size, 0);
    const moves = story.publications().map(({ moveTo }): BoardStatus | null => moveTo);
    assert.equal(moves.at(-1), null);
    return story.text("refusal");
  };

  test("is told with GitHub's reason", () => {
    const why = "GitHub will not take #107 back: it conflicts with @main";
    const text = refusedBy((story) =>
      story.answer("pull.reverted", { outcome: { isOpen: false, why } }),
    );

    assert.match(text, /^@mona: nothing was started, because GitHub will not take .* back: it/);
    assert.doesNotMatch(text, /@main/);
  });

  test("is told when GitHub does not answer", () => {
    const text = refusedBy((story) => story.fail("pull.revert", { why: "it broke" }));

    assert.equal(text, "@mona: nothing was started, because it broke.");
  });
});

test("work under way is not taken back", () => {
  const story = new Story();
  story.label(7);
  story.goOn("working");
  story.comment(7, "/agent revert");
  story.goOn("working");

  assert.match(story.text("refusal"), /because the work on this issue is under way/);
});
