/** Where GitHub offers to merge by itself, what it still requires is left to it, and taken back when something speaks against the merge. */
import type { Assignment, Pull } from "./assignment.ts";
import type { Event } from "./event.ts";
import type { PullState } from "./pull-state.ts";
import { inspecting } from "./questions.ts";
import type { Verdict } from "./verdict.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** What follows for GitHub's auto-merge; null leaves it as it is. */
export function autoMerged(
  assignment: Assignment,
  pull: Pull,
  { autoMerge, baseBranch: base }: PullState,
  hindrance: Verdict | null,
): Assignment | null {
  if (hindrance !== null) {
    // GitHub knows nothing of what keeps us from merging.
    return autoMerge === "ours" ? begun(assignment, pull, base, "disarm") : null;
  }
  switch (autoMerge) {
    case "none":
      return null;
    case "possible":
      return begun(assignment, pull, base, "arm");
    case "theirs":
    case "ours":
      return armed(assignment, pull);
  }
}

/** GitHub is asked to merge it by itself one day, or to do so no more. */
export function begun(
  assignment: Assignment,
  pull: Pull,
  base: string,
  way: "arm" | "disarm" | "enqueue" | "dequeue",
): Assignment {
  const question = assignment.questions + 1;
  const course = { base, isStale: false, closing: null, hasNews: false, question };
  const phase = { name: "merging", pull, way, ...course } as const;
  return { ...assignment, questions: question, lane: null, phase };
}

const armed = (assignment: Assignment, pull: Pull): Assignment => ({
  ...assignment,
  lane: null,
  phase: { name: "reviewing", pull, verdict: { kind: "armed" } },
});

/** GitHub merges it by itself, or does so no more. */
export function armAccepted(assignment: Assignment, event: Of<"pull.armAccepted">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "merging" || phase.question !== event.question) return assignment;
  const { pull, way, closing, hasNews } = phase;
  const isSettled = way === "arm" && closing === null && !hasNews;
  return isSettled ? armed(assignment, pull) : inspecting(assignment, pull, closing);
}
