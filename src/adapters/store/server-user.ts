/** PostgreSQL refuses to run as root: the user that it runs as instead, and what that user can reach. */
import { chmod, chown, realpath, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, sep } from "node:path";

import { StoreFault } from "./fault.ts";

/** The account `nobody`, which every Linux and container image knows by this number. */
export type ServerUser = { readonly uid: number; readonly gid: number };

const nobody: ServerUser = { uid: 65534, gid: 65534 };

/** The user to run the server as; null runs it as ourselves. */
export const serverUser = (): ServerUser | null => (process.getuid?.() === 0 ? nobody : null);

/** May this user pass through the folder and all above it? */
export async function canEnter(folder: string, user: ServerUser): Promise<boolean> {
  return (await closedFolders(folder, user)).length === 0;
}

/** Lets the server's user pass through the data folder, or throws StoreFault `setup` when it cannot get there. */
export async function openWay(dataFolder: string, user: ServerUser): Promise<void> {
  const temporary = (await realpath(tmpdir())) + sep;
  for (const folder of await closedFolders(dataFolder, user)) {
    const { uid, mode } = await stat(folder);
    // Beyond the data folder only what a test or demo has made for the moment is ours to open.
    if (folder !== dataFolder && (uid !== 0 || !folder.startsWith(temporary)))
      throw new StoreFault(
        "setup",
        `starting PostgreSQL in ${dataFolder}`,
        `it cannot run as root, and user ${user.uid} may not enter ${folder}; choose a data folder that everyone can reach (for example /var/lib/yardmaster), start as another user, or set DATABASE_URL`,
      );
    // Group only: passing through is enough, and nobody else gains a view of the folder.
    await chown(folder, uid, user.gid);
    await chmod(folder, (mode & 0o707) | 0o010);
  }
}

/** The folders on the way that the user may not enter, uppermost first. */
async function closedFolders(folder: string, user: ServerUser): Promise<readonly string[]> {
  const parent = dirname(folder);
  const above = parent === folder ? [] : await closedFolders(parent, user);
  const { gid, mode } = await stat(folder);
  const isOpen = (mode & (gid === user.gid ? 0o010 : 0o001)) !== 0;
  return isOpen ? above : [...above, folder];
}
