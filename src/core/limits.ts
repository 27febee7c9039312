/** How far one run may go: most of the turns and the time are for the work, the rest is kept for handing it over. */
import type { Assignment } from "./assignment.ts";
import type { Attempt, Run } from "./attempt.ts";
import type { Limits } from "./policy.ts";
import { isBuiltUpon } from "./task.ts";

/** The part of an attempt after which the Worker has to hand over. */
const handoverAt = 0.9;
/** A Worker that only looks is not to take as long as one that works. */
const mostResearchTurns = 50;
const fewestHandoverTurns = 3;

/** The limits of a run, from those of the repository. */
export function limitsOf(
  { policy: { limits } }: Pick<Assignment, "policy">,
  { task }: Attempt,
  { left }: Run,
): Limits {
  if (!isBuiltUpon(task)) {
    return { ...limits, turns: Math.min(limits.turns, mostResearchTurns) };
  }
  const part = left === null ? handoverAt : 1 - handoverAt;
  return {
    ...limits,
    turns: Math.max(fewestHandoverTurns, Math.round(limits.turns * part)),
    wallClockMs: Math.round(limits.wallClockMs * part),
  };
}
