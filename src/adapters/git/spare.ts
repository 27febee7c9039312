/** One spare: files and index of a worktree to be. It has no repository, so no agent can have been near it, and git makes all the rest as ever. */
import { mkdir, mkdtemp, readdir, rename, rm, rmdir, stat, utimes } from "node:fs/promises";
import { uptime } from "node:os";
import { basename, join } from "node:path";

import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import type { AttemptLayout, RepositoryLayout } from "./layout.ts";
import { exitOfGit, spawnGit } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** Files of a commit with the index that describes them. */
export type Spare = {
  readonly folder: string;
  readonly commit: Sha;
  /** False for what the machine may not have written out when it went down: right in size, wrong in content. */
  readonly isSound: boolean;
};

/** Checks a commit out beside everything; what is among the spares is complete. Rejects when the signal ends it. */
export async function makeSpare(
  { mirror, incoming, spares }: RepositoryLayout,
  commit: Sha,
  signal: AbortSignal,
): Promise<void> {
  const folder = await mkdtemp(join(incoming, "spare-"));
  const { tree, index } = partsOf(folder);
  try {
    await mkdir(tree);
    const call: GitCall = {
      gitDir: mirror,
      cwd: tree,
      args: ["read-tree", "--reset", "-u", commit],
      variables: { GIT_WORK_TREE: tree, GIT_INDEX_FILE: index },
      // One file after the other.
      settings: [["checkout.workers", "1"]],
      isBackground: true,
    };
    await spawnGit(call, signal);
    // Git reads every file again that is as young as its index, and here nobody will write any more.
    const settled = new Date(Date.now() + 2_000);
    await utimes(index, settled, settled);
    await mkdir(spares, { recursive: true, mode: 0o700 });
    await rename(folder, join(spares, `${commit}.${basename(folder)}`));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The spares of a repository, the youngest first: it has the shortest way to go. */
export async function listSpares({ spares }: RepositoryLayout): Promise<readonly Spare[]> {
  const bootedMs = Date.now() - uptime() * 1000;
  const found: (Spare & { readonly madeMs: number })[] = [];
  for (const name of await readdir(spares).catch(() => [])) {
    const [, commit] = /^([0-9a-f]{40})\./.exec(name) ?? [];
    const folder = join(spares, name);
    const made = await stat(folder).catch(() => null);
    // Another order may have taken it in between.
    if (commit === undefined || made === null) continue;
    const madeMs = made.mtimeMs;
    found.push({ folder, commit: sha(commit), isSound: madeMs > bootedMs, madeMs });
  }
  return found.toSorted((one, other) => other.madeMs - one.madeMs);
}

/** Takes a spare that a worktree of this commit can be made from; null when there is none. What is taken is the taker's to remove. */
export async function takeSpare(layout: RepositoryLayout, start: Sha): Promise<Spare | null> {
  for (const spare of await listSpares(layout)) {
    if (!(await suits(layout.mirror, spare, start))) continue;
    const folder = await claimSpare(layout, spare);
    if (folder !== null) return { ...spare, folder };
  }
  return null;
}

/** Moves a spare, whole, to where everything is garbage at the next start; null when another was faster. */
export async function claimSpare(
  { incoming }: RepositoryLayout,
  spare: Spare,
): Promise<string | null> {
  const folder = await mkdtemp(join(incoming, "taken-"));
  try {
    await rename(spare.folder, folder);
    return folder;
  } catch {
    await rm(folder, { recursive: true, force: true });
    return null;
  }
}

/** Would moving the spare to a commit leave what a checkout of that commit makes, and be the smaller work? */
export async function suits(mirror: string, spare: Spare, commit: Sha): Promise<boolean> {
  if (!spare.isSound) return false;
  if (spare.commit === commit) return true;
  const args = ["diff-tree", "-r", "-z", "--name-only", "--no-renames", spare.commit, commit];
  const exit = await exitOfGit({ gitDir: mirror, cwd: mirror, args });
  if (exit.code !== 0) return false;
  const paths = exit.stdout.toString("utf8").split("\0");
  // Attributes decide how a file is written, and git would not write again what only they change.
  if (paths.some((path) => basename(path).toLowerCase() === ".gitattributes")) return false;
  return paths.length <= farFiles;
}

// Every file that differs is removed and written: from here on a fresh checkout is as good.
const farFiles = 5_000;

/** Gives the files and the index to a worktree that git made without any, and has git bring them to its HEAD. */
export async function placeSpare(
  { folder }: Spare,
  { repository, worktree, name }: AttemptLayout,
): Promise<void> {
  const { tree, index } = partsOf(folder);
  const gitDir = join(repository, "worktrees", name);
  await rename(join(worktree, ".git"), join(tree, ".git"));
  await rmdir(worktree);
  await rename(tree, worktree);
  await rename(index, join(gitDir, "index"));
  // The same call that ends every `worktree add`.
  const args = ["reset", "--hard", "--no-recurse-submodules"];
  await spawnGit({ gitDir, cwd: worktree, args, variables: { GIT_WORK_TREE: worktree } });
}

const partsOf = (folder: string): { readonly tree: string; readonly index: string } => ({
  tree: join(folder, "tree"),
  index: join(folder, "index"),
});
