/** How a repository's work stands, as a tracking issue tells it. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import type { IssueNumber, Millis, PullNumber } from "./ids.ts";
import type { Issue } from "./issue.ts";
import { isInScope, scopeOf } from "./scope.ts";
import type { Scope } from "./scope.ts";
import { isAside, isForeign, pullOf } from "./standing.ts";

/** The seed's label of the issue on which a repository's work is reported. */
export const trackingLabel = "orchestration-tracking";

/** What the tracking issue tells, and when it will be looked at again. */
export type Tracking = {
  /** Null before the first one. */
  readonly report: Report | null;
  /** When the report was drawn up. */
  readonly reportedAt: Millis;
  /** Since when nothing goes on; null while something does. */
  readonly asleepSince: Millis | null;
  /** When the next one is, because something has changed; null while nothing has. */
  readonly dueAt: Millis | null;
  /** Issues whose work was merged meanwhile, oldest first. */
  readonly complete: readonly IssueNumber[];
  /** GitHub is being asked what its text says now. */
  readonly isAsked: boolean;
};

/** Issues by where their work stands, each list in order of number. */
export type Report = {
  readonly scope: Scope;
  readonly pending: readonly IssueNumber[];
  readonly inProgress: readonly IssueNumber[];
  readonly inReview: readonly IssueNumber[];
  readonly blocked: readonly IssueNumber[];
  readonly complete: readonly IssueNumber[];
  /** Our open pull requests. */
  readonly pulls: readonly PullNumber[];
  readonly sleep: Sleep | null;
};

/** Why nothing goes on, in the seed's words and one more: pull requests that wait for people. */
export type Sleep = {
  readonly reason: "waiting_for_ci" | "waiting_for_review" | "all_remaining_blocked";
  readonly waitingOn: readonly PullNumber[];
};

/** A tracking issue before its first report, which is due at once. */
export const nothingReported = (at: Millis): Tracking => ({
  report: null,
  reportedAt: at,
  asleepSince: null,
  dueAt: at,
  complete: [],
  isAsked: false,
});

/** The report on a repository's work, as far as the tracking issue is about it. What passes in a moment does not show in it. */
export function reportOn(board: Board, tracking: Issue, complete: readonly IssueNumber[]): Report {
  const scope = scopeOf(tracking);
  const here = ownInScope(board, tracking);
  const at = (place: Place): readonly Assignment[] =>
    here.filter((assignment) => placeOf(assignment) === place);
  const places = {
    pending: numbersOf(at("pending")),
    inProgress: numbersOf(at("in-progress")),
    inReview: numbersOf(at("in-review")),
    blocked: numbersOf(at("blocked")),
  };
  const live = here.filter((assignment) => placeOf(assignment) !== null);
  const pulls = inOrder(live.flatMap((one) => pullOf(one)?.number ?? []));
  const isIdle = places.pending.length === 0 && places.inProgress.length === 0;
  const sleep = isIdle ? sleepOf(at("in-review"), places.blocked) : null;
  return { scope, ...places, complete, pulls, sleep };
}

/** What the tracking issue is about. */
export function inScope(board: Board, tracking: Issue): readonly Assignment[] {
  const scope = scopeOf(tracking);
  return [...board.values()].filter(
    (one) =>
      one.issue?.repository.id === tracking.repository.id && !isAside(one) && isInScope(scope, one),
  );
}

/** What it reports on: what is done on others' pull requests is no issue's work. */
export const ownInScope = (board: Board, tracking: Issue): readonly Assignment[] =>
  inScope(board, tracking).filter((one) => !isForeign(one));

/** Where work stands that goes on. */
export type Place = "pending" | "in-progress" | "in-review" | "blocked";

/** Null for what nobody works on any more. */
export function placeOf(assignment: Assignment): Place | null {
  switch (assignment.phase.name) {
    case "queued":
      return pullOf(assignment) === null ? "pending" : "in-review";
    case "preparing":
    case "working":
    case "publishing":
      return "in-progress";
    case "reviewing":
    case "merging":
      return "in-review";
    case "parked":
      return "blocked";
    case "cleaning":
    case "tracking":
    case "done":
    case "withdrawn":
      return null;
  }
}

function sleepOf(inReview: readonly Assignment[], blocked: readonly IssueNumber[]): Sleep | null {
  // Somebody is about to be called to a pull request.
  if (inReview.some(({ phase }) => phase.name === "queued")) return null;
  const waitingOn = inOrder(inReview.flatMap((one) => pullOf(one)?.number ?? []));
  if (waitingOn.length === 0) {
    return blocked.length === 0 ? null : { reason: "all_remaining_blocked", waitingOn };
  }
  const reason = inReview.every(isWaitingForChecks) ? "waiting_for_ci" : "waiting_for_review";
  return { reason, waitingOn };
}

/** A moment's look at a pull request, and its merge, follow on checks. */
function isWaitingForChecks({ phase }: Assignment): boolean {
  if (phase.name !== "reviewing") return true;
  const { verdict } = phase;
  if (verdict.kind === "inspecting" || verdict.kind === "in-queue") return true;
  return verdict.kind === "checks" && (verdict.checks === "pending" || verdict.checks === "none");
}

const numbersOf = (assignments: readonly Assignment[]): readonly IssueNumber[] =>
  inOrder(assignments.flatMap(({ issue }) => issue?.number ?? []));

const inOrder = <One extends number>(numbers: readonly One[]): readonly One[] =>
  [...new Set(numbers)].toSorted((one, other) => one - other);
