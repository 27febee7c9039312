/** What this machine has of what a box is made of. */
import { access, constants, lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import type { Ground } from "./arguments.ts";

/** Where a program of the machine is, by our own PATH; null when it is not there. */
export async function findProgram(name: string): Promise<string | null> {
  const folders = [...(process.env["PATH"] ?? "").split(":"), "/usr/bin", "/bin"];
  for (const folder of folders.filter((one) => one.startsWith("/"))) {
    const path = join(folder, name);
    const isThere = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path;
  }
  return null;
}

/** What every box on this machine stands on. */
export async function lookAround(): Promise<Ground> {
  const roots = await Promise.all(systemFolders.map(rootEntry));
  const settings = await Promise.all(
    systemSettings.map(async (path) => ((await kindOf(path)) === null ? [] : [path])),
  );
  return { roots: roots.flat(), settings: settings.flat() };
}

/** Links into `/usr` on most machines, folders beside it on others. */
const systemFolders = ["/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32"] as const;

/** No keys, passwords or addresses are in any of them. */
const systemSettings = [
  "/etc/alternatives",
  "/etc/ld.so.cache",
  "/etc/localtime",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/pki/ca-trust/extracted",
  "/etc/pki/tls/certs",
] as const;

async function rootEntry(path: string): Promise<Ground["roots"]> {
  const kind = await kindOf(path);
  if (kind === null) return [];
  return [{ path, link: kind === "link" ? await readlink(path) : null }];
}

async function kindOf(path: string): Promise<"link" | "other" | null> {
  const entry = await lstat(path).catch(() => null);
  if (entry === null) return null;
  return entry.isSymbolicLink() ? "link" : "other";
}

/** A file of the kernel without the line's end; null when it is not there or not for us. */
export async function kernelFile(path: string): Promise<string | null> {
  return (await readFile(path, "utf8").catch(() => null))?.trim() ?? null;
}
