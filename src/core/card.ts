/** What it means that a person moves a card: Backlog takes the work back, and In Progress takes it over. */
import type { Assignment } from "./assignment.ts";
import { end } from "./ending.ts";
import type { GitHubEvent } from "./event.ts";
import type { Issue } from "./issue.ts";
import { pullOf } from "./standing.ts";

type Moved = Extract<GitHubEvent, { type: "card.moved" }>;

/** The assignment after a move. Other boards than its own mean nothing to it, nor do the other columns. */
export function cardMoved(assignment: Assignment, { to, by, project }: Moved): Assignment {
  if (!isOnBoard(assignment, project)) return assignment;
  if (to === null || to === "Backlog") {
    return end(assignment, { kind: "stopped", by: by.login, pull: pullOf(assignment) });
  }
  return to === "In Progress" && isFree(assignment) ? claimed(assignment, by.login) : assignment;
}

/** Before GitHub has told which board is ours, every board may be. */
const isOnBoard = ({ issue }: Assignment, project: string): boolean =>
  issue === null || issue.card?.project === project;

/** Nobody is at work on it, and no pull request waits for people either. An integration plan is never free: its parts are worked on, and its card says so. */
const isFree = (assignment: Assignment): boolean =>
  assignment.phase.name === "queued" &&
  assignment.issue !== null &&
  assignment.integration === null &&
  pullOf(assignment) === null;

const claimed = (assignment: Assignment, by: string): Assignment =>
  end(assignment, { kind: "claimed", by });

/** A move to In Progress that no webhook told of; null when there was none. Once a Worker was at it, the move may be our own. */
export function claimSeen(assignment: Assignment, now: Issue): Assignment | null {
  const { issue, attempts } = assignment;
  if (issue === null || attempts.length > 0 || !isFree(assignment)) return null;
  return isInProgress(now) && !isInProgress(issue) ? claimed(assignment, "somebody") : null;
}

const isInProgress = ({ card }: Issue): boolean => card?.status?.toLowerCase() === "in progress";
