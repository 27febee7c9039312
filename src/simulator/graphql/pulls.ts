/** Pull requests as GraphQL shows them. */
import { conversation } from "./conversation.ts";
import { connection } from "./connection.ts";
import { diffFiles } from "../git/diff.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { known } from "../world/find.ts";
import { linkedIssues } from "../acts/linked-issues.ts";
import { listCommits } from "../git/history.ts";
import { mergeableState } from "../acts/requirements.ts";
import { mergeBase } from "../git/merge.ts";
import { queueFields } from "./merge-queues.ts";
import { pullReviews } from "./reviews.ts";
import { rollup } from "./checks.ts";
import { showRef } from "./git-objects.ts";
import type { Actor } from "../auth/who.ts";
import type { FileChange } from "../git/diff.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Show, Shown } from "./graph.ts";
import type { Sim } from "../sim.ts";

/** A pull request. */
export function showPull(sim: Sim, actor: Actor, show: Show, pull: PullRequest): Shown {
  const { world } = sim;
  const issue = known(world.issues, pull.issueId);
  const state = pull.merged ? "MERGED" : issue.state.toUpperCase();
  return {
    __typename: "PullRequest",
    ...conversation(sim, actor, show, issue),
    ...branches(sim, show, pull),
    ...merging(sim, show, pull),
    ...pullReviews(sim, show, pull),
    id: pull.nodeId,
    databaseId: pull.id,
    fullDatabaseId: String(pull.id),
    state,
    isDraft: pull.draft,
    additions: pull.additions,
    deletions: pull.deletions,
    changedFiles: pull.changedFiles,
    maintainerCanModify: pull.maintainerCanModify,
    files: connection(() => changesOf(sim, pull), showFile),
    commits: connection(
      () => commitsOf(sim, pull),
      (sha) => showPullCommit(sim, show, pull, sha),
    ),
    closingIssuesReferences: connection(() => linkedIssues(sim, pull), show.issue),
  };
}

function branches(sim: Sim, show: Show, pull: PullRequest): Omit<Shown, "__typename"> {
  const { world } = sim;
  const base = known(world.repositories, pull.repositoryId);
  const head = known(world.repositories, pull.headRepositoryId);
  return {
    headRefName: pull.headRef,
    headRefOid: pull.headSha,
    baseRefName: pull.baseRef,
    baseRefOid: pull.baseSha,
    isCrossRepository: pull.headRepositoryId !== pull.repositoryId,
    headRepository: () => show.repository(head),
    headRepositoryOwner: () => show.account(known(world.accounts, head.ownerId)),
    baseRepository: () => show.repository(base),
    headRef: () => showRef(sim, show, head, `refs/heads/${pull.headRef}`),
    baseRef: () => showRef(sim, show, base, `refs/heads/${pull.baseRef}`),
  };
}

function merging(sim: Sim, show: Show, pull: PullRequest): Omit<Shown, "__typename"> {
  const { world } = sim;
  const repository = known(world.repositories, pull.repositoryId);
  return {
    merged: pull.merged,
    mergedAt: pull.mergedAt,
    mergedBy: () =>
      pull.mergedById === null ? null : show.account(known(world.accounts, pull.mergedById)),
    mergeCommit: () =>
      pull.merged && pull.mergeCommitSha !== null
        ? show.commit(repository, pull.mergeCommitSha)
        : null,
    mergeable: mergeable(pull),
    mergeStateStatus: () => mergeableState(sim, pull).toUpperCase(),
    statusCheckRollup: () => rollup(sim, show, repository, pull.headSha),
    ...queueFields(sim, show, pull),
    autoMergeRequest: () => autoMergeRequest(sim, show, pull),
  };
}

function mergeable({ merged, mergeable: answer }: PullRequest): string {
  if (merged || answer === null) return "UNKNOWN";
  return answer ? "MERGEABLE" : "CONFLICTING";
}

function autoMergeRequest(sim: Sim, show: Show, pull: PullRequest): Shown | null {
  if (pull.autoMerge === null) return null;
  const { enabledById, method, enabledAt, commitTitle, commitMessage } = pull.autoMerge;
  return {
    __typename: "AutoMergeRequest",
    mergeMethod: method.toUpperCase(),
    enabledAt,
    commitHeadline: commitTitle,
    commitBody: commitMessage,
    authorEmail: null,
    enabledBy: () => show.account(known(sim.world.accounts, enabledById)),
    pullRequest: () => show.pull(pull),
  };
}

async function changesOf(sim: Sim, pull: PullRequest): Promise<readonly FileChange[]> {
  const gitDir = gitDirOf(sim, baseOf(sim, pull));
  const fork = await mergeBase(gitDir, pull.baseSha, pull.headSha);
  return await diffFiles(gitDir, fork, pull.headSha);
}

async function commitsOf(sim: Sim, pull: PullRequest): Promise<string[]> {
  const commits = await listCommits(gitDirOf(sim, baseOf(sim, pull)), {
    revisions: [pull.headSha, `^${pull.baseSha}`],
    order: "oldest first",
  });
  return commits.map(({ sha }) => sha);
}

function baseOf(sim: Sim, pull: PullRequest): Repository {
  return known(sim.world.repositories, pull.repositoryId);
}

function showFile(file: FileChange): Shown {
  return {
    __typename: "PullRequestChangedFile",
    path: file.path,
    additions: file.additions,
    deletions: file.deletions,
    changeType: file.status === "removed" ? "DELETED" : file.status.toUpperCase(),
  };
}

function showPullCommit(sim: Sim, show: Show, pull: PullRequest, sha: string): Shown {
  return {
    __typename: "PullRequestCommit",
    id: `PURC_${Buffer.from(`${pull.id}:${sha}`).toString("base64url")}`,
    commit: () => show.commit(baseOf(sim, pull), sha),
    pullRequest: () => show.pull(pull),
  };
}
