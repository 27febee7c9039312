/** `--depends-on`: handed over to GitHub once whoever asked may have that, and kept where GitHub will not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Effect } from "../../src/core/effect.ts";
import { Story } from "../support/story.ts";

type Inspect = Extract<Effect, { type: "issue.inspect" }>;

function inspections(story: Story): readonly Inspect["dependsOn"][] {
  const isInspect = (one: Effect): one is Inspect => one.type === "issue.inspect";
  return story.effects.filter(isInspect).map(({ dependsOn }) => dependsOn);
}

/** The issue waits for #3 and its text, or GitHub, for #4. */
function asked(): Story {
  const story = new Story();
  story.github(7, { blockers: [3, 4], unknownBlockers: ["#9"] });
  story.comment(7, "/agent dispatch --depends-on #3,#9");
  story.answer("issue.inspected");
  return story;
}

test("GitHub is asked about what somebody named, and told of what is open of it", () => {
  const story = asked();

  const order = story.effects.find(({ type }) => type === "dependencies.add");
  assert.deepEqual(inspections(story), [["#3", "#9"]]);
  assert.ok(order?.type === "dependencies.add");
  assert.deepEqual(
    order.blockers.map(({ reference }) => reference),
    ["#3"],
  );
  story.goOn();
  assert.match(story.text("status"), /Waits until #3, #4 are closed\.\n\nIt is said to wait for/);
});

test("what GitHub knows is left to GitHub, where people can take it away", () => {
  const story = asked();
  story.answer("dependencies.added");

  story.offer({ type: "reconcile.started" });

  assert.deepEqual(inspections(story).at(-1), ["#9"]);
});

test("what GitHub does not take is waited for all the same, and not offered again", () => {
  const story = asked();
  story.fail("dependencies.add");

  story.offer({ type: "reconcile.started" });
  story.goOn();

  assert.deepEqual(inspections(story).at(-1), ["#3", "#9"]);
  assert.equal(story.effects.filter(({ type }) => type === "dependencies.add").length, 1);
  story.github(7, { blockers: [] });
  story.close(3);
  story.goOn("working", 7);
});

test("whoever may not ask for work makes nothing wait", () => {
  const story = new Story();
  story.github(7, { blockers: [3], permission: "read" });

  story.comment(7, "/agent dispatch --depends-on #3");
  story.goOn();

  assert.ok(!story.effects.some(({ type }) => type === "dependencies.add"));
});

test("parked work that somebody dispatches once more waits for what they name", () => {
  const story = new Story();
  story.comment(7, "/agent dispatch --depends-on #3");
  story.answer("issue.inspected");
  story.fail("status.publish");
  assert.equal(story.phase()?.name, "parked");

  story.github(7, { blockers: [3, 4] });
  story.comment(7, "/agent dispatch --depends-on #4", undefined, 2);
  story.answer("issue.inspected");

  assert.deepEqual(inspections(story).at(-1), ["#3", "#4"]);
  assert.ok(story.owes().includes("dependencies.add"));
});
