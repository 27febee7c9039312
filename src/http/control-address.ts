/** Where the control socket is. Linux and macOS allow about a hundred bytes for its path, and data folders may be deeper. */
import { readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** Longest path of a socket, without the final zero: https://man7.org/linux/man-pages/man7/unix.7.html */
const longestPath = process.platform === "linux" ? 107 : 103;

const socketName = "control.sock";
/** Names the place of a socket that has a shorter path than its data folder. */
const pointerName = "control.path";
const folderPrefix = "yardmaster-control-";

/** The socket of the service with this data folder, whether it is there or not. */
export function controlSocket(root: string): string {
  try {
    return readFileSync(join(root, pointerName), "utf8").trim();
  } catch {
    return join(root, socketName);
  }
}

/** A place for a new socket. */
export type SocketPlace = {
  /** Where to listen, in a folder that only we can enter. */
  readonly listenAt: string;
  /** Lets others of our user find it there; whatever a former service left is replaced. */
  readonly publish: () => Promise<string>;
  readonly remove: () => Promise<void>;
};

/** Prepares the place for the one service on this data folder. */
export async function socketPlace(root: string): Promise<SocketPlace> {
  await removePointer(root);
  const path = join(root, socketName);
  return Buffer.byteLength(path) <= longestPath ? besideData(root, path) : inTemporary(root);
}

/** Until its mode is set a socket may be open to all, so it is made where nobody else comes. */
async function besideData(root: string, path: string): Promise<SocketPlace> {
  const folder = join(root, ".c");
  const listenAt = join(folder, "s");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    listenAt,
    publish: async () => {
      await chmod(listenAt, 0o600);
      await rename(listenAt, path);
      await rm(folder, { recursive: true, force: true });
      return path;
    },
    remove: () => rm(path, { force: true }),
  };
}

async function inTemporary(root: string): Promise<SocketPlace> {
  const folder = await mkdtemp(join(tmpdir(), folderPrefix));
  const listenAt = join(folder, socketName);
  const pointer = join(root, pointerName);
  return {
    listenAt,
    publish: async () => {
      await chmod(listenAt, 0o600);
      await writeFile(`${pointer}.tmp`, `${listenAt}\n`, { mode: 0o600 });
      await rename(`${pointer}.tmp`, pointer);
      return listenAt;
    },
    remove: async () => {
      await rm(pointer, { force: true });
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A service that was killed leaves its pointer and the folder that it points to. */
async function removePointer(root: string): Promise<void> {
  const pointer = join(root, pointerName);
  const socket = (await readFile(pointer, "utf8").catch(() => "")).trim();
  const folder = dirname(socket);
  if (folder.startsWith(join(tmpdir(), folderPrefix))) {
    await rm(folder, { recursive: true, force: true });
  }
  await rm(pointer, { force: true });
}
