/** All live assignments: the single state that decisions are made on. */
import type { Assignment } from "./assignment.ts";
import type { PullAddress } from "./event.ts";
import type { AssignmentId, IssueId, RepositoryId } from "./ids.ts";
import type { Policy } from "./policy.ts";
import { isAside, isBusy, isOver, pullOf } from "./standing.ts";

/** Assignments by id, in order of request. Besides its live one an issue may have others, which answer a comment or only wait for their last words to be shown. */
export type Board = ReadonlyMap<AssignmentId, Assignment>;

export const emptyBoard: Board = new Map();

/** The board with this assignment in place of its former self. */
export const withAssignment = (board: Board, assignment: Assignment): Board =>
  new Map(board).set(assignment.id, assignment);

/** The commitment that stands for this issue now. */
export const findLive = (board: Board, issue: IssueId): Assignment | undefined =>
  [...board.values()].find(
    (assignment) => assignment.issueId === issue && !isOver(assignment) && !isAside(assignment),
  );

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
