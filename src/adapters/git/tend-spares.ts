/** Which spares there should be: enough for what may be ordered next, none that nobody uses, and no more than the disk carries. */
import { mkdir, readdir, stat, statfs, utimes } from "node:fs/promises";
import { basename, join } from "node:path";

import { repositoryId } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { removeFolder } from "./folders.ts";
import { repositoryLayout } from "./layout.ts";
import type { RepositoryLayout } from "./layout.ts";
import type { GitLog } from "./log.ts";
import { findCommit, remoteRef } from "./mirror.ts";
import { claimSpare, listSpares, makeSpare, suits } from "./spare.ts";
import type { Spare } from "./spare.ts";
import { spawnGit } from "./spawn-git.ts";

/** How many trees are kept ready, and for which repositories. */
export type SpareLimits = {
  /** 0 keeps none. */
  readonly perRepository: number;
  /** A smaller tree is checked out in the time that it takes to move one. */
  readonly leastFiles: number;
  /** How long nothing must have been ordered before spares are made. */
  readonly quietMs: number;
  /** After which a repository that nobody ordered from loses its spares. */
  readonly unusedMs: number;
  /** The part of the disk that must be free, or all spares go; for a new one half as much again must be. */
  readonly leastFree: number;
};

type Ground = { readonly root: string; readonly limits: SpareLimits; readonly log: GitLog };

/** Removes what the power may have failed under, what nobody used, and everything where the disk is short. */
export async function sweep(ground: Ground): Promise<void> {
  const { root, limits } = ground;
  const names = await readdir(join(root, "repositories")).catch(() => []);
  const isShort = names.length > 0 && (await freeShare(root)) < limits.leastFree;
  for (const name of names.filter((one) => /^[1-9][0-9]*$/.test(one))) {
    const layout = repositoryLayout(root, { id: repositoryId(Number(name)) });
    const used = await stat(layout.spares).catch(() => null);
    if (used === null) continue;
    const isUnused = Date.now() - used.mtimeMs > limits.unusedMs;
    for (const spare of await listSpares(layout)) {
      if (isShort || isUnused || !spare.isSound) await discard(root, layout, spare);
    }
  }
}

/** Makes what is missing for the present head of a branch, in place of what does not suit it. */
export async function replenish(
  { root, limits, log }: Ground,
  layout: RepositoryLayout,
  branch: string,
  signal: AbortSignal,
): Promise<void> {
  const commit = await findCommit(layout.mirror, remoteRef(branch));
  if (commit === null) return;
  let missing = limits.perRepository;
  for (const spare of await listSpares(layout)) {
    if (missing > 0 && (await suits(layout.mirror, spare, commit))) missing -= 1;
    else await discard(root, layout, spare);
  }
  if (missing > 0 && (await fileCount(layout.mirror, commit)) < limits.leastFiles) return;
  for (; missing > 0 && !signal.aborted; missing -= 1) {
    if ((await freeShare(root)) < limits.leastFree * roomForMore) return;
    await makeSpare(layout, commit, signal);
    log.info({ repository: basename(layout.folder), commit }, "spare worktree made");
  }
  const now = new Date();
  // The folder's time is that of the last use.
  await utimes(layout.spares, now, now).catch(() => {});
}

// At the very limit a spare would be made and removed in turns.
const roomForMore = 1.5;

async function discard(root: string, layout: RepositoryLayout, spare: Spare): Promise<void> {
  await mkdir(layout.incoming, { recursive: true, mode: 0o700 });
  // Whole, so that an order never takes half of one.
  const folder = await claimSpare(layout, spare);
  if (folder !== null) await removeFolder(root, folder);
}

async function fileCount(mirror: string, commit: Sha): Promise<number> {
  const args = ["ls-tree", "-r", "--name-only", "-z", commit];
  const names = await spawnGit({ gitDir: mirror, cwd: mirror, args });
  let count = 0;
  for (let end = names.indexOf(0); end !== -1; end = names.indexOf(0, end + 1)) count += 1;
  return count;
}

async function freeShare(root: string): Promise<number> {
  const { bavail, blocks } = await statfs(root);
  return bavail / blocks;
}
