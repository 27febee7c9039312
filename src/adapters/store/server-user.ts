/** PostgreSQL refuses to run as root: the user that it runs as instead, and what that user can reach. */
import { chmod, chown, stat } from "node:fs/promises";
import { dirname } from "node:path";

import { StoreFault } from "./fault.ts";

/** The account `nobody`, which every Linux and container image knows by this number. */
export type ServerUser = { readonly uid: number; readonly gid: number };

const nobody: ServerUser = { uid: 65534, gid: 65534 };

/** The user to run the server as; null runs it as ourselves. */
export const serverUser = (): ServerUser | null => (process.getuid?.() === 0 ? nobody : null);

/** May everybody pass through this folder and all above it? */
export async function canEnter(folder: string): Promise<boolean> {
  return (await closedFolder(folder)) === null;
}

/** Lets the server's user pass through the data folder, or throws StoreFault `setup` when it cannot get there. */
export async function openWay(dataFolder: string, user: ServerUser): Promise<void> {
  const closed = await closedFolder(dirname(dataFolder));
  if (closed !== null)
    throw new StoreFault(
      "setup",
      `starting PostgreSQL in ${dataFolder}`,
      `it cannot run as root, and user ${user.uid} may not enter ${closed}; choose a data folder that everyone can reach (for example /var/lib/yardmaster), start as another user, or set DATABASE_URL`,
    );
  if (await canEnter(dataFolder)) return;
  // Group only: passing through is enough, and nobody else gains a view of the folder.
  const { uid, mode } = await stat(dataFolder);
  await chown(dataFolder, uid, user.gid);
  await chmod(dataFolder, (mode & 0o707) | 0o010);
}

/** The uppermost folder on the way that others may not enter; null when there is none. */
async function closedFolder(folder: string): Promise<string | null> {
  const parent = dirname(folder);
  const above = parent === folder ? null : await closedFolder(parent);
  if (above !== null) return above;
  const { mode } = await stat(folder);
  return (mode & 0o001) === 0 ? folder : null;
}
