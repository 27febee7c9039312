/** Keeps the reports on tracking issues true: drawn up when something has changed, and not more often than the policy allows. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import type { IssueNumber, Millis } from "./ids.ts";
import { millis } from "./ids.ts";
import type { Issue } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { ownInScope, reportOn } from "./report.ts";
import { isSame } from "./same.ts";

/** Issues that a report names as merged: the last ones. */
const completeAtMost = 50;

/** The board with every report that is due, and with a date for each that has become old. */
export function tracked(board: Board, at: Millis, policy: Policy): Board {
  let next = board;
  for (const assignment of board.values()) {
    const on = followed(board, assignment, at, policy);
    if (on !== assignment) next = withAssignment(next, on);
  }
  return next;
}

function followed(board: Board, assignment: Assignment, at: Millis, policy: Policy): Assignment {
  const { phase, issue } = assignment;
  if (phase.name !== "tracking" || issue === null) return assignment;
  const complete = withMerged(phase.complete, board, issue);
  const report = reportOn(board, issue, complete);
  const told = { ...phase, complete };
  if (isSame(report, phase.report)) {
    return phase.dueAt === null ? assignment : { ...assignment, phase: { ...told, dueAt: null } };
  }
  if (phase.dueAt !== null && phase.dueAt <= at) {
    const asleepSince = report.sleep === null ? null : (phase.asleepSince ?? at);
    const drawn = { report, reportedAt: at, asleepSince, dueAt: null };
    return { ...assignment, phase: { ...told, ...drawn } };
  }
  // Not at once, so that what changes together is told together.
  const dueAt = phase.dueAt ?? millis(at + policy.trackingMs);
  const isKnown = dueAt === phase.dueAt && complete === phase.complete;
  return isKnown ? assignment : { ...assignment, phase: { ...told, dueAt } };
}

/** Merged work leaves the board at once, so it is noted as it passes. */
function withMerged(
  complete: readonly IssueNumber[],
  board: Board,
  tracking: Issue,
): readonly IssueNumber[] {
  const merged = ownInScope(board, tracking).flatMap(({ phase, issue }) =>
    (phase.name === "cleaning" || phase.name === "done") &&
    phase.ending.kind === "merged" &&
    issue !== null &&
    !complete.includes(issue.number)
      ? [issue.number]
      : [],
  );
  return merged.length === 0 ? complete : [...complete, ...merged].slice(-completeAtMost);
}
