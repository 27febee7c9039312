/** What is written to all Workers of a repository at once. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import { sent } from "./messages.ts";
import type { Message } from "./wish.ts";

/** Assignments whose Workers run, or are about to, in the same repository, oldest first. */
export const listeners = (board: Board, { issue }: Assignment): readonly Assignment[] =>
  [...board.values()].filter(
    (one) =>
      (one.phase.name === "preparing" || one.phase.name === "working") &&
      one.issue?.repository.id === issue?.repository.id,
  );

/** Each hears it as if it had been sent to it alone. */
export function broadcasted(board: Board, from: Assignment, message: Message): Board {
  let next = board;
  for (const one of listeners(board, from)) next = withAssignment(next, sent(one, message));
  return next;
}
