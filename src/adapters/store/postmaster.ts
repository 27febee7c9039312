/** What PostgreSQL's own lock file says about the server of a database folder. */
import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

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
  const text = await readFile(lockFile(folder), "utf8").catch(() => null);
  if (text === null) return null;
  // https://www.postgresql.org/docs/18/storage-file-layout.html: pid, folder, start, port, socket folder, address, shared memory, status
  const [pid = "", , , port = "", socketFolder = "", , , status = ""] = text.split("\n");
  if (!(await isPostgres(Number(pid), folder))) return null;
  return {
    pid: Number(pid),
    port: Number(port),
    socketFolder,
    isReady: status.trim() === "ready",
  };
}

export const lockFile = (folder: string): string => join(folder, "postmaster.pid");

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** A pid alone proves nothing: after a restart of the machine or container another process may have it. */
async function isPostgres(pid: number, folder: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return false;
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
