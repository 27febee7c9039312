/** Refs in git's own files: to start git for each look would take most of the time of a request. */

import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, writeFile } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";

const OBJECT_NAME = /^[0-9a-f]{40}$/;

/** Every ref that starts with the prefix, in the order of their names, with the object it points to. */
export function listRefs(gitDir: string, prefix = "refs/"): Map<string, string> {
  const folder = prefix.slice(0, prefix.lastIndexOf("/"));
  const loose = looseNames(gitDir, folder)
    .filter((ref) => ref.startsWith(prefix))
    .map((ref) => [ref, readLoose(gitDir, ref)] as const);
  // Read after the loose ones: a ref that git packs meanwhile is seen in one place or the other.
  const refs = new Map([...packedRefs(gitDir)].filter(([ref]) => ref.startsWith(prefix)));
  for (const [ref, sha] of loose) if (sha !== undefined) refs.set(ref, sha);
  return new Map([...refs].toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

/** The object that a full ref points to, or undefined where there is no such ref. */
export function readRef(gitDir: string, ref: string): string | undefined {
  return isWithinRefs(ref) ? (readLoose(gitDir, ref) ?? packedRefs(gitDir).get(ref)) : undefined;
}

/** The full name of the ref that HEAD stands for: the default branch. */
export function readHead(gitDir: string): string {
  const text = readFileSync(join(gitDir, "HEAD"), "utf8").trim();
  return text.startsWith("ref: ") ? text.slice("ref: ".length) : text;
}

/** Sets a ref under refs/pull, which is GitHub's own: nobody else writes there, so it takes no git to agree with. */
export async function keepPullRef(gitDir: string, ref: string, sha: string): Promise<void> {
  const file = join(gitDir, ref);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(`${file}.lock`, `${sha}\n`);
  await rename(`${file}.lock`, file);
}

/** Names come from requests, and must not lead out of the folder. */
function isWithinRefs(path: string): boolean {
  const [root, ...steps] = path.split("/");
  return root === "refs" && steps.every((step) => !["", ".", ".."].includes(step));
}

function looseNames(gitDir: string, folder: string): string[] {
  if (!isWithinRefs(folder)) return [];
  const entries =
    unlessMissing(() =>
      readdirSync(join(gitDir, folder), { recursive: true, withFileTypes: true }),
    ) ?? [];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".lock"))
    .map((entry) => relative(gitDir, join(entry.parentPath, entry.name)).replaceAll(sep, "/"));
}

function readLoose(gitDir: string, ref: string): string | undefined {
  const text = unlessMissing(() => readFileSync(join(gitDir, ref), "latin1"))?.trim();
  return text !== undefined && OBJECT_NAME.test(text) ? text : undefined;
}

/** Refs that git has moved into one file, one line each behind its object. */
function packedRefs(gitDir: string): Map<string, string> {
  const text = unlessMissing(() => readFileSync(join(gitDir, "packed-refs"), "utf8")) ?? "";
  const refs = new Map<string, string>();
  for (const line of text.split("\n")) {
    if (OBJECT_NAME.test(line.slice(0, 40))) refs.set(line.slice(41), line.slice(0, 40));
  }
  return refs;
}

/** A ref may go, or be a folder of others, at any moment. */
function unlessMissing<Answer>(read: () => Answer): Answer | undefined {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return undefined;
    throw error;
  }
}
