/** Pull requests that Yardmaster did not open: one request at a time is carried out there, and over when it is done; what becomes of them is not ours. */
import type { Assignment, Pull } from "./assignment.ts";
import { begun } from "./begin.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import { end } from "./ending.ts";
import { pendingKind, wishedErrand } from "./errand-wish.ts";
import { whyVain } from "./errand-wish-text.ts";
import { sentOn } from "./errands.ts";
import { pullNumber, workerId } from "./ids.ts";
import type { Inspection, Wanted } from "./issue.ts";
import { setAsideBy } from "./merging.ts";
import type { PullState } from "./pull-state.ts";
import { inspecting } from "./questions.ts";
import { askedToReview } from "./review-gate.ts";
import { isForeign, pullOf } from "./standing.ts";
import type { Turn } from "./turn.ts";
import type { Wish } from "./wish.ts";
import { refusal } from "./wording.ts";

/** What a wish asks for that may be done on any pull request; null for all others. */
export function wantedBy(wish: Wish): Wanted | null {
  if (wish.kind === "errand") return wish.errand;
  return wish.kind === "review" ? wish.kind : null;
}

/** Waits for GitHub's word whether it may be done. The pull request stands where an issue would. */
export function begunOnPull(board: Board, turn: Turn, wanted: Wanted): Assignment {
  const { comment, by, seen } = turn;
  const request = { via: "pull", comment, wanted } as const;
  const waiting = begun(board, { ...turn, issue: turn.place }, { request, seen });
  return wanted === "review"
    ? askedToReview(waiting)
    : { ...waiting, errandWish: { kind: wanted, by: by.login, isVain: false } };
}

/** Who may have it done is known; now GitHub is asked how the pull request stands. Null once that is known too. */
export function lookedFor(
  assignment: Assignment,
  { issue, head }: Extract<Inspection, { found: true }>,
): Assignment | null {
  if (head === null || pullOf(assignment) !== null) return null;
  const { number, url } = issue;
  // No attempt of ours has opened it.
  const worker = workerId(number, assignment.requestedAt);
  const pull: Pull = { number: pullNumber(number), url, head, worker, attempt: 0 };
  return inspecting(assignment, pull, null);
}

/** A Worker is called as was asked for, or whoever asked is told why none is. */
export function called(assignment: Assignment, pull: Pull, state: PullState): Assignment {
  const on: Pull = { ...pull, head: state.head };
  const known = { ...assignment, pushed: { branch: state.headBranch, head: state.head } };
  if (isReviewAsked(assignment))
    return sentOn(known, { kind: "review", pull: on, base: state.base });
  const kind = pendingKind(assignment);
  // It has been worked on, and the one request is over.
  if (kind === null) return assignment;
  const why = unwritable(state);
  if (why !== null) return end(assignment, { kind: "refused", why });
  const errand = wishedErrand(assignment, on, state);
  return errand === null
    ? end(assignment, { kind: "refused", why: whyVain(kind) })
    : sentOn({ ...known, errandWish: null }, errand);
}

/** Why nothing can be pushed to it, or nobody wants that; null when it can. */
function unwritable(state: PullState): string | null {
  const { headPlace, headBranch } = state;
  if (headPlace === "fork") return refusal.fork(headBranch);
  if (headPlace === "default") return refusal.defaultBranch(headBranch);
  return setAsideBy(state);
}

/** The board on which nothing of others' rests with us: what would wait for a person, or for checks, has come to its end. */
export function withoutForeignRest(board: Board): Board {
  let next = board;
  for (const assignment of board.values()) {
    const over = isForeign(assignment) ? rested(assignment) : assignment;
    if (over !== assignment) next = withAssignment(next, over);
  }
  return next;
}

function rested(assignment: Assignment): Assignment {
  const { phase } = assignment;
  const pull = pullOf(assignment);
  if (phase.name === "parked") {
    return end(assignment, { kind: "errand-over", pull, reason: phase.reason });
  }
  if (phase.name !== "reviewing") return assignment;
  if (!isReviewAsked(assignment) && pendingKind(assignment) === null) {
    return end(assignment, { kind: "errand-over", pull, reason: null });
  }
  return phase.verdict.kind === "refused"
    ? end(assignment, { kind: "refused", why: phase.verdict.why })
    : assignment;
}

const isReviewAsked = ({ reviews }: Assignment): boolean => reviews.asked === "now";
