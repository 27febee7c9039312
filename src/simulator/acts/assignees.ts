/** People being assigned to an issue or pull request. */
import { accountShape } from "../shapes/accounts.ts";
import { announceSubject } from "./subject.ts";
import { known } from "../world/find.ts";
import { noteOn, refuseArchived, repositoryOf } from "./act.ts";
import { timestamp } from "../sim.ts";
import type { Account } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue } from "../world/issues.ts";

/** GitHub assigns at most this many people; the rest is left out silently. */
const MOST_ASSIGNEES = 10;

/** Assigns people to an issue. */
export function addAssignees(sim: Sim, by: By, issue: Issue, people: readonly Account[]): Issue {
  refuseArchived(repositoryOf(sim, issue));
  for (const person of people) {
    if (issue.assigneeIds.includes(person.id) || issue.assigneeIds.length >= MOST_ASSIGNEES)
      continue;
    issue.assigneeIds.push(person.id);
    tell(sim, by, issue, person, "assigned");
  }
  return issue;
}

/** Takes people off an issue. */
export function removeAssignees(sim: Sim, by: By, issue: Issue, people: readonly Account[]): Issue {
  refuseArchived(repositoryOf(sim, issue));
  for (const person of people) {
    if (!issue.assigneeIds.includes(person.id)) continue;
    issue.assigneeIds = issue.assigneeIds.filter((id) => id !== person.id);
    tell(sim, by, issue, person, "unassigned");
  }
  return issue;
}

/** Makes these the people assigned to an issue, and no others. */
export function setAssignees(sim: Sim, by: By, issue: Issue, people: readonly Account[]): Issue {
  const wanted = new Set(people.map((person) => person.id));
  const leaving = issue.assigneeIds.filter((id) => !wanted.has(id));
  removeAssignees(
    sim,
    by,
    issue,
    leaving.map((id) => known(sim.world.accounts, id)),
  );
  return addAssignees(sim, by, issue, people);
}

function tell(
  sim: Sim,
  by: By,
  issue: Issue,
  person: Account,
  event: "assigned" | "unassigned",
): void {
  issue.updatedAt = timestamp(sim);
  noteOn(sim, by, issue, event, { assigneeId: person.id });
  announceSubject(sim, by, issue, event, { assignee: accountShape(sim, person) });
}
