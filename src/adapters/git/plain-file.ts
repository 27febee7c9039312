/** Reading files that an agent could write: as bytes, to a limit, never through a link. */
import { constants } from "node:fs";
import { lstat, open, readdir, realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** The content of a regular file, or null when there is none; of a longer file only the last `limitBytes`. */
export async function readPlainFile(path: string, limitBytes: number): Promise<string | null> {
  // O_NOFOLLOW speaks for the last part of a path only.
  const folder = await realpath(dirname(path)).catch(() => null);
  if (folder !== dirname(path)) return null;
  // O_NONBLOCK: the opening of a named pipe would wait for a writer.
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    const length = Math.min(size, limitBytes);
    if (!(await file.stat()).isFile()) return null;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.subarray(0, bytesRead).toString("latin1");
  } finally {
    await file.close();
  }
}

/** The real path of a directory, or null where there is none, or only a link to one. */
export async function directoryAt(path: string): Promise<string | null> {
  const parent = await realpath(dirname(path)).catch(() => null);
  if (parent === null) return null;
  const found = await lstat(join(parent, basename(path))).catch(() => null);
  return found?.isDirectory() === true ? join(parent, basename(path)) : null;
}

/** Paths of the files below a folder, links not followed. */
export async function filesBelow(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return await filesBelow(path);
      return entry.isFile() ? [path] : [];
    }),
  );
  return found.flat();
}
