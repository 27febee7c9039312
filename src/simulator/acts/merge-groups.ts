/** Merge groups: what GitHub's merge queue has checked before it merges. */
import { announce } from "./act.ts";
import { commitText } from "./merge-words.ts";
import { deleteRef, updateRef } from "../git/repository.ts";
import { gitDirOf, githubSignature, signatureOf } from "./git-place.ts";
import { headCommitShape } from "../shapes/commits.ts";
import { known } from "../world/find.ts";
import { mergeability, mergeCommit, squashCommit } from "../git/merge.ts";
import { readCommit } from "../git/history.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { MergeGroup, PullRequest, QueueEntry } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Merges the pull request of an entry into a commit, on a branch of the queue, and asks for its checks; false when it conflicts. */
export async function makeGroup(
  sim: Sim,
  by: By,
  entry: QueueEntry,
  baseSha: string,
): Promise<boolean> {
  const pull = known(sim.world.pulls, entry.pullId);
  const repository = known(sim.world.repositories, entry.repositoryId);
  const group = await writeRefs(sim, by, repository, async (gitDir) => {
    const outcome = await mergeability(gitDir, baseSha, entry.headSha);
    if (outcome.kind === "conflict") return null;
    const sha = await commitOf(sim, repository, pull, {
      gitDir,
      tree: outcome.tree,
      baseSha,
    });
    const ref = `refs/heads/gh-readonly-queue/${pull.baseRef}/pr-${pull.number}-${baseSha}`;
    // It may have been taken out while git was at work.
    if (sim.world.queueEntries.has(entry.id)) await updateRef(gitDir, ref, sha);
    return { ref, sha, baseSha };
  });
  if (group === null) return false;
  if (!sim.world.queueEntries.has(entry.id)) return true;
  entry.group = group;
  await tell(sim, by, { pull, group }, { action: "checks_requested" });
  return true;
}

async function commitOf(
  sim: Sim,
  repository: Repository,
  pull: PullRequest,
  merge: { readonly gitDir: string; readonly tree: string; readonly baseSha: string },
): Promise<string> {
  const { gitDir, tree, baseSha } = merge;
  const method = repository.mergeQueues[pull.baseRef] ?? "merge";
  const order = { method, title: undefined, message: undefined };
  const author = known(sim.world.accounts, known(sim.world.issues, pull.issueId).authorId);
  const draft = {
    message: await commitText(sim, pull, order),
    author: signatureOf(sim, author),
    committer: githubSignature(sim),
  };
  const parents = { base: baseSha, head: pull.headSha };
  return method === "squash"
    ? await squashCommit(gitDir, baseSha, tree, draft)
    : await mergeCommit(gitDir, parents, tree, draft);
}

/** Ends the merge group of an entry, if it has one. */
export async function endGroup(
  sim: Sim,
  by: By,
  end: {
    readonly entry: QueueEntry;
    readonly pull: PullRequest;
    readonly reason: "merged" | "invalidated" | "dequeued";
  },
): Promise<void> {
  const { entry, pull, reason } = end;
  const { group } = entry;
  if (group === null) return;
  const repository = known(sim.world.repositories, entry.repositoryId);
  await writeRefs(sim, by, repository, async (gitDir) => {
    await deleteRef(gitDir, group.ref);
  });
  await tell(sim, by, { pull, group }, { action: "destroyed", reason });
}

async function tell(
  sim: Sim,
  by: By,
  { pull, group }: { readonly pull: PullRequest; readonly group: MergeGroup },
  what: Shape,
): Promise<void> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const commit = await readCommit(gitDirOf(sim, repository), group.sha);
  announce(sim, by, repository, "merge_group", {
    ...what,
    merge_group: {
      head_sha: group.sha,
      head_ref: group.ref,
      base_sha: group.baseSha,
      base_ref: `refs/heads/${pull.baseRef}`,
      head_commit: headCommitShape(commit),
    },
  });
}
