/** How random stories begin: with what is told of the beginning, because few come so far by chance. */
import type { Handover } from "../../src/core/handover.ts";
import { installation, issueOf } from "../support/answers.ts";
import { mona } from "../support/story.ts";
import { CheckedStory, answer } from "./invariants.ts";

/** Few slots, and two of four issues in a repository where we merge; each story has one of seven beginnings. */
export function begin(size: number): CheckedStory {
  const story = new CheckedStory({
    slots: 1 + (size % 3),
    slotsPerRepository: 1 + (size % 2),
    reviewLimit: size % 4 === 0 ? 1 : null,
  });
  for (const issue of [1, 2]) {
    // A conflict stands only where nobody is called to resolve it.
    const pulls = { rebase: issue % 2 === 0, fix: true, revise: true, attempts: 3 };
    const review = { isAutomatic: issue === 2 };
    const merge = { isAutomatic: true, method: "squash" } as const;
    story.github(issue, { policy: { merge, pulls, review } });
  }
  if (size % 3 === 2) {
    for (const issue of [3, 4]) story.github(issue, { touches: ["src/**"] });
  }
  if (size % 7 === 0) integrate(story, 4, [1, 2, 3]);
  else if (size % 7 === 1) integrate(story, 3, [1]);
  else prepare(story, size);
  return story;
}

function prepare(story: CheckedStory, size: number): void {
  if (size % 5 === 0) fallBehind(story, 1);
  if (size % 5 === 1) callTo(story, 3);
  if (size % 5 === 2) failTwice(story, 4);
  if (size % 5 === 3) ask(story, 2);
  if (size % 10 === 3) hear(story, 2);
  if (size % 5 === 4) failAlike(story, [1, 2, 3]);
}

/** An integration plan; of a plan with one part that part is merged. */
function integrate(story: CheckedStory, plan: number, parts: readonly number[]): void {
  story.github(plan, { parts });
  for (const part of parts) story.github(part, { parent: plan });
  const { issueId } = issueOf(plan);
  const request = { via: "integration" } as const;
  story.offer({
    type: "issue.requested",
    issue: issueId,
    installation,
    by: mona,
    request,
    seen: null,
  });
  const [part = 0] = parts;
  story.label(part);
  // The part is looked at first, and has to wait for what is said of its plan.
  story.answer("issue.inspected", {}, part);
  story.answer("issue.inspected", {}, plan);
  if (parts.length > 1) return;
  story.goOn("cleaning", part);
  story.github(plan, { closedParts: parts });
}

/** A Worker is at work on a pull request whose checks have failed. */
function callTo(story: CheckedStory, issue: number): void {
  story.github(issue, { pull: { checks: "failing", failures: [] } });
  story.label(issue);
  story.goOn("reviewing", issue);
  story.goOn("working", issue);
  story.github(issue, { pull: {} });
}

/** A green pull request is to be brought up to date before it is merged. */
function fallBehind(story: CheckedStory, issue: number): void {
  story.github(issue, { pull: { isBehind: true } });
  story.label(issue);
  story.goOn("merging", issue);
  story.github(issue, { pull: {} });
}

/** A Worker waits for an answer. */
function ask(story: CheckedStory, issue: number): void {
  story.label(issue);
  story.goOn("working", issue);
  story.answer("worker.exited", { handover: { kind: "blocked", question: "Which colour?" } });
  story.answer("work.imported");
}

/** Somebody gives it. */
function hear(story: CheckedStory, issue: number): void {
  story.comment(issue, answer);
  story.goOn("working", issue);
}

/** Whoever named an agent has seen it fail, and what was found out about that. */
function failTwice(story: CheckedStory, issue: number): void {
  story.comment(issue, "/agent dispatch --agent=scripted");
  for (const handover of [failed, done]) {
    story.goOn("working", issue);
    story.answer("worker.exited", { handover });
    story.answer("work.imported");
    story.wait(600_000);
  }
}

/** Workers of several issues have crashed alike, so that nothing more begins. */
function failAlike(story: CheckedStory, issues: readonly number[]): void {
  for (const issue of issues) {
    story.label(issue);
    story.goOn("working", issue);
    story.answer("worker.exited", { outcome: "crashed", handover: failed }, issue);
    story.answer("work.imported", {}, issue);
  }
  story.wait(60_000);
}

const failed: Handover = { kind: "failed", why: "The tests are red." };
const done: Handover = { kind: "ready", summary: "Done.", testing: "", replies: [] };
