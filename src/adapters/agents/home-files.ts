/** Writing into an agent's home: an earlier run may have put links there, and none is followed. */
import { randomUUID } from "node:crypto";
import { constants, existsSync } from "node:fs";
import { mkdir, open, rename, rm, unlink, type FileHandle } from "node:fs/promises";
import { AgentFault, codeOf } from "./fault.ts";

/** Writes each file, by its path below the home; links on the way are replaced by folders. Throws AgentFault `folder`. */
export async function writeHomeFiles(
  home: string,
  files: Readonly<{ [path: string]: string }>,
): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    try {
      await writeBelow(home, path.split("/"), content);
    } catch (error) {
      const why = `a file of the agent's home cannot be written: ${codeOf(error)}`;
      throw new AgentFault("folder", why, error);
    }
  }
}

type Folder = { readonly path: string; readonly handle: FileHandle };

async function writeBelow(home: string, path: readonly string[], content: string): Promise<void> {
  const name = path.at(-1) ?? "";
  if (path.some((part) => part === "" || part === "." || part === "..")) {
    throw new Error("the path leads out of the home");
  }
  let folder = await openFolder(home);
  try {
    for (const part of path.slice(0, -1)) {
      const inner = await enter(folder, part);
      await folder.handle.close();
      folder = inner;
    }
    await replace(folder, name, content);
  } finally {
    await folder.handle.close();
  }
}

/** Moved into place: what stood there, a link or a file that has a second name elsewhere, is left as it is. */
async function replace(folder: Folder, name: string, content: string): Promise<void> {
  const draft = within(folder, `.${randomUUID()}`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const file = await open(draft, flags, 0o600);
  try {
    await file.writeFile(content);
    await rename(draft, within(folder, name));
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  } finally {
    await file.close();
  }
}

/** A folder inside an open one, made where it is missing. */
async function enter(folder: Folder, name: string): Promise<Folder> {
  const path = within(folder, name);
  // Another agent of the issue may be at work in this home, and put things back.
  for (let tries = 0; ; tries += 1) {
    try {
      return await openFolder(path);
    } catch (error) {
      if (tries === 3) throw error;
      if (codeOf(error) !== "ENOENT") await unlink(path);
      await mkdir(path, { mode: 0o700 }).catch(() => {});
    }
  }
}

async function openFolder(path: string): Promise<Folder> {
  const flags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
  return { path, handle: await open(path, flags) };
}

/** By the folder's descriptor: its path could lead elsewhere by the time that it is used. */
const within = ({ handle, path }: Folder, name: string): string =>
  hasDescriptors ? `/proc/self/fd/${handle.fd}/${name}` : `${path}/${name}`;

const hasDescriptors = existsSync("/proc/self/fd");
