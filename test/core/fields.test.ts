/** What the board's other fields tell: whether the pull request holds, and the criteria. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CardField } from "../../src/core/issue.ts";
import type { Facts } from "../support/answers.ts";
import { noErrands } from "../support/answers.ts";
import { Story } from "../support/story.ts";

const select = (id: string, ...names: readonly string[]): CardField => ({
  id,
  options: Object.fromEntries(names.map((name) => [name, `${id}-${name}`])),
});

const whole: Facts = {
  fields: {
    Verification: select("V", "Not Verified", "Failing", "Partial", "Passing"),
    "Verified By": select("B", "agent", "ci", "human"),
    "Criteria Met": { id: "M", options: null },
    "Criteria Total": { id: "T", options: null },
    "Last Verified": { id: "L", options: null },
  },
  criteria: { met: 1, total: 3 },
};

const merging: Facts = { policy: { merge: { isAutomatic: true, method: "squash" }, ...noErrands } };

/** What was written to the card's fields, publication by publication. */
const written = (story: Story): readonly (readonly (string | number)[])[] =>
  story.publications().map(({ fields }) => fields.flatMap(({ name, value }) => [name, value]));

const worked = (facts: Facts): Story => {
  const story = new Story();
  story.github(7, { ...whole, ...facts });
  story.label(7);
  story.goOn();
  return story;
};

describe("a board that has the fields", () => {
  test("is told with the column's moves, and not in publications of its own", () => {
    const story = worked(merging);

    assert.equal(story.phase()?.name, "done");
    assert.deepEqual(
      story.publications().map(({ moveTo }) => moveTo),
      ["In Progress", "In Review", "Done"],
    );
    assert.deepEqual(written(story), [
      ["Verification", "Not Verified", "Criteria Met", 1, "Criteria Total", 3],
      [],
      ["Verification", "Passing", "Last Verified", "2026-11-21", "Verified By", "ci"],
    ]);
  });

  test("is told of failed checks, and of nothing while checks run", () => {
    const story = worked({ ...merging, pull: { checks: "pending" } });
    assert.ok(!written(story).flat().includes("Last Verified"));

    story.github(7, { pull: { checks: "failing" } });
    story.offer({ type: "reconcile.started" });
    story.goOn();

    assert.deepEqual(written(story).at(-1), [
      "Verification",
      "Failing",
      "Last Verified",
      "2026-11-21",
      "Verified By",
      "ci",
    ]);
  });

  test("is told of green work that still needs its review", () => {
    const review = { isAutomatic: true };
    const story = worked({ policy: { ...merging.policy, review } });

    assert.ok(written(story).flat().includes("Partial"));
    assert.ok(!written(story).flat().includes("Passing"));
  });

  test("keeps people's numbers where the text has no checkboxes", () => {
    const story = worked({ ...merging, criteria: { met: 0, total: 0 } });

    assert.ok(!written(story).flat().includes("Criteria Total"));
  });
});

test("a board that lacks fields or options is told the rest", () => {
  const fields: Facts["fields"] = {
    Verification: { id: "V", options: { Passing: "V-Passing" } },
    "Last Verified": { id: "L", options: null },
  };
  const story = worked({ ...merging, fields });

  assert.deepEqual(written(story).flat(), [
    "Verification",
    "Passing",
    "Last Verified",
    "2026-11-21",
  ]);
});

test("a board without any is told nothing, in as many publications", () => {
  const story = worked({ ...merging, fields: {} });

  assert.deepEqual(written(story), [[], [], []]);
});
