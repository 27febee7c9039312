/** What issues and pull requests have in common in GraphQL: text, people, labels, comments, cards, timeline. */
import { associationOf } from "../shapes/accounts.ts";
import { commentsOf, known, where } from "../world/find.ts";
import { connection } from "./connection.ts";
import { inOrder } from "./order.ts";
import { issuePage } from "../shapes/issues.ts";
import { reactable } from "./reactions.ts";
import { isAuthor, seesProject } from "./access.ts";
import { timelineOf } from "./timeline.ts";
import type { Actor } from "../auth/who.ts";
import type { Show, Shown } from "./graph.ts";
import type { Comment, Issue } from "../world/issues.ts";
import type { ProjectItem } from "../world/boards.ts";
import type { Sim } from "../sim.ts";

/** The fields that an issue and the issue half of a pull request are shown with. */
export function conversation(
  sim: Sim,
  actor: Actor,
  show: Show,
  issue: Issue,
): Omit<Shown, "__typename"> {
  const { world } = sim;
  const url = issuePage(sim, issue);
  const author = known(world.accounts, issue.authorId);
  const repository = known(world.repositories, issue.repositoryId);
  return {
    ...text(issue),
    id: issue.nodeId,
    url,
    resourcePath: url.slice(sim.url.length),
    authorAssociation: associationOf(sim, repository, author),
    author: () => show.account(author),
    viewerDidAuthor: isAuthor(actor, author),
    repository: () => show.repository(repository),
    milestone: () =>
      issue.milestoneId === null
        ? null
        : show.milestone(known(world.milestones, issue.milestoneId)),
    labels: connection(() => issue.labelIds.map((id) => known(world.labels, id)), show.label),
    assignees: connection(
      () => issue.assigneeIds.map((id) => known(world.accounts, id)),
      show.account,
    ),
    comments: connection(
      (args) => inOrder(commentsOf(world, issue), args, (row) => row.updatedAt),
      show.comment,
    ),
    projectItems: connection(
      ({ includeArchived }) => cards(sim, actor, issue, includeArchived !== false),
      show.item,
    ),
    timelineItems: timelineOf(sim, show, issue),
    ...reactable(sim, show, "issue", issue.id),
  };
}

/** A comment on an issue or pull request. */
export function showComment(sim: Sim, actor: Actor, show: Show, comment: Comment): Shown {
  const { world } = sim;
  const issue = known(world.issues, comment.issueId);
  const repository = known(world.repositories, issue.repositoryId);
  const author = known(world.accounts, comment.authorId);
  const url = `${issuePage(sim, issue)}#issuecomment-${comment.id}`;
  return {
    __typename: "IssueComment",
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyText: comment.body,
    createdAt: comment.createdAt,
    publishedAt: comment.createdAt,
    updatedAt: comment.updatedAt,
    lastEditedAt: comment.lastEditedAt,
    includesCreatedEdit: comment.lastEditedAt !== null,
    viewerDidAuthor: isAuthor(actor, author),
    isMinimized: comment.minimizedReason !== null,
    minimizedReason: comment.minimizedReason,
    url,
    resourcePath: url.slice(sim.url.length),
    authorAssociation: associationOf(sim, repository, author),
    author: () => show.account(author),
    repository: () => show.repository(repository),
    issue: () => show.issue(issue),
    pullRequest: () => (issue.pullId === null ? null : show.pull(known(world.pulls, issue.pullId))),
    ...reactable(sim, show, "comment", comment.id),
  };
}

function text(issue: Issue): Omit<Shown, "__typename"> {
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body ?? "",
    bodyText: issue.body ?? "",
    closed: issue.state === "closed",
    closedAt: issue.closedAt,
    createdAt: issue.createdAt,
    publishedAt: issue.createdAt,
    updatedAt: issue.updatedAt,
    lastEditedAt: issue.lastEditedAt,
    includesCreatedEdit: issue.lastEditedAt !== null,
    locked: issue.locked,
  };
}

function cards(sim: Sim, actor: Actor, issue: Issue, withArchived: boolean): ProjectItem[] {
  return where(sim.world.items, (item) => item.issueId === issue.id).filter(
    (item) =>
      seesProject(sim, actor, known(sim.world.projects, item.projectId)) &&
      (withArchived || item.archivedAt === null),
  );
}
