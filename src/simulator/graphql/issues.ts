/** Issues, labels and milestones as GraphQL shows them. */
import { connection } from "./connection.ts";
import { conversation } from "./conversation.ts";
import { canSee } from "../auth/who.ts";
import { linkedIssues } from "../acts/linked-issues.ts";
import { known, where } from "../world/find.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import type { Connection } from "./connection.ts";
import type { Actor } from "../auth/who.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { Issue, Label, Milestone } from "../world/issues.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Sim } from "../sim.ts";

/** An issue. */
export function showIssue(sim: Sim, actor: Actor, show: Show, issue: Issue): Shown {
  const { world } = sim;
  const seen = (ids: readonly number[]): Issue[] =>
    ids
      .map((id) => known(world.issues, id))
      .filter((row) => canSee(actor, known(world.repositories, row.repositoryId)));
  const blocking = where(world.issues, (other) => other.blockedByIds.includes(issue.id));
  const isOpen = (row: Issue): boolean => row.state === "open";
  const subIssues = issue.subIssueIds.map((id) => known(world.issues, id));
  const blockers = issue.blockedByIds.map((id) => known(world.issues, id));
  const completed = subIssues.filter((row) => !isOpen(row)).length;
  return {
    __typename: "Issue",
    ...conversation(sim, actor, show, issue),
    databaseId: issue.id,
    fullDatabaseId: String(issue.id),
    state: issue.state.toUpperCase(),
    stateReason: ({ enableDuplicate }: Arguments) => stateReason(issue, enableDuplicate === true),
    parent: () =>
      issue.parentId === null ? null : (seen([issue.parentId]).map(show.issue)[0] ?? null),
    subIssues: connection(() => seen(issue.subIssueIds), show.issue),
    subIssuesSummary: {
      total: subIssues.length,
      completed,
      percentCompleted:
        subIssues.length === 0 ? 0 : Math.floor((100 * completed) / subIssues.length),
    },
    closedByPullRequestsReferences: closedBy(sim, show, issue),
    // newest first: GitHub's default order is DEPENDENCY_ADDED_AT, descending
    blockedBy: connection(() => seen(issue.blockedByIds).toReversed(), show.issue),
    blocking: connection(() => seen(blocking.map(({ id }) => id)).toReversed(), show.issue),
    issueDependenciesSummary: {
      blockedBy: blockers.filter(isOpen).length,
      blocking: isOpen(issue) ? blocking.length : 0,
      totalBlockedBy: blockers.length,
      totalBlocking: blocking.length,
    },
  };
}

const closedBy =
  (sim: Sim, show: Show, issue: Issue): Connection =>
  (args, graph, info) => {
    const rows = closers(sim, issue, args["includeClosedPrs"] === true);
    return connection(() => rows, show.pull)(args, graph, info);
  };

/** Pull requests whose text says that they close the issue; those that are over only where they are asked for. */
function closers(sim: Sim, issue: Issue, withClosed: boolean): PullRequest[] {
  return where(
    sim.world.pulls,
    (pull) =>
      (withClosed || known(sim.world.issues, pull.issueId).state === "open") &&
      linkedIssues(sim, pull).includes(issue),
  );
}

function stateReason({ stateReason: reason }: Issue, knowsDuplicate: boolean): string | null {
  if (reason === null) return null;
  if (reason === "duplicate" && !knowsDuplicate) return "NOT_PLANNED";
  return reason.toUpperCase();
}

/** A label. */
export function showLabel(sim: Sim, show: Show, label: Label): Shown {
  const repository = known(sim.world.repositories, label.repositoryId);
  return {
    __typename: "Label",
    id: label.nodeId,
    name: label.name,
    color: label.color,
    description: label.description,
    isDefault: label.isDefault,
    url: `${repositoryPage(sim, repository)}/labels/${encodeURIComponent(label.name)}`,
    repository: () => show.repository(repository),
  };
}

/** A milestone. */
export function showMilestone(sim: Sim, show: Show, milestone: Milestone): Shown {
  const repository = known(sim.world.repositories, milestone.repositoryId);
  return {
    __typename: "Milestone",
    id: milestone.nodeId,
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    state: milestone.state.toUpperCase(),
    closed: milestone.state === "closed",
    closedAt: milestone.closedAt,
    createdAt: milestone.createdAt,
    updatedAt: milestone.updatedAt,
    dueOn: milestone.dueOn,
    url: `${repositoryPage(sim, repository)}/milestone/${milestone.number}`,
    repository: () => show.repository(repository),
    creator: () => show.account(known(sim.world.accounts, milestone.creatorId)),
  };
}
