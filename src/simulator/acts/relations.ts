/** How issues hang together: one blocks another, one is part of another. */
import { announce, refuseArchived, repositoryOf } from "./act.ts";
import { invalid, notFound } from "../refusal.ts";
import { issueShape } from "../shapes/issues.ts";
import { known } from "../world/find.ts";
import { repositoryShape } from "../shapes/repositories.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue } from "../world/issues.ts";
import type { Refusal } from "../refusal.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** GitHub allows this many sub-issues of one issue, closed ones included. */
const MOST_SUB_ISSUES = 100;

/** Says that an issue is blocked by another one. */
export function addBlocker(sim: Sim, by: By, issue: Issue, blocker: Issue): Issue {
  refuseArchived(repositoryOf(sim, issue));
  if (issue.id === blocker.id) throw wrong("issue_id", "An issue cannot be blocked by itself");
  if (issue.blockedByIds.includes(blocker.id)) {
    throw wrong("issue_id", "The issue is already blocked by this issue");
  }
  if (blocker.blockedByIds.includes(issue.id)) {
    throw wrong("issue_id", "The issues would block each other");
  }
  issue.blockedByIds.push(blocker.id);
  tellDependency(sim, by, issue, blocker, "added");
  return issue;
}

/** Says that an issue is no longer blocked by another one; 404 when it was not. */
export function removeBlocker(sim: Sim, by: By, issue: Issue, blocker: Issue): Issue {
  refuseArchived(repositoryOf(sim, issue));
  if (!issue.blockedByIds.includes(blocker.id)) throw notFound();
  issue.blockedByIds = issue.blockedByIds.filter((id) => id !== blocker.id);
  tellDependency(sim, by, issue, blocker, "removed");
  return issue;
}

/** Makes an issue part of another one; `replaceParent` takes it away from its present parent. */
export function addSubIssue(
  sim: Sim,
  by: By,
  parent: Issue,
  child: Issue,
  replaceParent: boolean,
): Issue {
  refuseArchived(repositoryOf(sim, parent));
  if (isWithin(sim, parent, child)) throw wrong("sub_issue_id", "Sub-issues may not form a circle");
  if (child.parentId === parent.id || (child.parentId !== null && !replaceParent)) {
    throw wrong(
      "sub_issue_id",
      "Issue may not contain duplicate sub-issues and Sub issue may only have one parent",
    );
  }
  if (parent.subIssueIds.length >= MOST_SUB_ISSUES) {
    throw wrong("sub_issue_id", `Parent cannot have more than ${MOST_SUB_ISSUES} sub-issues`);
  }
  if (child.parentId !== null) {
    removeSubIssue(sim, by, known(sim.world.issues, child.parentId), child);
  }
  parent.subIssueIds.push(child.id);
  child.parentId = parent.id;
  tellFamily(sim, by, parent, child, "added");
  return parent;
}

/** Takes an issue out of another one; 404 when it is not in it. */
export function removeSubIssue(sim: Sim, by: By, parent: Issue, child: Issue): Issue {
  refuseArchived(repositoryOf(sim, parent));
  if (child.parentId !== parent.id) throw notFound();
  parent.subIssueIds = parent.subIssueIds.filter((id) => id !== child.id);
  child.parentId = null;
  tellFamily(sim, by, parent, child, "removed");
  return parent;
}

/** Moves a sub-issue behind or before another one of the same parent. */
export function placeSubIssue(
  sim: Sim,
  parent: Issue,
  child: Issue,
  beside: { readonly id: number; readonly behind: boolean },
): Issue {
  refuseArchived(repositoryOf(sim, parent));
  const others = parent.subIssueIds.filter((id) => id !== child.id);
  const index = others.indexOf(beside.id);
  if (child.parentId !== parent.id || index < 0) throw notFound();
  parent.subIssueIds = others.toSpliced(beside.behind ? index + 1 : index, 0, child.id);
  sim.touch();
  return parent;
}

/** Whether an issue is another one, or somewhere below it. */
function isWithin(sim: Sim, issue: Issue, ancestor: Issue): boolean {
  if (issue.id === ancestor.id) return true;
  if (issue.parentId === null) return false;
  return isWithin(sim, known(sim.world.issues, issue.parentId), ancestor);
}

type Change = "added" | "removed";

function tellDependency(sim: Sim, by: By, issue: Issue, blocker: Issue, change: Change): void {
  issue.updatedAt = timestamp(sim);
  const payload = {
    blocked_issue_id: issue.id,
    blocked_issue: issueShape(sim, issue),
    blocking_issue_id: blocker.id,
    blocking_issue: issueShape(sim, blocker),
  };
  tellBoth(sim, by, "issue_dependencies", payload, [
    { issue, action: `blocked_by_${change}`, other: "blocking_issue_repo" },
    { issue: blocker, action: `blocking_${change}`, other: "blocked_issue_repo" },
  ]);
}

function tellFamily(sim: Sim, by: By, parent: Issue, child: Issue, change: Change): void {
  parent.updatedAt = timestamp(sim);
  child.updatedAt = timestamp(sim);
  const payload = {
    parent_issue_id: parent.id,
    parent_issue: issueShape(sim, parent),
    sub_issue_id: child.id,
    sub_issue: issueShape(sim, child),
  };
  tellBoth(sim, by, "sub_issues", payload, [
    { issue: parent, action: `sub_issue_${change}`, other: "sub_issue_repo" },
    { issue: child, action: `parent_issue_${change}`, other: "parent_issue_repo" },
  ]);
}

interface End {
  readonly issue: Issue;
  readonly action: string;
  /** The key of the other end's repository. */
  readonly other: string;
}

/** One event at each end, which may lie in different repositories. */
function tellBoth(
  sim: Sim,
  by: By,
  event: string,
  payload: Shape,
  [one, two]: readonly [End, End],
): void {
  const [here, there] = [repositoryOf(sim, one.issue), repositoryOf(sim, two.issue)];
  const tell = (end: End, place: Repository, elsewhere: Repository): void => {
    const repository = { [end.other]: repositoryShape(sim, elsewhere) };
    announce(sim, by, place, event, { action: end.action, ...payload, ...repository });
  };
  tell(one, here, there);
  tell(two, there, here);
}

function wrong(field: string, message: string): Refusal {
  return invalid({ resource: "Issue", field, code: "custom", message });
}
