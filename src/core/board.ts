/** All live assignments: the single state that decisions are made on. */
import type { Assignment } from "./assignment.ts";
import { isBusy, pullOf } from "./assignment.ts";
import type { PullAddress } from "./event.ts";
import type { AssignmentId, IssueId, RepositoryId } from "./ids.ts";
import type { Policy } from "./policy.ts";

/** Live assignments by issue; an issue has at most one. */
export type Board = ReadonlyMap<IssueId, Assignment>;

export const emptyBoard: Board = new Map();

/** The board with this assignment in place of the issue's former one. */
export const withAssignment = (board: Board, assignment: Assignment): Board =>
  new Map(board).set(assignment.issueId, assignment);

/** The assignment that an answer belongs to; none when it has ended since. */
export const findAssignment = (board: Board, id: AssignmentId): Assignment | undefined =>
  [...board.values()].find((assignment) => assignment.id === id);

/** The assignment whose pull request this is. */
export const findByPull = (board: Board, address: PullAddress): Assignment | undefined =>
  [...board.values()].find(
    (assignment) =>
      assignment.issue?.repository.id === address.repository &&
      pullOf(assignment)?.number === address.pull,
  );

/** How many more Workers may be busy in this repository now. */
export function freeSlots(board: Board, repository: RepositoryId, policy: Policy): number {
  const busy = [...board.values()].filter(isBusy);
  const here = busy.filter((assignment) => assignment.issue?.repository.id === repository);
  return Math.min(policy.slots - busy.length, policy.slotsPerRepository - here.length);
}
