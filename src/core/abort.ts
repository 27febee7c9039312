/** All work that a tracking issue is about, stopped by one command: saved, told in a table, and gone on with one by one. */
import { blocked, mayBlock } from "./block.ts";
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import { inScope } from "./report.ts";

/** What can be stopped: all that is queued, under way or in review. What waits for a person does so already. */
export const abortable = (board: Board, { issue }: Assignment): readonly Assignment[] =>
  issue === null
    ? []
    : inScope(board, issue).filter((one) => one.phase.name !== "parked" && mayBlock(one) === null);

/** Each stands still as if it had been blocked alone. */
export function aborted(board: Board, all: readonly Assignment[], by: string): Board {
  let next = board;
  for (const one of all) {
    next = withAssignment(next, blocked(one, { by, reason: "all work was stopped" }));
  }
  return next;
}
