/** What is owed to people who have a wish about work under way: to find out who they are, to book money, and to answer reviewers. */
import type { Assignment } from "./assignment.ts";
import { raiseKey } from "./budget.ts";
import type { Effect } from "./effect.ts";
import type { Issue } from "./issue.ts";
import { petitionKey } from "./petitions.ts";
import { answersOwed } from "./threads.ts";

/** All of it, whatever the phase. */
export const wishes = (assignment: Assignment, issue: Issue): readonly Effect[] => [
  ...assignment.petitions.map(({ question, by, comment }): Effect => ({
    key: petitionKey(assignment, question),
    assignment: assignment.id,
    type: "actor.inspect",
    question,
    repository: issue.repository,
    actor: by,
    comment,
  })),
  ...assignment.raises
    .filter(({ state }) => state === "owed")
    .map(({ key, usd, until, by }): Effect => ({
      key: raiseKey(assignment, key),
      assignment: assignment.id,
      type: "budget.raise",
      repository: issue.repository,
      issueNumber: issue.number,
      usd,
      until,
      by,
      raise: key,
    })),
  ...answersOwed(assignment, issue),
];
