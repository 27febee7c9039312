/** The database folder: made once by initdb, and refused when another major version made it. */
import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { access, chown, mkdir, readFile, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { promisify } from "node:util";

import type { Binaries } from "./binaries.ts";
import { StoreFault } from "./fault.ts";
import { isAlive } from "./postmaster.ts";
import type { ServerUser } from "./server-user.ts";

const run = promisify(execFile);

/** Makes the database folder where there is none. Throws StoreFault `setup` when it is of another version. */
export async function createDatabase(
  folder: string,
  binaries: Binaries,
  user: ServerUser | null,
): Promise<void> {
  const version = await readFile(join(folder, "PG_VERSION"), "utf8").catch(() => null);
  if (version !== null) return checkVersion(folder, version.trim(), binaries.major);
  await removeUnfinished(folder);
  // Made beside its place and moved there when complete: a start killed half-way leaves nothing that looks like a database.
  const unfinished = `${folder}-new-${process.pid}-${randomUUID()}`;
  await mkdir(unfinished, { mode: 0o700 });
  if (user !== null) await chown(unfinished, user.uid, user.gid);
  await initialise(unfinished, binaries, user);
  await rename(unfinished, folder).catch(async (error: unknown) => {
    await rm(unfinished, { recursive: true, force: true });
    // Another service has just made the same folder.
    if (!(await isDatabase(folder))) throw error;
  });
}

function checkVersion(folder: string, found: string, major: string): void {
  if (found === major) return;
  throw new StoreFault(
    "setup",
    `opening the database in ${folder}`,
    `PostgreSQL ${found} made it and this release brings PostgreSQL ${major}; run the former release to dump it (pg_dumpall), move the folder away, start once and load the dump, or set DATABASE_URL to a server that has it`,
  );
}

async function initialise(
  folder: string,
  binaries: Binaries,
  user: ServerUser | null,
): Promise<void> {
  const flags = ["--auth=trust", "--encoding=UTF8", "--locale=C", "--username=yardmaster"];
  await run(binaries.initdb, ["-D", folder, ...flags], {
    cwd: folder,
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    ...(user ?? {}),
  }).catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    const answer = error instanceof Error ? error.message.trim() : String(error);
    throw new StoreFault("setup", `creating a database in ${dirname(folder)}`, answer, error);
  });
}

/** What starts that were killed half-way left behind. */
async function removeUnfinished(folder: string): Promise<void> {
  const prefix = `${basename(folder)}-new-`;
  for (const name of await readdir(dirname(folder))) {
    if (!name.startsWith(prefix) || isAlive(Number.parseInt(name.slice(prefix.length), 10)))
      continue;
    await rm(join(dirname(folder), name), { recursive: true, force: true });
  }
}

const isDatabase = (folder: string): Promise<boolean> =>
  access(join(folder, "PG_VERSION")).then(
    () => true,
    () => false,
  );
