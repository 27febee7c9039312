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

function tellDependency(
  sim: Sim,
  by: By,
  issue: Issue,
  blocker: Issue,
  what: "added" | "removed",
): void {
  issue.updatedAt = timestamp(sim);
  const here = repositoryOf(sim, issue);
  const there = repositoryOf(sim, blocker);
  const payload = {
    blocked_issue_id: issue.id,
    blocked_issue: issueShape(sim, issue),
    blocking_issue_id: blocker.id,
    blocking_issue: issueShape(sim, blocker),
  };
  announce(sim, by, here, "issue_dependencies", {
    action: `blocked_by_${what}`,
    ...payload,
    blocking_issue_repo: repositoryShape(sim, there),
  });
  announce(sim, by, there, "issue_dependencies", {
    action: `blocking_${what}`,
    ...payload,
    blocked_issue_repo: repositoryShape(sim, here),
  });
}

function tellFamily(
  sim: Sim,
  by: By,
  parent: Issue,
  child: Issue,
  what: "added" | "removed",
): void {
  parent.updatedAt = timestamp(sim);
  child.updatedAt = timestamp(sim);
  const above = repositoryOf(sim, parent);
  const below = repositoryOf(sim, child);
  const payload = {
    parent_issue_id: parent.id,
    parent_issue: issueShape(sim, parent),
    sub_issue_id: child.id,
    sub_issue: issueShape(sim, child),
  };
  announce(sim, by, above, "sub_issues", {
    action: `sub_issue_${what}`,
    ...payload,
    sub_issue_repo: repositoryShape(sim, below),
  });
  announce(sim, by, below, "sub_issues", {
    action: `parent_issue_${what}`,
    ...payload,
    parent_issue_repo: repositoryShape(sim, above),
  });
}

function wrong(field: string, message: string): Refusal {
  return invalid({ resource: "Issue", field, code: "custom", message });
}
