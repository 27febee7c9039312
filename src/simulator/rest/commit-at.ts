/** Finds the commit that a path or query means. */
import { gitDirOf } from "../acts/git-place.ts";
import { Refusal } from "../refusal.ts";
import { resolveCommit } from "../git/repository.ts";
import type { RepositoryCall } from "./call.ts";

/** The commit behind a branch, a tag, a full ref or an object name; 422 with GitHub's text when there is none. */
export async function commitNamed(call: RepositoryCall, name: string): Promise<string> {
  const sha = await findCommit(call, name);
  if (sha !== undefined) return sha;
  throw new Refusal(422, `No commit found for SHA: ${name}`);
}

/** As `commitNamed`, or undefined. */
export async function findCommit(call: RepositoryCall, name: string): Promise<string | undefined> {
  const gitDir = gitDirOf(call.sim, call.repository);
  // GitHub lets an owner stand before the branch: `octo:main`.
  const bare = name.slice(name.indexOf(":") + 1);
  return (
    (await resolveCommit(gitDir, `refs/heads/${bare}`)) ??
    (await resolveCommit(gitDir, `refs/tags/${bare}`)) ??
    (await resolveCommit(gitDir, bare.startsWith("refs/") ? bare : `refs/${bare}`)) ??
    (/^[0-9a-f]{4,40}$/.test(bare) ? await resolveCommit(gitDir, bare) : undefined)
  );
}
