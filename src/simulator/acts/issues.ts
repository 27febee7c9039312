/** What can happen to an issue itself: it is opened, edited, closed, reopened, deleted or transferred. */
import { noteOn, refuseArchived, repositoryOf } from "./act.ts";
import { addLabels } from "./issue-labels.ts";
import { announceSubject } from "./subject.ts";
import { applyWorkflow, dropCards } from "./boards.ts";
import { checkedBody, checkedTitle } from "./text-limits.ts";
import { commentsOf, where } from "../world/find.ts";
import { issueShape } from "../shapes/issues.ts";
import { mint } from "../world/world.ts";
import { repositoryShape } from "../shapes/repositories.ts";
import { setAssignees } from "./assignees.ts";
import { setMilestone } from "./milestones.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Account, Repository } from "../world/accounts.ts";
import type { Issue, StateReason } from "../world/issues.ts";
import type { Shape } from "../shapes/accounts.ts";

/** What an issue is opened with. */
export interface IssueDraft {
  readonly title: string;
  readonly body?: string | null;
  readonly labels?: readonly string[];
  readonly assignees?: readonly Account[];
  readonly milestoneId?: number | null;
}

/** Opens an issue; its labels and assignees follow as events of their own. */
export function openIssue(sim: Sim, by: By, repository: Repository, draft: IssueDraft): Issue {
  refuseArchived(repository);
  const issue = addIssue(sim, by, repository, {
    title: checkedTitle(draft.title),
    body: checkedBody("Issue", draft.body ?? null),
  });
  announceSubject(sim, by, issue, "opened");
  addLabels(sim, by, issue, draft.labels ?? []);
  setAssignees(sim, by, issue, draft.assignees ?? []);
  setMilestone(sim, by, issue, draft.milestoneId ?? null);
  return issue;
}

/** Adds the row of an issue without telling anybody; a pull request begins with this too. */
export function addIssue(
  sim: Sim,
  by: By,
  repository: Repository,
  text: { readonly title: string; readonly body: string | null },
): Issue {
  const time = timestamp(sim);
  const issue: Issue = {
    ...mint(sim.world, "issues"),
    repositoryId: repository.id,
    number: repository.nextNumber,
    title: text.title,
    body: text.body,
    state: "open",
    stateReason: null,
    authorId: by.account.id,
    viaAppId: by.appId,
    labelIds: [],
    assigneeIds: [],
    milestoneId: null,
    parentId: null,
    subIssueIds: [],
    blockedByIds: [],
    locked: false,
    createdAt: time,
    updatedAt: time,
    lastEditedAt: null,
    closedAt: null,
    closedById: null,
    gone: null,
    pullId: null,
  };
  repository.nextNumber += 1;
  sim.world.issues.set(issue.id, issue);
  return issue;
}

/** Changes title or body; what stays equal is no change. */
export function editIssue(
  sim: Sim,
  by: By,
  issue: Issue,
  text: { readonly title?: string; readonly body?: string | null },
): Issue {
  refuseArchived(repositoryOf(sim, issue));
  const title = text.title === undefined ? issue.title : checkedTitle(text.title);
  const body = text.body === undefined ? issue.body : checkedBody("Issue", text.body);
  const changes: Shape = {};
  if (title !== issue.title) {
    changes["title"] = { from: issue.title };
    noteOn(sim, by, issue, "renamed", { rename: { from: issue.title, to: title } });
  }
  if (body !== issue.body) {
    changes["body"] = { from: issue.body ?? "" };
    issue.lastEditedAt = timestamp(sim);
  }
  if (Object.keys(changes).length === 0) return issue;
  Object.assign(issue, { title, body, updatedAt: timestamp(sim) });
  announceSubject(sim, by, issue, "edited", { changes });
  return issue;
}

/** Closes an open issue; the boards' workflows move its cards. */
export function closeIssue(sim: Sim, by: By, issue: Issue, reason: StateReason): Issue {
  refuseArchived(repositoryOf(sim, issue));
  if (issue.state === "closed") {
    if (issue.pullId === null) issue.stateReason = reason;
    return issue;
  }
  const time = timestamp(sim);
  Object.assign(issue, {
    state: "closed",
    // A pull request has no reason, only merged or not.
    stateReason: issue.pullId === null ? reason : null,
    closedAt: time,
    closedById: by.account.id,
    updatedAt: time,
  });
  noteOn(sim, by, issue, "closed");
  announceSubject(sim, by, issue, "closed");
  applyWorkflow(sim, issue, "closedTo");
  return issue;
}

/** Opens a closed issue again. */
export function reopenIssue(sim: Sim, by: By, issue: Issue): Issue {
  refuseArchived(repositoryOf(sim, issue));
  if (issue.state === "open") return issue;
  Object.assign(issue, {
    state: "open",
    stateReason: issue.pullId === null ? "reopened" : null,
    closedAt: null,
    closedById: null,
    updatedAt: timestamp(sim),
  });
  noteOn(sim, by, issue, "reopened");
  announceSubject(sim, by, issue, "reopened");
  return issue;
}

/** Deletes an issue for good: its number answers 410 from here on. */
export function deleteIssue(sim: Sim, by: By, issue: Issue): Issue {
  refuseArchived(repositoryOf(sim, issue));
  issue.gone = { kind: "deleted" };
  dropCards(sim, by, issue);
  unlink(sim, issue);
  announceSubject(sim, by, issue, "deleted");
  return issue;
}

/** Moves an issue to another repository of the same owner; the old number redirects there. */
export function transferIssue(sim: Sim, by: By, issue: Issue, target: Repository): Issue {
  const source = repositoryOf(sim, issue);
  refuseArchived(source);
  refuseArchived(target);
  const moved = addIssue(sim, by, target, { title: issue.title, body: issue.body });
  Object.assign(moved, {
    authorId: issue.authorId,
    viaAppId: issue.viaAppId,
    state: issue.state,
    stateReason: issue.stateReason,
    assigneeIds: issue.assigneeIds,
    createdAt: issue.createdAt,
    closedAt: issue.closedAt,
    closedById: issue.closedById,
  });
  for (const comment of commentsOf(sim.world, issue)) comment.issueId = moved.id;
  for (const item of sim.world.items.values()) {
    if (item.issueId === issue.id) item.issueId = moved.id;
  }
  unlink(sim, issue);
  const before = {
    old_issue: issueShape(sim, issue),
    old_repository: repositoryShape(sim, source),
  };
  issue.gone = { kind: "transferred", toIssueId: moved.id };
  announceSubject(sim, by, issue, "transferred", {
    changes: { new_issue: issueShape(sim, moved), new_repository: repositoryShape(sim, target) },
  });
  announceSubject(sim, by, moved, "opened", { changes: before });
  return moved;
}

function unlink(sim: Sim, issue: Issue): void {
  const others = where(sim.world.issues, (other) => other.id !== issue.id);
  for (const other of others) {
    other.blockedByIds = other.blockedByIds.filter((id) => id !== issue.id);
    other.subIssueIds = other.subIssueIds.filter((id) => id !== issue.id);
    if (other.parentId === issue.id) other.parentId = null;
  }
}
