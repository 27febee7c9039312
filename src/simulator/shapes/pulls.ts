/** Pull requests as GitHub's REST API and webhooks show them. */
import { accountShape, associationOf } from "./accounts.ts";
import { issuePage, issueUrl, labelShape, milestoneShape } from "./issues.ts";
import { commentsOf, known, where } from "../world/find.ts";
import { mergeableState } from "../acts/requirements.ts";
import { repositoryShape, repositoryUrl } from "./repositories.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** The address of a pull request in the REST API. */
export function pullUrl(sim: Sim, pull: PullRequest): string {
  const repository = known(sim.world.repositories, pull.repositoryId);
  return `${repositoryUrl(sim, repository)}/pulls/${pull.number}`;
}

/** A pull request as it stands in lists and in the webhooks about its reviews. */
export function pullShape(sim: Sim, pull: PullRequest): Shape {
  const { world } = sim;
  const issue = known(world.issues, pull.issueId);
  const repository = known(world.repositories, pull.repositoryId);
  const author = known(world.accounts, issue.authorId);
  const people = (ids: readonly number[]): Shape[] =>
    ids.map((id) => accountShape(sim, known(world.accounts, id)));
  const assignees = people(issue.assigneeIds);
  const page = issuePage(sim, issue);
  return {
    ...addresses(sim, pull),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    id: pull.id,
    node_id: pull.nodeId,
    number: pull.number,
    state: issue.state,
    locked: issue.locked,
    active_lock_reason: null,
    title: issue.title,
    body: issue.body,
    user: accountShape(sim, author),
    labels: issue.labelIds.map((id) => labelShape(sim, known(world.labels, id))),
    milestone:
      issue.milestoneId === null
        ? null
        : milestoneShape(sim, known(world.milestones, issue.milestoneId)),
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: people(pull.requestedReviewerIds),
    requested_teams: [],
    head: side(sim, pull.headRepositoryId, pull.headRef, pull.headSha),
    base: side(sim, pull.repositoryId, pull.baseRef, pull.baseSha),
    author_association: associationOf(sim, repository, author),
    auto_merge: autoMergeShape(sim, pull),
    draft: pull.draft,
    _links: links(sim, pull),
  };
}

/** A pull request as `GET /pulls/{n}` and the `pull_request` event show it. */
export function fullPullShape(sim: Sim, pull: PullRequest): Shape {
  const { world } = sim;
  const issue = known(world.issues, pull.issueId);
  return {
    ...pullShape(sim, pull),
    merged: pull.merged,
    mergeable: pull.merged ? null : pull.mergeable,
    rebaseable: pull.merged ? null : pull.mergeable,
    mergeable_state: mergeableState(sim, pull),
    merged_by:
      pull.mergedById === null ? null : accountShape(sim, known(world.accounts, pull.mergedById)),
    comments: commentsOf(world, issue).length,
    review_comments: where(world.reviewComments, (comment) => comment.pullId === pull.id).length,
    maintainer_can_modify: pull.maintainerCanModify,
    commits: pull.commits,
    additions: pull.additions,
    deletions: pull.deletions,
    changed_files: pull.changedFiles,
  };
}

/** A pull request as it stands inside check runs, check suites and workflow runs. */
export function briefPullShape(sim: Sim, pull: PullRequest): Shape {
  const brief = (repositoryId: number, ref: string, sha: string): Shape => {
    const repository = known(sim.world.repositories, repositoryId);
    const repo = {
      id: repository.id,
      url: repositoryUrl(sim, repository),
      name: repository.name,
    };
    return { ref, sha, repo };
  };
  return {
    url: pullUrl(sim, pull),
    id: pull.id,
    number: pull.number,
    head: brief(pull.headRepositoryId, pull.headRef, pull.headSha),
    base: brief(pull.repositoryId, pull.baseRef, pull.baseSha),
  };
}

function side(sim: Sim, repositoryId: number, ref: string, sha: string): Shape {
  const repository = known(sim.world.repositories, repositoryId);
  const owner = known(sim.world.accounts, repository.ownerId);
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: accountShape(sim, owner),
    repo: {
      ...repositoryShape(sim, repository),
      allow_merge_commit: repository.allowMergeCommit,
      allow_squash_merge: repository.allowSquashMerge,
      allow_rebase_merge: repository.allowRebaseMerge,
      allow_auto_merge: repository.allowAutoMerge,
      delete_branch_on_merge: repository.deleteBranchOnMerge,
      allow_update_branch: false,
    },
  };
}

function autoMergeShape(sim: Sim, pull: PullRequest): Shape | null {
  if (pull.autoMerge === null) return null;
  const { enabledById, method, commitTitle, commitMessage } = pull.autoMerge;
  return {
    enabled_by: accountShape(sim, known(sim.world.accounts, enabledById)),
    merge_method: method,
    commit_title: commitTitle ?? "",
    commit_message: commitMessage ?? "",
  };
}

function addresses(sim: Sim, pull: PullRequest): Shape {
  const url = pullUrl(sim, pull);
  const issue = issueUrl(sim, known(sim.world.issues, pull.issueId));
  const repository = repositoryUrl(sim, known(sim.world.repositories, pull.repositoryId));
  return {
    url,
    issue_url: issue,
    commits_url: `${url}/commits`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${repository}/pulls/comments{/number}`,
    comments_url: `${issue}/comments`,
    statuses_url: `${repository}/statuses/${pull.headSha}`,
  };
}

function links(sim: Sim, pull: PullRequest): Shape {
  const url = pullUrl(sim, pull);
  const at = addresses(sim, pull);
  return {
    self: { href: url },
    html: { href: issuePage(sim, known(sim.world.issues, pull.issueId)) },
    issue: { href: at["issue_url"] },
    comments: { href: at["comments_url"] },
    review_comments: { href: at["review_comments_url"] },
    review_comment: { href: at["review_comment_url"] },
    commits: { href: at["commits_url"] },
    statuses: { href: at["statuses_url"] },
  };
}
