/** A Worker that a person has hand over before its turns are used up: another one goes on from its commits and its notes. */
import type { Assignment } from "./assignment.ts";
import type { Relief } from "./attempt.ts";
import { isBuiltUpon } from "./task.ts";
import { denial } from "./wording.ts";

/** Why nobody can hand over; null when the Worker can. */
export function mayHandOver({ phase }: Assignment): string | null {
  if (phase.name !== "working") return denial.nobodyWorks;
  if (!isBuiltUpon(phase.attempt.task)) return denial.onlyLooks;
  return phase.relief !== null || phase.run.left !== null ? denial.handsOver : null;
}

/** The Worker is stopped, then called back once to write down how far it is. A person's word begins a new ladder: the next one is not the last because of it. */
export const handingOver = (assignment: Assignment, by: string): Assignment => ({
  ...relieved(assignment, { by, isAsked: true }),
  attemptsBefore: assignment.attempts.length,
});

/** The run under way is to stop; where none is, nothing changes. */
export function relieved(assignment: Assignment, relief: Relief): Assignment {
  const { phase } = assignment;
  return phase.name === "working" ? { ...assignment, phase: { ...phase, relief } } : assignment;
}
