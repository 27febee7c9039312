/** Pull requests as GitHub's REST API and webhooks show them. */
import { accountShape } from "./accounts.ts";
import { conversationShape, issuePage, issueUrl } from "./issues.ts";
import { commentsOf, known, where } from "../world/find.ts";
import { mergeableState } from "../acts/requirements.ts";
import { mergeFlags, repositoryShape, repositoryUrl } from "./repositories.ts";
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
  const reviewers = pull.requestedReviewerIds.map((id) => known(world.accounts, id));
  const page = issuePage(sim, issue);
  return {
    ...addresses(sim, pull),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    id: pull.id,
    node_id: pull.nodeId,
    ...conversationShape(sim, issue),
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    requested_reviewers: reviewers.map((row) => accountShape(sim, row)),
    requested_teams: [],
    head: side(sim, pull.headRepositoryId, pull.headRef, pull.headSha),
    base: side(sim, pull.repositoryId, pull.baseRef, pull.baseSha),
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
      ...mergeFlags(repository),
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
