/** Errands that somebody asks for: begun whatever was tried before and whoever pushed the head, where there is something to do. */
import type { Assignment, Pull } from "./assignment.ts";
import type { PullState } from "./pull-state.ts";
import { failureOf, unheard } from "./errands.ts";
import type { Errand } from "./task.ts";
import { currentAttempt, isForeign, pullOf } from "./standing.ts";
import type { ErrandWish } from "./wish.ts";
import { denial } from "./wording.ts";

/** Why a Worker cannot be called to the pull request; null when it can, at once or after the one that is there. */
export function mayAskForErrand(assignment: Assignment, kind: Errand["kind"]): string | null {
  const { phase, task } = assignment;
  if (isForeign(assignment)) return denial.oneAtATime;
  switch (phase.name) {
    case "reviewing":
      return assignment.block === null ? null : denial.waitsAlready;
    case "queued":
    case "preparing":
    case "working":
    case "publishing":
      if (pullOf(assignment) === null) return denial.noPull;
      return (currentAttempt(assignment)?.task ?? task).kind === kind ? denial.calledAlready : null;
    case "parked":
      return denial.waitsAlready;
    case "merging":
      return denial.merging;
    case "tracking":
      return denial.noPull;
    case "cleaning":
    case "done":
    case "withdrawn":
      return denial.ended;
  }
}

/** What was asked for, on the head as it is; null when nobody asks, or there is nothing to do. */
export function wishedErrand(assignment: Assignment, pull: Pull, state: PullState): Errand | null {
  const kind = pendingKind(assignment);
  const on = { ...pull, head: state.head };
  switch (kind) {
    case null:
      return null;
    case "rebase":
      return { kind, pull: on, base: state.base };
    case "fix":
      return failureOf(on, state);
    case "revise": {
      // Whoever asks again wants all of it looked at once more.
      const fresh = unheard(assignment, pull, state);
      const critiques = fresh.length > 0 ? fresh : state.critiques;
      return critiques.length > 0 ? { kind, pull: on, critiques } : null;
    }
  }
}

/** Does somebody wait for this kind of errand to begin? */
export const isWished = (assignment: Assignment, kind: ErrandWish["kind"]): boolean =>
  pendingKind(assignment) === kind;

/** What somebody still waits for. */
export const pendingKind = ({ errandWish }: Assignment): ErrandWish["kind"] | null =>
  errandWish === null || errandWish.isVain ? null : errandWish.kind;

/** A wish that the pull request gave no reason for stays, to be told of. */
export const disappointed = (assignment: Assignment): Assignment =>
  assignment.errandWish === null || assignment.errandWish.isVain
    ? assignment
    : { ...assignment, errandWish: { ...assignment.errandWish, isVain: true } };

/** The errand takes up what was wished for, on a head that may be somebody else's: the branch is then gone on with from there. */
export function takenUp(assignment: Assignment, pull: Pull, { head }: PullState): Assignment {
  const settled = { ...assignment, errandWish: null };
  if (head === pull.head || assignment.pushed === null) return settled;
  return {
    ...settled,
    pushed: { ...assignment.pushed, head },
    errands: [...assignment.errands, takenKey(head)],
  };
}

/** Is the head somebody else's that a Worker was called to? It is worked on, but not merged by us. */
export const isTaken = ({ errands }: Assignment, { head }: PullState): boolean =>
  errands.includes(takenKey(head));

const takenKey = (head: string): string => `taken/${head}`;
