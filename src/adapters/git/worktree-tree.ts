/** The content of a worktree as a tree, by plumbing that starts no program and enters no nested repository. */
import { lstat, readdir } from "node:fs/promises";

import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { onDisk, outputOf } from "./hands.ts";
import type { Hands, RawPath } from "./hands.ts";
import { faultOf } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** Our repository and index, the agent's directory, and what works there. */
export type Desk = {
  readonly hands: Hands;
  readonly gitDir: string;
  readonly index: string;
  readonly worktree: string;
};

/** Makes the index hold what a commit holds: before `treeOfWork`. */
export async function fillIndex(desk: Desk, head: Sha): Promise<void> {
  await git(desk, ["read-tree", head]);
}

/** Tracked and untracked files, without ignored ones and nested repositories; null where no file differs from the index. */
export const treeOfWork = async (desk: Desk): Promise<Sha | null> =>
  (await withAccess(desk, () => updateIndex(desk))) ? await writeTree(desk) : null;

/** What `treeOfWork` left aside on top of it, as far as it is small, and the paths of the rest; null where no file is added. */
export async function treeOfEverything(
  desk: Desk,
): Promise<{ readonly tree: Sha | null; readonly left: readonly string[] }> {
  const { isMore, left } = await withAccess(desk, () => addRest(desk));
  return { tree: isMore ? await writeTree(desk) : null, left: left.map(readable) };
}

/** Tries again with permissions for us, should an agent have taken them away. */
async function withAccess<Answer>(desk: Desk, work: () => Promise<Answer>): Promise<Answer> {
  try {
    return await work();
  } catch {
    await desk.hands.openUp(desk.worktree);
    return await work();
  }
}

async function addRest(
  desk: Desk,
): Promise<{ readonly isMore: boolean; readonly left: readonly RawPath[] }> {
  const ignored = await list(desk, ["--others", "--ignored", "--exclude-standard", "--directory"]);
  const nested = (await untracked(desk)).filter(isFolder);
  const files: RawPath[] = [];
  const left: RawPath[] = [];
  for (const [paths, limitBytes] of [
    [nested, nestedLimitBytes],
    [ignored, ignoredLimitBytes],
  ] as const) {
    const found = await filesWithin(desk.worktree, paths, limitBytes);
    if (found === null) left.push(...paths);
    else files.push(...found);
  }
  await addFiles(desk, files);
  return { isMore: files.length > 0, left };
}

// Ignored files are mostly caches and builds; a note or an .env is small.
const ignoredLimitBytes = 5 * 1024 * 1024;
// Nested repositories may be all that a Worker did.
const nestedLimitBytes = 200 * 1024 * 1024;

/** False where there is nothing to update. */
async function updateIndex(desk: Desk): Promise<boolean> {
  const [changed, unknown] = await Promise.all([changedPaths(desk), untracked(desk)]);
  const there = await storable(desk, changed);
  const gone = [...changed].filter((path) => !there.has(path));
  const added = unknown.filter((path) => !isFolder(path));
  const removals = gone.map((path) => `0 ${"0".repeat(40)}\t${path}\0`).join("");
  await feed(desk, ["update-index", "-z", "--index-info"], removals);
  await feed(
    desk,
    ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"],
    [...there, ...added].map((path) => `${path}\0`).join(""),
  );
  return gone.length + there.size + added.length > 0;
}

const untracked = async (desk: Desk): Promise<readonly RawPath[]> =>
  await list(desk, ["--others", "--exclude-standard"]);

const isFolder = (path: RawPath): boolean => path.endsWith("/");

/** Tracked files that differ; not submodules, whose commit is moved by the agent's own commits only: to look at one is to enter a repository. */
async function changedPaths(desk: Desk): Promise<ReadonlySet<RawPath>> {
  // Each entry of the index as `H 100644 <object> 0<tab><path>`, and again under R where it is gone and under C where it differs.
  const entries = await list(desk, ["-t", "--stage", "--modified", "--deleted"]);
  const differing = entries.filter((entry) => /^[RC] (?!160000 )/.test(entry));
  return new Set(differing.map((entry) => entry.slice(entry.indexOf("\t") + 1)));
}

