/** Stories of an integration plan: its issue, its parts, and what becomes of them. */
import assert from "node:assert/strict";
import type { Effect } from "../../src/core/effect.ts";
import type { Actor } from "../../src/core/issue.ts";
import { headOf, installation, issueOf, noErrands } from "../support/answers.ts";
import { Story, mona } from "../support/story.ts";

/** Number of the issue that is a plan. */
export const plan = 12;

/** Somebody sets the label. */
export function ask(story: Story, by: Actor = mona): void {
  story.offer({
    type: "issue.requested",
    issue: issueOf(plan).issueId,
    installation,
    by,
    request: { via: "integration" },
    seen: null,
  });
}

/** Mona takes it off. */
export const callOff = (story: Story): readonly Effect[] =>
  story.offer({
    type: "label.removed",
    issue: issueOf(plan).issueId,
    label: "agent:integrate",
    by: mona,
  });

/** A plan with two parts that GitHub has been asked about. */
export function begun(parts: readonly number[] = [1, 2]): Story {
  const story = new Story();
  story.github(plan, { parts, policy: noErrands, title: "Rebuild the pump", body: "In parts." });
  for (const part of parts) {
    const pull = { head: headOf(part, 1), baseBranch: "flow/12" };
    story.github(part, { parent: plan, policy: noErrands, pull });
  }
  ask(story);
  story.goOn();
  return story;
}

/** GitHub tells that a sub-issue is closed. */
export function closed(story: Story, ...parts: readonly number[]): void {
  const already = story.facts.get(plan)?.closedParts ?? [];
  story.github(plan, { closedParts: [...already, ...parts] });
  for (const part of parts) story.close(part);
}

/** A part goes from its request to the merge and is closed. */
export function done(story: Story, part: number): void {
  story.label(part);
  story.goOn();
  assert.equal(story.phase(part)?.name, "done");
  closed(story, part);
}

/** Every effect of a type so far. */
export const orders = <Type extends Effect["type"]>(
  story: Story,
  type: Type,
): readonly Extract<Effect, { type: Type }>[] =>
  story.effects.filter((effect): effect is Extract<Effect, { type: Type }> => effect.type === type);

/** What the plan's comment says. */
export const text = (story: Story): string =>
  story
    .publications()
    .filter(({ issue }) => issue === issueOf(plan).issueId)
    .flatMap(({ comments }) => comments)
    .findLast(({ key }) => key.startsWith("status-"))?.text ?? "";
