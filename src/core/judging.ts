/** What follows from how a pull request stands: a Worker is called to it, it is merged or left to GitHub, or it waits. */
import type { Assignment, Pull } from "./assignment.ts";
import { autoMerged } from "./auto-merge.ts";
import { disappointed, isTaken, takenUp, wishedErrand } from "./errand-wish.ts";
import { errandFor, sentOn } from "./errands.ts";
import { called } from "./foreign.ts";
import { isHeldBy } from "./lane.ts";
import { asFailed, dequeued, enqueued, isEnqueued, removalOf, withRemoval } from "./merge-queue.ts";
import { hindranceOf } from "./merging.ts";
import type { PullState } from "./pull-state.ts";
import { isForeign } from "./standing.ts";
import type { Verdict } from "./verdict.ts";

/** The assignment after GitHub has told how its open pull request stands. */
export function judged(assignment: Assignment, pull: Pull, told: PullState): Assignment {
  if (isForeign(assignment)) return called(assignment, pull, told);
  const removal = removalOf(assignment, pull, told);
  const state = asFailed(told, removal);
  const wished = assignment.block === null ? wishedErrand(assignment, pull, state) : null;
  // What a Worker is about to change must not be merged meanwhile.
  if (wished !== null && isEnqueued(state)) return dequeued(assignment, pull, state);
  if (wished !== null) {
    return sentOn({ ...takenUp(assignment, pull, state), lane: null }, wished);
  }
  const on = assignment.block === null ? disappointed(assignment) : assignment;
  const isOurs = state.head === pull.head;
  const errand = isOurs && on.block === null ? errandFor(on, pull, state) : null;
  if (errand !== null && isEnqueued(state)) return dequeued(on, pull, state);
  if (errand !== null) return sentOn({ ...on, lane: null }, errand);
  const hindrance: Verdict | null = isTaken(on, state)
    ? { kind: "foreign-head" }
    : withRemoval(hindranceOf(on, pull, state), removal);
  const left = enqueued(on, pull, state, hindrance) ?? autoMerged(on, pull, state, hindrance);
  if (left !== null) return left;
  const verdict = hindrance ?? inLine(state);
  const lane = isHeldBy(verdict) ? on.lane : null;
  return { ...on, lane, phase: { name: "reviewing", pull, verdict } };
}

/** Whose turn it is, the whole board tells. */
const inLine = ({ baseBranch: base, isBehind }: PullState): Verdict => ({
  kind: "in-line",
  base,
  isBehind,
  waits: "not",
});
