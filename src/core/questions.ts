/** When GitHub is asked about an issue: one question at a time, and once more when something was heard meanwhile. */
import type { Asking } from "./asking.ts";
import type { Assignment, Phase, Pull } from "./assignment.ts";
import type { Closing } from "./verdict.ts";

/** Is GitHub being asked about the issue? */
export function isAsked({ phase }: Assignment): boolean {
  switch (phase.name) {
    case "queued":
      return phase.waiting.for === "inspection";
    case "working":
      return phase.isDoubted;
    case "parked":
      return phase.asking !== null;
    case "tracking":
      return phase.isAsked;
    case "preparing":
    case "publishing":
    case "reviewing":
    case "merging":
    case "cleaning":
    case "done":
    case "withdrawn":
      return false;
  }
}

/** GitHub has something to tell that we may not know: it is asked, or asked once more after the answer under way. */
export function askedAfresh(assignment: Assignment): Assignment {
  const { phase } = assignment;
  if (phase.name === "tracking" && !phase.isAsked) {
    const questions = assignment.questions + 1;
    return { ...assignment, questions, phase: { ...phase, isAsked: true } };
  }
  if (phase.name !== "queued") return assignment;
  const { waiting } = phase;
  switch (waiting.for) {
    case "inspection":
      return waiting.hasNews
        ? assignment
        : { ...assignment, phase: { ...phase, waiting: { ...waiting, hasNews: true } } };
    case "slot":
    case "blockers":
    case "overlap":
    case "reviews":
    case "approval":
    case "claim":
    case "unhold":
    case "plan":
    case "parts":
      return ask(assignment, false);
    case "revert":
    case "integration":
    case "machine":
      // What is known already is enough for that.
      return assignment;
    case "time":
    case "provider":
    case "breaker":
      // The end of the pause asks anyway.
      return assignment;
  }
}

/** GitHub is asked about a queued issue; `hasSlot` keeps a slot free for the answer. */
export const ask = (assignment: Assignment, hasSlot: boolean): Assignment => ({
  ...assignment,
  questions: assignment.questions + 1,
  phase: { name: "queued", waiting: { for: "inspection", hasSlot, hasNews: false } },
});

/** A parked assignment stays parked until GitHub has said that whoever asks may have it go on. */
export const askedToGoOn = (
  parked: Assignment,
  phase: Extract<Phase, { name: "parked" }>,
  asking: Asking,
): Assignment => ({ ...parked, questions: parked.questions + 1, phase: { ...phase, asking } });

/** Webhooks can be lost: while a Worker is busy GitHub is asked from time to time whether that is still wanted. */
export function doubted(assignment: Assignment): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working" || phase.isDoubted) return assignment;
  const questions = assignment.questions + 1;
  return { ...assignment, questions, phase: { ...phase, isDoubted: true } };
}

/** GitHub is asked about the pull request. */
export const inspecting = (
  assignment: Assignment,
  pull: Pull,
  closing: Closing | null,
): Assignment => ({
  ...assignment,
  task: { kind: "implement" },
  questions: assignment.questions + 1,
  phase: { name: "reviewing", pull, verdict: { kind: "inspecting", closing, hasNews: false } },
});
