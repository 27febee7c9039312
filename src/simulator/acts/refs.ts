/** Branches and tags moved through the API, and commits made on behalf of people. */
import {
  BadPath,
  commitFiles,
  createRef,
  deleteRef,
  isRefName,
  resolveCommit,
  updateRef,
} from "../git/repository.ts";
import { isAncestor } from "../git/merge.ts";
import { refuseArchived } from "./act.ts";
import { Refusal } from "../refusal.ts";
import { signatureOf } from "./git-place.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { Changes, Signature } from "../git/repository.ts";
import type { Repository } from "../world/accounts.ts";

/** Creates a ref such as `refs/heads/topic`. */
export async function createReference(
  sim: Sim,
  by: By,
  repository: Repository,
  ref: string,
  sha: string,
): Promise<string> {
  refuseArchived(repository);
  return await writeRefs(sim, by, repository, async (gitDir) => {
    if (!/^refs\/[^/]+\/./.test(ref) || !(await isRefName(gitDir, ref))) {
      throw new Refusal(
        422,
        "Reference name must start with 'refs/' and contain at least two slashes.",
      );
    }
    const commit = await resolveCommit(gitDir, sha);
    if (commit === undefined) throw new Refusal(422, "Object does not exist");
    if ((await resolveCommit(gitDir, ref)) !== undefined) {
      throw new Refusal(422, "Reference already exists");
    }
    await createRef(gitDir, ref, commit);
    return commit;
  });
}

/** Moves a ref; backwards or sideways only by force. */
export async function updateReference(
  sim: Sim,
  by: By,
  repository: Repository,
  ref: string,
  target: { readonly sha: string; readonly force: boolean },
): Promise<string> {
  refuseArchived(repository);
  return await writeRefs(sim, by, repository, async (gitDir) => {
    const before = await resolveCommit(gitDir, ref);
    if (before === undefined) throw new Refusal(422, "Reference does not exist");
    const commit = await resolveCommit(gitDir, target.sha);
    if (commit === undefined) throw new Refusal(422, "Object does not exist");
    if (!target.force && !(await isAncestor(gitDir, before, commit))) {
      throw new Refusal(422, "Update is not a fast forward");
    }
    await updateRef(gitDir, ref, commit, before);
    return commit;
  });
}

/** Deletes a ref, but never the default branch. */
export async function deleteReference(
  sim: Sim,
  by: By,
  repository: Repository,
  ref: string,
): Promise<void> {
  refuseArchived(repository);
  await writeRefs(sim, by, repository, async (gitDir) => {
    if ((await resolveCommit(gitDir, ref)) === undefined) {
      throw new Refusal(422, "Reference does not exist");
    }
    if (ref === `refs/heads/${repository.defaultBranch}`) {
      throw new Refusal(422, "Cannot delete the default branch");
    }
    await deleteRef(gitDir, ref);
  });
}

/** A commit that a person makes on a branch. */
export interface BranchCommit {
  readonly branch: string;
  readonly files: Changes;
  readonly message: string;
  /** Where a branch that does not exist yet begins; the default branch when undefined. */
  readonly createFrom: string | undefined;
  /** Undefined signs with the account. */
  readonly author: Signature | undefined;
  /** The commit to build on in place of the branch's head, leaving what came after it behind. */
  readonly onto: string | undefined;
}

/** Commits files to a branch, which is created where it does not exist; returns the commit. */
export async function commitToBranch(
  sim: Sim,
  by: By,
  repository: Repository,
  commit: BranchCommit,
): Promise<string> {
  refuseArchived(repository);
  return await writeRefs(sim, by, repository, async (gitDir) => {
    const ref = `refs/heads/${commit.branch}`;
    if (!(await isRefName(gitDir, ref))) throw new Refusal(422, "Reference name is invalid");
    const parent = await parentOf(gitDir, repository, commit);
    const author = commit.author ?? signatureOf(sim, by.account);
    const committer = signatureOf(sim, by.account);
    const draft = { message: commit.message, author, committer, files: commit.files };
    try {
      const sha = await commitFiles(gitDir, ref, parent, [draft]);
      if (sha === undefined) throw new Error("a commit was written but has no name");
      return sha;
    } catch (error) {
      if (error instanceof BadPath) throw new Refusal(422, error.message);
      throw error;
    }
  });
}

async function parentOf(
  gitDir: string,
  repository: Repository,
  commit: BranchCommit,
): Promise<string | undefined> {
  if (commit.onto !== undefined) {
    const sha = await resolveCommit(gitDir, commit.onto);
    if (sha === undefined) throw new Refusal(422, "Object does not exist");
    return sha;
  }
  const head = await resolveCommit(gitDir, `refs/heads/${commit.branch}`);
  if (head !== undefined) return head;
  const start = commit.createFrom ?? repository.defaultBranch;
  const sha =
    (await resolveCommit(gitDir, `refs/heads/${start}`)) ?? (await resolveCommit(gitDir, start));
  if (sha === undefined && commit.createFrom !== undefined) {
    throw new Refusal(422, "Object does not exist");
  }
  return sha;
}
