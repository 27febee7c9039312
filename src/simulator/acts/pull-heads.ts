/** What a pull request takes from git: its two ends, its size, and whether it merges. */
import { diffFiles } from "../git/diff.ts";
import { distance, mergeability, mergeBase, mergeCommit } from "../git/merge.ts";
import { gitDirOf, githubSignature } from "./git-place.ts";
import { known } from "../world/find.ts";
import { keepPullRef } from "../git/refs.ts";
import { resolveCommit } from "../git/repository.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Sim } from "../sim.ts";

/** Reads an open pull request's ends again, within a write to its repository; false when one of them is gone. */
export async function refreshPull(sim: Sim, pull: PullRequest): Promise<boolean> {
  const gitDir = gitDirOf(sim, known(sim.world.repositories, pull.repositoryId));
  const [base, head] = await Promise.all([
    resolveCommit(gitDir, `refs/heads/${pull.baseRef}`),
    resolveCommit(gitDir, `refs/heads/${pull.headRef}`),
  ]);
  if (base === undefined || head === undefined) return false;
  Object.assign(pull, { baseSha: base, headSha: head });
  await keepPullRef(gitDir, `refs/pull/${pull.number}/head`, head);

  const root = await mergeBase(gitDir, base, head);
  const files = await diffFiles(gitDir, root, head);
  const { ahead, behind } = await distance(gitDir, base, head);
  Object.assign(pull, {
    commits: ahead,
    behind,
    changedFiles: files.length,
    additions: files.reduce((total, file) => total + file.additions, 0),
    deletions: files.reduce((total, file) => total + file.deletions, 0),
  });
  await tryMerge(sim, pull, gitDir, root !== undefined);
  return true;
}

/** Makes the merge that GitHub keeps under refs/pull/N/merge while there is no conflict. */
async function tryMerge(
  sim: Sim,
  pull: PullRequest,
  gitDir: string,
  isRelated: boolean,
): Promise<void> {
  const outcome = isRelated ? await mergeability(gitDir, pull.baseSha, pull.headSha) : null;
  pull.mergeable = outcome?.kind === "clean";
  if (outcome?.kind !== "clean") return;
  const parents = { base: pull.baseSha, head: pull.headSha };
  const signature = githubSignature(sim);
  const message = `Merge ${pull.headSha} into ${pull.baseSha}`;
  const words = { message, author: signature, committer: signature };
  pull.mergeCommitSha = await mergeCommit(gitDir, parents, outcome.tree, words);
  await keepPullRef(gitDir, `refs/pull/${pull.number}/merge`, pull.mergeCommitSha);
}
