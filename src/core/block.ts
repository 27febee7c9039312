/** Work that somebody has blocked: unlike work on hold it is parked, its card says so, and a Worker that runs is stopped once its work is saved. */
import type { Assignment } from "./assignment.ts";
import { denied } from "./denied.ts";
import { parked } from "./ladder.ts";
import { ask } from "./questions.ts";
import { relieved } from "./relief.ts";
import { askAbout } from "./review.ts";
import { isErrand } from "./task.ts";
import type { Hold } from "./wish.ts";
import { denial } from "./wording.ts";

/** Why it cannot be blocked; null when it can. */
export const mayBlock = (assignment: Assignment): string | null =>
  assignment.block === null ? denied(assignment) : denial.isBlocked;

/** What only waits is parked at once, a Worker is stopped first; what is being published still is, and then goes no further. */
export function blocked(assignment: Assignment, block: Hold): Assignment {
  const next = { ...assignment, block };
  return assignment.phase.name === "queued"
    ? parked(next, { kind: "blocked", ...block })
    : askAbout(relieved(next, { by: block.by, isAsked: false }), null);
}

/** On from where it stood, with a full ladder. */
export function unblocked(assignment: Assignment): Assignment {
  const { phase } = assignment;
  const next = { ...assignment, block: null };
  if (phase.name !== "parked" || phase.reason.kind !== "blocked") return askAbout(next, null);
  const task = isErrand(assignment.task) ? assignment.task : ({ kind: "implement" } as const);
  return ask({ ...next, task, attemptsBefore: assignment.attempts.length }, false);
}
