/** What `doctor` looks at on this machine: programs, the data folder, the database. */
import { constants } from "node:fs";
import { access, mkdir, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, sep } from "node:path";
import { execa } from "execa";

import type { MachineSettings } from "../settings.ts";
import { failed, ok, warning } from "./check.ts";
import type { Check } from "./check.ts";

/** Node itself. */
export function checkNode(): Check {
  const version = process.versions.node;
  return Number(version.split(".")[0]) >= 24
    ? ok("node", version)
    : failed("node", version, "start Yardmaster with Node 24 or later");
}

/** It brought `git merge-tree --write-tree`, with which the demo's GitHub merges. */
const leastGit = [2, 38] as const;

export async function checkGit(): Promise<Check> {
  const cure = `install git ${leastGit.join(".")} or later, for example with apt-get install git`;
  const asked = await execa("git", ["--version"], { reject: false, timeout: 10_000 });
  if (asked.failed) return failed("git", "git does not start", cure);
  const version = asked.stdout.split(" ")[2] ?? "";
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isEnough = major > leastGit[0] || (major === leastGit[0] && minor >= leastGit[1]);
  return isEnough ? ok("git", version) : failed("git", version, cure);
}

const gigabyte = 1_000_000_000;

/** Mirrors, worktrees and the database need room. */
export async function checkData({ dataFolder }: MachineSettings): Promise<Check> {
  const cure = "name a folder that this user may write with YARDMASTER_DATA";
  const place = await nearestFolder(dataFolder);
  if (!(await isWritable(place)))
    return failed("data folder", `${dataFolder} cannot be written`, cure);
  const { bavail, bsize } = await statfs(place);
  const free = (bavail * bsize) / gigabyte;
  const says = `${dataFolder}, ${free.toFixed(1)} GB free`;
  if (free < 1) return failed("data folder", says, "free some space, or name another folder");
  return free < 10
    ? warning("data folder", says, "large repositories need more: a worktree for each worker")
    : ok("data folder", says);
}

/** The folder, or the part of its path that exists. */
async function nearestFolder(folder: string): Promise<string> {
  const isThere = await access(folder).then(yes, no);
  return isThere || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK | constants.X_OK).then(yes, no);
const yes = (): boolean => true;
const no = (): boolean => false;

/** The embedded server's programs, or the server that was named. */
export async function checkDatabase({ dataFolder, databaseUrl }: MachineSettings): Promise<Check> {
  if (databaseUrl !== null) return checkServer(databaseUrl);
  const { findBinaries } = await import("../adapters/store/binaries.ts");
  const { canEnter, serverUser } = await import("../adapters/store/server-user.ts");
  const user = serverUser();
  try {
    await mkdir(dataFolder, { recursive: true });
    const isOpen =
      user === null || isTemporary(dataFolder) || (await canEnter(dirname(dataFolder), user));
    if (!isOpen) return failed("database", `user ${user.uid} cannot reach ${dataFolder}`, rootCure);
    const { major } = await findBinaries(dataFolder, user);
    return ok("database", `PostgreSQL ${major}, embedded`);
  } catch (error) {
    return failed("database", wordsOf(error), "install again, with optional dependencies");
  }
}

const rootCure =
  "PostgreSQL does not run as root: choose a data folder that everyone can reach, start Yardmaster as another user, or set DATABASE_URL";

/** What was made below a temporary folder, the service opens by itself. */
const isTemporary = (folder: string): boolean => folder.startsWith(tmpdir() + sep);

async function checkServer(connectionString: string): Promise<Check> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 10_000 });
  try {
    await client.connect();
    const { rows } = await client.query<{ server_version: string }>("show server_version");
    const version = rows[0]?.server_version ?? "";
    return Number.parseInt(version, 10) >= 15
      ? ok("database", `PostgreSQL ${version}, by DATABASE_URL`)
      : failed("database", `PostgreSQL ${version}`, "PostgreSQL 15 or later is needed");
  } catch (error) {
    return failed("database", wordsOf(error), "check DATABASE_URL and that the server runs");
  } finally {
    await client.end().catch(() => {});
  }
}

/** The first line of what went wrong. */
export const wordsOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
