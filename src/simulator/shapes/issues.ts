/** Issues, comments, labels, milestones and reactions as GitHub's REST API and webhooks show them. */
import { commentsOf, known, where } from "../world/find.ts";
import { accountShape, associationOf, viaAppShape } from "./accounts.ts";
import { repositoryPage, repositoryUrl } from "./repositories.ts";
import type { Comment, Issue, Label, Milestone, Reaction } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** The address of an issue in the REST API. */
export function issueUrl(sim: Sim, issue: Issue): string {
  return `${repositoryUrl(sim, repositoryOf(sim, issue))}/issues/${issue.number}`;
}

/** The page of an issue or pull request. */
export function issuePage(sim: Sim, issue: Issue): string {
  const kind = issue.pullId === null ? "issues" : "pull";
  return `${repositoryPage(sim, repositoryOf(sim, issue))}/${kind}/${issue.number}`;
}

/** An issue, or a pull request seen as an issue. */
export function issueShape(sim: Sim, issue: Issue): Shape {
  const url = issueUrl(sim, issue);
  return {
    url,
    repository_url: repositoryUrl(sim, repositoryOf(sim, issue)),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    timeline_url: `${url}/timeline`,
    html_url: issuePage(sim, issue),
    id: issue.id,
    node_id: issue.nodeId,
    ...conversationShape(sim, issue),
    state_reason: issue.stateReason,
    comments: commentsOf(sim.world, issue).length,
    reactions: reactionsShape(sim, "issue", issue.id, url),
    performed_via_github_app: viaAppShape(sim, issue.viaAppId),
    ...(issue.pullId === null ? relations(sim, issue) : pullLinks(sim, issue, issue.pullId)),
  };
}

/** What an issue and a pull request are shown with alike. */
export function conversationShape(sim: Sim, issue: Issue): Shape {
  const { world } = sim;
  const author = known(world.accounts, issue.authorId);
  const assignees = issue.assigneeIds.map((id) => accountShape(sim, known(world.accounts, id)));
  return {
    number: issue.number,
    title: issue.title,
    body: issue.body,
    user: accountShape(sim, author),
    author_association: associationOf(sim, repositoryOf(sim, issue), author),
    labels: issue.labelIds.map((id) => labelShape(sim, known(world.labels, id))),
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    assignee: assignees[0] ?? null,
    assignees,
    milestone:
      issue.milestoneId === null
        ? null
        : milestoneShape(sim, known(world.milestones, issue.milestoneId)),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
  };
}

/** An issue as `GET /issues/{n}` shows it: with whoever closed it. */
export function fullIssueShape(sim: Sim, issue: Issue): Shape {
  const closer = issue.closedById;
  return {
    ...issueShape(sim, issue),
    closed_by: closer === null ? null : accountShape(sim, known(sim.world.accounts, closer)),
  };
}

/** A comment on an issue or pull request. */
export function commentShape(sim: Sim, comment: Comment): Shape {
  const issue = known(sim.world.issues, comment.issueId);
  const repository = repositoryOf(sim, issue);
  const url = `${repositoryUrl(sim, repository)}/issues/comments/${comment.id}`;
  const author = known(sim.world.accounts, comment.authorId);
  return {
    url,
    html_url: `${issuePage(sim, issue)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(sim, issue),
    id: comment.id,
    node_id: comment.nodeId,
    user: accountShape(sim, author),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: associationOf(sim, repository, author),
    body: comment.body,
    reactions: reactionsShape(sim, "comment", comment.id, url),
    performed_via_github_app: viaAppShape(sim, comment.viaAppId),
  };
}

/** A label. */
export function labelShape(sim: Sim, label: Label): Shape {
  const repository = known(sim.world.repositories, label.repositoryId);
  return {
    id: label.id,
    node_id: label.nodeId,
    url: `${repositoryUrl(sim, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: label.isDefault,
    description: label.description,
  };
}

/** A milestone. */
export function milestoneShape(sim: Sim, milestone: Milestone): Shape {
  const repository = known(sim.world.repositories, milestone.repositoryId);
  const url = `${repositoryUrl(sim, repository)}/milestones/${milestone.number}`;
  const issues = where(
    sim.world.issues,
    (issue) => issue.milestoneId === milestone.id && issue.gone === null,
  );
  const open = issues.filter((issue) => issue.state === "open").length;
  return {
    url,
    html_url: `${repositoryPage(sim, repository)}/milestone/${milestone.number}`,
    labels_url: `${url}/labels`,
    id: milestone.id,
    node_id: milestone.nodeId,
    number: milestone.number,
    title: milestone.title,
    description: milestone.description,
    creator: accountShape(sim, known(sim.world.accounts, milestone.creatorId)),
    open_issues: open,
    closed_issues: issues.length - open,
    state: milestone.state,
    created_at: milestone.createdAt,
    updated_at: milestone.updatedAt,
    due_on: milestone.dueOn,
    closed_at: milestone.closedAt,
  };
}

/** One reaction. */
export function reactionShape(sim: Sim, reaction: Reaction): Shape {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: accountShape(sim, known(sim.world.accounts, reaction.authorId)),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}

/** The count of each reaction to something whose address is given. */
export function reactionsShape(
  sim: Sim,
  kind: Reaction["subject"]["kind"],
  id: number,
  url: string,
): Shape {
  const given = where(
    sim.world.reactions,
    ({ subject }) => subject.kind === kind && subject.id === id,
  );
  const counts: Record<string, number> = {
    "+1": 0,
    "-1": 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  };
  for (const { content } of given) counts[content] = (counts[content] ?? 0) + 1;
  return { url: `${url}/reactions`, total_count: given.length, ...counts };
}

function relations(sim: Sim, issue: Issue): Shape {
  const { world } = sim;
  const isClosed = (id: number): boolean => known(world.issues, id).state === "closed";
  const done = issue.subIssueIds.filter(isClosed).length;
  const total = issue.subIssueIds.length;
  const blocking = where(world.issues, (other) => other.blockedByIds.includes(issue.id));
  const parent = issue.parentId === null ? null : known(world.issues, issue.parentId);
  return {
    sub_issues_summary: {
      total,
      completed: done,
      percent_completed: total === 0 ? 0 : Math.floor((100 * done) / total),
    },
    issue_dependencies_summary: {
      blocked_by: issue.blockedByIds.filter((id) => !isClosed(id)).length,
      blocking: issue.state === "open" ? blocking.length : 0,
      total_blocked_by: issue.blockedByIds.length,
      total_blocking: blocking.length,
    },
    ...(parent === null ? {} : { parent_issue_url: issueUrl(sim, parent) }),
  };
}

function pullLinks(sim: Sim, issue: Issue, pullId: number): Shape {
  const pull = known(sim.world.pulls, pullId);
  const page = issuePage(sim, issue);
  return {
    draft: pull.draft,
    pull_request: {
      url: `${repositoryUrl(sim, repositoryOf(sim, issue))}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: pull.mergedAt,
    },
  };
}

function repositoryOf(sim: Sim, issue: Issue): Repository {
  return known(sim.world.repositories, issue.repositoryId);
}
