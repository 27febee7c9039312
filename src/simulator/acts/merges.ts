/** Merging: a pull request into its base, a base into a pull request, one branch into another. */
import { commitText } from "./merge-words.ts";
import { deleteRef, resolveCommit, updateRef } from "../git/repository.ts";
import { githubSignature, signatureOf } from "./git-place.ts";
import { isAncestor, mergeability, mergeCommit, squashCommit } from "../git/merge.ts";
import { known } from "../world/find.ts";
import { markMerged } from "./pull-endings.ts";
import { noteOn, refuseArchived } from "./act.ts";
import { Refusal } from "../refusal.ts";
import { isOutdated, unmetRequirements } from "./requirements.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { MergeMethod, PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

/** How a pull request is to be merged. */
export interface MergeOrder {
  readonly method: MergeMethod;
  /** The head that the caller has seen; undefined merges whatever is there. */
  readonly sha: string | undefined;
  readonly title: string | undefined;
  readonly message: string | undefined;
}

/** Merges a pull request into its base branch and returns the commit; 405 or 409 with GitHub's texts when it cannot. */
export async function mergePull(
  sim: Sim,
  by: By,
  pull: PullRequest,
  order: MergeOrder,
): Promise<string> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  return await writeRefs(sim, by, repository, async (gitDir) => {
    refuseMerge(sim, repository, pull, order);
    const tree = await mergedTree(gitDir, pull);
    const words = await commitText(sim, pull, order);
    const squashes = order.method === "squash";
    const author = known(sim.world.issues, pull.issueId).authorId;
    const draft = {
      message: words,
      author: signatureOf(sim, squashes ? known(sim.world.accounts, author) : by.account),
      committer: githubSignature(sim),
    };
    const parents = { base: pull.baseSha, head: pull.headSha };
    const commit = squashes
      ? await squashCommit(gitDir, pull.baseSha, tree, draft)
      : await mergeCommit(gitDir, parents, tree, draft);
    await updateRef(gitDir, `refs/heads/${pull.baseRef}`, commit, pull.baseSha);
    markMerged(sim, by, pull, commit);
    if (repository.deleteBranchOnMerge) {
      await deleteRef(gitDir, `refs/heads/${pull.headRef}`);
      noteOn(sim, by, known(sim.world.issues, pull.issueId), "head_ref_deleted");
    }
    return commit;
  });
}

function refuseMerge(sim: Sim, repository: Repository, pull: PullRequest, order: MergeOrder): void {
  if (known(sim.world.issues, pull.issueId).state === "closed") throw notMergeable();
  if (pull.draft) throw new Refusal(405, "Pull Request is still a draft");
  if (order.sha !== undefined && order.sha !== pull.headSha) {
    throw new Refusal(409, "Head branch was modified. Review and try the merge again.");
  }
  const refusal = methodRefusal(repository, order.method);
  if (refusal !== undefined) throw new Refusal(405, refusal);
  if (pull.mergeable !== true) throw notMergeable();
  if (repository.mergeQueues[pull.baseRef] !== undefined) {
    throw new Refusal(405, "Changes must be made through the merge queue");
  }
  const [unmet] = unmetRequirements(sim, pull);
  if (unmet !== undefined) throw new Refusal(405, unmet);
  if (isOutdated(sim, pull)) {
    throw new Refusal(405, "Head branch is out of date. Review and try the merge again.");
  }
}

function notMergeable(): Refusal {
  return new Refusal(405, "Pull Request is not mergeable");
}

/** Why a repository does not merge in this way; rebase is never possible here. */
export function methodRefusal(repository: Repository, method: MergeMethod): string | undefined {
  switch (method) {
    case "merge":
      return repository.allowMergeCommit
        ? undefined
        : "Merge commits are not allowed on this repository.";
    case "squash":
      return repository.allowSquashMerge
        ? undefined
        : "Squash merges are not allowed on this repository.";
    case "rebase":
      return "Rebase merges are not allowed on this repository.";
  }
}

async function mergedTree(gitDir: string, pull: PullRequest): Promise<string> {
  const outcome = await mergeability(gitDir, pull.baseSha, pull.headSha);
  if (outcome.kind === "conflict") throw notMergeable();
  return outcome.tree;
}

/** Brings a pull request's head up to its base by merging the base into it. */
export async function updateBranch(
  sim: Sim,
  by: By,
  pull: PullRequest,
  expectedHead: string | undefined,
): Promise<void> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  if (expectedHead !== undefined && expectedHead !== pull.headSha) {
    throw new Refusal(422, "expected head sha didn’t match current head ref.");
  }
  const outcome = await mergeBranch(sim, by, repository, {
    into: pull.headRef,
    from: pull.baseRef,
    message: `Merge branch '${pull.baseRef}' into ${pull.headRef}`,
  });
  if (outcome.kind === "conflict") throw new Refusal(422, "merge conflict between base and head");
  if (outcome.kind === "nothing") {
    throw new Refusal(422, "There are no new commits on the base branch.");
  }
}

/** What came of merging one branch into another. */
export type BranchMerge =
  | { readonly kind: "merged"; readonly commit: string }
  | { readonly kind: "nothing" }
  | { readonly kind: "conflict" };

/** Merges a branch or commit into a branch. */
export async function mergeBranch(
  sim: Sim,
  by: By,
  repository: Repository,
  order: { readonly into: string; readonly from: string; readonly message: string },
): Promise<BranchMerge> {
  refuseArchived(repository);
  return await writeRefs(sim, by, repository, async (gitDir): Promise<BranchMerge> => {
    const base = await resolveCommit(gitDir, `refs/heads/${order.into}`);
    if (base === undefined) throw new Refusal(404, "Base does not exist");
    const head =
      (await resolveCommit(gitDir, `refs/heads/${order.from}`)) ??
      (await resolveCommit(gitDir, order.from));
    if (head === undefined) throw new Refusal(404, "Head does not exist");
    if (await isAncestor(gitDir, head, base)) return { kind: "nothing" };
    const outcome = await mergeability(gitDir, base, head);
    if (outcome.kind === "conflict") return { kind: "conflict" };
    const commit = await mergeCommit(gitDir, { base, head }, outcome.tree, {
      message: order.message,
      author: signatureOf(sim, by.account),
      committer: githubSignature(sim),
    });
    await updateRef(gitDir, `refs/heads/${order.into}`, commit, base);
    return { kind: "merged", commit };
  });
}
