/** What PostgreSQL's own lock file says about the server of a database folder. */
import { execFile } from "node:child_process";
import { link, readFile, readlink, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

import { codeOf } from "./fault.ts";

/** A server process found by its lock file. */
export type Postmaster = {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string;
  /** True once it accepts connections. */
  readonly isReady: boolean;
};

const run = promisify(execFile);

/** The live server of a database folder; null when none runs. A lock file left by a dead one counts as none. */
export async function findPostmaster(folder: string): Promise<Postmaster | null> {
  const text = await readLock(lockFile(folder));
  if (text === null) return null;
  // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, folder, start, port, socket folder, address, shared memory, status
  const [, , , port = "", socketFolder = "", , , status = ""] = text.split("\n");
  const pid = pidIn(text);
  if (!(await isPostgres(pid, folder))) return null;
  return { pid, port: Number(port), socketFolder, isReady: status.trim() === "ready" };
}

/**
 * Removes a lock file whose pid belongs to another program by now, as after a restart of a container: PostgreSQL looks
 * at the pid alone and would refuse to start. A lock file of a dead process it judges itself, more exactly than we could.
 */
export async function removeForeignLock(folder: string): Promise<void> {
  const lock = lockFile(folder);
  const text = await readLock(lock);
  if (text === null || !isAlive(pidIn(text)) || (await isPostgres(pidIn(text), folder))) return;
  // A server started in this very moment may have replaced it: take it aside, look again, give it back.
  const aside = `${lock}.${process.pid}`;
  await rename(lock, aside).catch(() => undefined);
  const taken = await readLock(aside);
  if (taken !== null && taken !== text) await link(aside, lock).catch(() => undefined);
  await rm(aside, { force: true });
}

/** Does a process with this id exist? */
export function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

const lockFile = (folder: string): string => join(folder, "postmaster.pid");

const readLock = (lock: string): Promise<string | null> => readFile(lock, "utf8").catch(() => null);

const pidIn = (lock: string): number => Number.parseInt(lock, 10);

/** A pid alone proves nothing: after a restart of the machine or container another process may have it. */
async function isPostgres(pid: number, folder: string): Promise<boolean> {
  if (!isAlive(pid)) return false;
  if (process.platform === "linux")
    return readlink(`/proc/${pid}/cwd`).then(
      (cwd) => cwd === folder,
      () => false,
    );
  return run("ps", ["-o", "comm=", "-p", String(pid)]).then(
    ({ stdout }) => stdout.includes("postgres"),
    () => false,
  );
}
