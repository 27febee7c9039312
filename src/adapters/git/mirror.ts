/** The bot's own copy of a repository: made when first needed, fetched one at a time, never collected as others borrow from it. */
import { mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { GitFault } from "./fault.ts";
import type { RepositoryLayout } from "./layout.ts";
import { askRemote } from "./network.ts";
import type { Remote } from "./network.ts";
import { runGit } from "./run-git.ts";
import { spawnGit } from "./spawn-git.ts";

/** Makes the mirror where there is none, and clears away what a crash left beside it. */
export async function ensureMirror(layout: RepositoryLayout): Promise<void> {
  const { folder, incoming, mirror } = layout;
  // Git that a killed service had started may still be writing there.
  await rm(incoming, { recursive: true, force: true, maxRetries: 5 });
  await mkdir(incoming, { recursive: true, mode: 0o700 });
  const found = await stat(mirror).catch(() => null);
  if (found !== null) return;
  // Made aside and moved: a mirror is complete or not there.
  const half = join(incoming, "mirror.git");
  const kind = ["--bare", "--template=", "--initial-branch=none"];
  await runGit({ gitDir: half, cwd: folder }, ["init", ...kind]);
  await rename(half, mirror);
}

/** Brings the mirror's ref for one branch of the remote up to date. */
export async function fetchBranch(
  layout: RepositoryLayout,
  remote: Remote,
  branch: string,
): Promise<void> {
  // Not refs/heads: git refuses to fetch into a branch that a worktree has checked out.
  await fetchRef(layout, remote, `refs/heads/${branch}`, remoteRef(branch));
}

/** Brings one ref of the remote into a ref of the mirror. */
export async function fetchRef(
  layout: RepositoryLayout,
  remote: Remote,
  from: string,
  to: string,
): Promise<void> {
  await breakingStaleLocks(layout.mirror, () =>
    askRemote(layout.mirror, remote, [
      "fetch",
      "--no-tags",
      "--no-recurse-submodules",
      "--no-auto-maintenance",
      "--no-write-fetch-head",
      "--end-of-options",
      remote.url,
      `+${from}:${to}`,
    ]),
  );
}

/** The mirror's ref for a branch of the remote. */
export const remoteRef = (branch: string): string => `refs/remotes/origin/${branch}`;

/** The commit that a ref or commit name of the mirror stands for; throws GitFault `not-found` when there is none. */
export async function commitAt(mirror: string, name: string): Promise<Sha> {
  const found = await findCommit(mirror, name);
  if (found !== null) return found;
  throw new GitFault("not-found", `the mirror has no commit ${name}`, null);
}

/** As `commitAt`, null when there is none. */
export async function findCommit(mirror: string, name: string): Promise<Sha | null> {
  const input = `${name}^{commit}\n`;
  const answer = await runGit({ gitDir: mirror, cwd: mirror, input }, [
    "cat-file",
    "--batch-check",
  ]);
  const [id = "", type] = answer.trim().split(" ");
  return type === "commit" ? sha(id) : null;
}

/** Sets refs of the mirror, all or none; null deletes. */
export async function setRefs(
  mirror: string,
  refs: readonly (readonly [ref: string, commit: Sha | null])[],
): Promise<void> {
  const lines = refs.map(([ref, commit]) =>
    commit === null ? `delete ${ref}` : `update ${ref} ${commit}`,
  );
  const input = ["start", ...lines, "commit", ""].join("\n");
  await breakingStaleLocks(mirror, () =>
    runGit({ gitDir: mirror, cwd: mirror, input }, ["update-ref", "--stdin"]),
  );
}

/** Refs of the mirror that are, or are under, one of the names, with their commits. */
export async function refsUnder(
  mirror: string,
  ...names: readonly string[]
): Promise<readonly { readonly ref: string; readonly head: Sha }[]> {
  // By spawn, for it may say nothing: simple-git waits another 50 ms for a git that was silent.
  const args = ["for-each-ref", "--format=%(objectname) %(refname)", ...names];
  const lines = (await spawnGit({ gitDir: mirror, cwd: mirror, args })).toString("utf8");
  return lines
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [head = "", ref = ""] = line.split(" ");
      return { ref, head: sha(head) };
    });
}

// Git holds the lock of a ref for milliseconds; one that is older belonged to a git that was killed.
const staleMs = 2000;

async function breakingStaleLocks<Answer>(
  mirror: string,
  work: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitFault) || error.kind !== "locked") throw error;
    await pause(staleMs);
    await removeStaleLocks(mirror);
    return await work();
  }
}

async function removeStaleLocks(mirror: string): Promise<void> {
  const refs = await readdir(join(mirror, "refs"), { recursive: true });
  const names = ["packed-refs.lock", "shallow.lock", "HEAD.lock"].concat(
    refs.filter((name) => name.endsWith(".lock")).map((name) => join("refs", name)),
  );
  for (const name of names) {
    const path = join(mirror, name);
    const found = await stat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs >= staleMs) await rm(path, { force: true });
  }
}
