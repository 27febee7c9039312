/** Merged work that somebody wants back out: asked of GitHub once, and left to people to merge. */
import type { Assignment } from "./assignment.ts";
import { end } from "./ending.ts";
import type { Effect } from "./effect.ts";
import type { AnswerEvent } from "./event.ts";
import type { Issue } from "./issue.ts";
import { plain } from "./quote.ts";

/** From here on GitHub's pull request is waited for, and nothing else. */
export const reverting = (assignment: Assignment): Assignment => ({
  ...assignment,
  phase: { name: "queued", waiting: { for: "revert" } },
});

/** What GitHub is asked for. */
export const revertOf = (
  issue: Issue,
): Omit<Extract<Effect, { type: "pull.revert" }>, "key" | "assignment"> => ({
  type: "pull.revert",
  repository: issue.repository,
  issue: issue.id,
});

/** GitHub has opened the pull request that takes the work back, or says why it will not. */
export function reverted(
  assignment: Assignment,
  { outcome }: Extract<AnswerEvent, { type: "pull.reverted" }>,
): Assignment {
  if (!isReverting(assignment)) return assignment;
  return outcome.isOpen
    ? end(assignment, { kind: "reverted", merged: outcome.merged, revert: outcome.revert })
    : notReverted(assignment, plain(outcome.why));
}

/** Whoever asked is told why not. */
export const notReverted = (assignment: Assignment, why: string): Assignment =>
  isReverting(assignment) ? end(assignment, { kind: "refused", why }) : assignment;

/** Is GitHub being asked for the pull request? */
const isReverting = ({ phase }: Assignment): boolean =>
  phase.name === "queued" && phase.waiting.for === "revert";
