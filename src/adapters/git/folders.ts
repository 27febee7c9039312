/** Removing folders: only inside the data folder, never through a link, even where an agent took away permissions. */
import { chmod, lstat, readdir, realpath, rm } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

import { GitFault } from "./fault.ts";

/** Removes a folder with all its content; harmless when it is gone. */
export async function removeFolder(root: string, folder: string): Promise<void> {
  const parent = await realpath(dirname(folder)).catch(absent);
  if (parent === null) return;
  // The folder itself may be a link, which is then removed; a link on the way to it would lead elsewhere.
  if (parent !== join(await realpath(root), relative(root, dirname(folder)))) {
    throw new GitFault("refused", `${relative(root, folder)} is reached through a link`, {
      parent,
    });
  }
  const remove = (): Promise<void> =>
    rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  try {
    await remove();
  } catch {
    await openUp(folder);
    await remove();
  }
}

/** Gives us back the permissions on what is ours, links not followed: some build tools make their caches read-only. */
export async function openUp(path: string): Promise<void> {
  const found = await lstat(path).catch(absent);
  if (found === null) return;
  if (found.isFile() && (found.mode & 0o400) === 0) await chmod(path, found.mode | 0o400);
  if (!found.isDirectory()) return;
  if ((found.mode & 0o700) !== 0o700) await chmod(path, found.mode | 0o700);
  for (const name of await readdir(path)) await openUp(path + sep + name);
}

function absent(error: unknown): null {
  if (error instanceof Error && "code" in error) {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return null;
  }
  throw error;
}
