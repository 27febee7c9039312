/** What is written to all Workers of a repository at once. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import type { RepositoryId } from "./ids.ts";
import { sent } from "./messages.ts";
import type { Message } from "./wish.ts";

/** Assignments whose Workers run, or are about to, in the repository, oldest first. */
export const listeners = (board: Board, repository: RepositoryId): readonly Assignment[] =>
  [...board.values()].filter(
    ({ phase, issue }) =>
      (phase.name === "preparing" || phase.name === "working") &&
      issue?.repository.id === repository,
  );

/** Each hears it as if it had been sent to it alone. */
export function broadcasted(board: Board, repository: RepositoryId, message: Message): Board {
  let next = board;
  for (const one of listeners(board, repository)) next = withAssignment(next, sent(one, message));
  return next;
}