/** Those with a file or link at this very path, and not behind a link. */
async function storable(
  { hands, worktree }: Desk,
  paths: ReadonlySet<RawPath>,
): Promise<ReadonlySet<RawPath>> {
  if (paths.size === 0) return paths;
  const all = [...new Set([...paths].flatMap((path) => [path, ...foldersAbove(path)]))];
  const kinds = await hands.kindsOf(worktree, all);
  const kindOf = new Map(all.map((path, index) => [path, kinds[index]]));
  const isStorable = (path: RawPath): boolean => {
    const kind = kindOf.get(path);
    const isLeaf = kind === "file" || kind === "link";
    return isLeaf && foldersAbove(path).every((folder) => kindOf.get(folder) === "folder");
  };
  return new Set([...paths].filter(isStorable));
}

function foldersAbove(path: RawPath): readonly RawPath[] {
  const names = path.split("/");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("/"));
}

/** All files under the paths, or null where they are more than `limitBytes` together. */
async function filesWithin(
  worktree: string,
  paths: readonly RawPath[],
  limitBytes: number,
): Promise<readonly RawPath[] | null> {
  const files: RawPath[] = [];
  const open = [...paths];
  let bytes = 0;
  for (let path = open.pop(); path !== undefined; path = open.pop()) {
    const full = onDisk(worktree, path);
    const found = await lstat(full).catch(() => null);
    if (found?.isDirectory() === true) {
      const folder = isFolder(path) ? path : `${path}/`;
      for (const name of await readdir(full, { encoding: "buffer" })) {
        open.push(folder + name.toString("latin1"));
      }
    } else if (found?.isFile() === true || found?.isSymbolicLink() === true) {
      files.push(path);
      // Each file costs a tree entry and an object, however small.
      bytes += found.size + 512;
    }
    if (bytes > limitBytes) return null;
  }
  return files;
}

/** Adds files by their content; what lies in a nested `.git` gets a name that a tree may hold. */
async function addFiles(desk: Desk, files: readonly RawPath[]): Promise<void> {
  const inside = (path: RawPath): boolean => path.split("/").some(isDotGit);
  const plain = files.filter((path) => !inside(path));
  await feed(
    desk,
    ["update-index", "-z", "--add", "--remove", "--replace", "--stdin"],
    plain.map((path) => `${path}\0`).join(""),
  );
  // --stdin-paths knows no -z: a name with a line break is left out.
  const hidden = files.filter((path) => inside(path) && !/["\n]/.test(path));
  const regular: RawPath[] = [];
  for (const path of hidden) {
    if ((await lstat(onDisk(desk.worktree, path))).isFile()) regular.push(path);
  }
  const ids = (
    await feed(
      desk,
      ["hash-object", "-w", "--no-filters", "--stdin-paths"],
      regular.map((path) => `${path}\n`).join(""),
    )
  ).split("\n");
  const entries = regular.map((path, index) => `100644 ${ids[index]}\t${renamed(path)}\0`);
  await feed(desk, ["update-index", "-z", "--add", "--index-info"], entries.join(""));
}

const isDotGit = (name: string): boolean => name.toLowerCase() === ".git";

const renamed = (path: RawPath): RawPath =>
  path
    .split("/")
    .map((name) => (isDotGit(name) ? "dot-git" : name))
    .join("/");

async function writeTree(desk: Desk): Promise<Sha> {
  return sha((await git(desk, ["write-tree"])).trim());
}

async function list(desk: Desk, options: readonly string[]): Promise<readonly RawPath[]> {
  const call = callAt(desk, ["ls-files", "-z", ...options]);
  const exit = await desk.hands.git(call);
  // With a folder that it cannot read git is content to warn, and the folder's files would be lost.
  const isWhole = !exit.stderr.includes("could not open directory");
  if (exit.code !== 0 || !isWhole) throw faultOf(call, exit);
  const entries = exit.stdout.toString("latin1").split("\0");
  return entries.filter((entry) => entry !== "");
}

/** For a command that works through a list: where the list is empty there is nothing to start a process for. */
async function feed(desk: Desk, args: readonly string[], input: string): Promise<string> {
  return input === "" ? "" : await git(desk, args, input);
}

async function git(desk: Desk, args: readonly string[], input = ""): Promise<string> {
  return (await outputOf(desk.hands, callAt(desk, args, input))).toString("latin1");
}

const callAt = (desk: Desk, args: readonly string[], input = ""): GitCall => ({
  gitDir: desk.gitDir,
  cwd: desk.worktree,
  args,
  variables: { GIT_INDEX_FILE: desk.index, GIT_WORK_TREE: desk.worktree },
  input: Buffer.from(input, "latin1"),
});

const readable = (path: RawPath): string => Buffer.from(path, "latin1").toString("utf8");
