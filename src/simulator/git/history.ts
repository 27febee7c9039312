/** Commits, trees and files as they are in a repository. */

import type { Signature } from "./repository.ts";
import { GitRefusal, endOfGit, runGit, runGitForBytes } from "./run-git.ts";
import { areObjects, remembered } from "./remember.ts";
import { rememberCommits, seenCommit } from "./seen.ts";

/** A commit as git has it. */
export interface Commit {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** One entry of a tree. */
export interface TreeEntry {
  readonly mode: string;
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  /** Undefined for anything but a blob. */
  readonly bytes: number | undefined;
  /** From the root of the tree that was asked for. */
  readonly path: string;
}

/** Larger ones are read each time. */
const SMALL_BLOB_BYTES = 64 * 1024;

const FORMAT = "%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B%x00";

/** Which commits to list. */
export interface Walk {
  /** As for `git rev-list`: names, `^name`, `a..b`. */
  readonly revisions: readonly string[];
  readonly order: "newest first" | "oldest first";
  readonly limit?: number;
  readonly skip?: number;
  readonly path?: string;
}

/** The commits of a walk. */
export async function listCommits(gitDir: string, walk: Walk): Promise<Commit[]> {
  const stdout = await runGit(gitDir, [
    "log",
    "--topo-order",
    `--format=${FORMAT}`,
    ...(walk.order === "oldest first" ? ["--reverse"] : []),
    ...(walk.limit === undefined ? [] : [`--max-count=${String(walk.limit)}`]),
    ...(walk.skip === undefined ? [] : [`--skip=${String(walk.skip)}`]),
    "--end-of-options",
    ...walk.revisions,
    "--",
    ...(walk.path === undefined ? [] : [walk.path]),
  ]);
  const commits = parseCommits(stdout);
  // along a path git may leave out parents
  if (walk.path === undefined) rememberCommits(gitDir, commits);
  return commits;
}

/** One commit; throws `GitRefusal` where there is none. */
export async function readCommit(gitDir: string, name: string): Promise<Commit> {
  const seen = seenCommit(gitDir, name);
  if (seen !== undefined) return seen;
  const walk = { revisions: [name], order: "newest first", limit: 1 } as const;
  const [commit] = await listCommits(gitDir, walk);
  if (commit === undefined) throw new Error(`git log printed nothing for ${name}`);
  return commit;
}

function parseCommits(stdout: string): Commit[] {
  const fields = stdout.split("\0");
  const commits: Commit[] = [];
  for (let start = 0; start + 9 < fields.length; start += 10) {
    const [sha = "", tree = "", parents = "", ...rest] = fields.slice(start, start + 10);
    const [name = "", email = "", at = "0", name2 = "", email2 = "", at2 = "0", body = ""] = rest;
    commits.push({
      // The end of line that follows each commit stands before the next one.
      sha: sha.trim(),
      tree,
      parents: parents === "" ? [] : parents.split(" "),
      author: { name, email, atMs: Number(at) * 1000 },
      committer: { name: name2, email: email2, atMs: Number(at2) * 1000 },
      message: body.replace(/\n+$/, ""),
    });
  }
  return commits;
}

/** What is in a tree: one level of it, or all levels. */
export async function listTree(
  gitDir: string,
  tree: string,
  depth: "one level" | "all levels",
): Promise<TreeEntry[]> {
  const levels = depth === "all levels" ? ["-r", "-t"] : [];
  const stdout = await runGit(gitDir, ["ls-tree", "-z", "--long", ...levels, tree]);
  const entries: TreeEntry[] = [];
  for (const line of stdout.split("\0")) {
    const tab = line.indexOf("\t");
    if (tab < 0) continue;
    const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
    if (type !== "blob" && type !== "tree" && type !== "commit") continue;
    const bytes = size === "-" ? undefined : Number(size);
    entries.push({ mode, type, sha, bytes, path: line.slice(tab + 1) });
  }
  return entries;
}

/** The entry at a path of a commit, or undefined where there is none; the empty path is the root tree. */
export async function entryAt(
  gitDir: string,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  try {
    return await entryOfCommit(gitDir, commit, path);
  } catch (error) {
    if (error instanceof GitRefusal) return undefined;
    throw error;
  }
}

const entryOfCommit = remembered(askForEntry, { isFixed: (commit) => areObjects(commit) });

/** Throws `GitRefusal` where there is no such commit. */
async function askForEntry(
  gitDir: string,
  commit: string,
  path: string,
): Promise<TreeEntry | undefined> {
  if (path === "") {
    const { tree } = await readCommit(gitDir, commit);
    return { mode: "040000", type: "tree", sha: tree, bytes: undefined, path: "" };
  }
  const args = ["--literal-pathspecs", "ls-tree", "-z", "--long", commit, "--", path];
  const line = (await runGit(gitDir, args)).split("\0")[0] ?? "";
  const tab = line.indexOf("\t");
  const [mode = "", type = "", sha = "", size = "-"] = line.slice(0, tab).split(/ +/);
  if (tab < 0 || (type !== "blob" && type !== "tree" && type !== "commit")) return undefined;
  return { mode, type, sha, bytes: size === "-" ? undefined : Number(size), path };
}

/** The bytes of a blob; nobody may change them, for small ones are read once. */
export const readBlob = remembered(
  async (gitDir: string, sha: string): Promise<Buffer> =>
    await runGitForBytes(gitDir, ["cat-file", "blob", sha]),
  { isKept: ({ length }) => length <= SMALL_BLOB_BYTES },
);

/** The content of a file of a commit as text, or undefined where there is no such file. */
export async function readText(
  gitDir: string,
  commit: string,
  path: string,
): Promise<string | undefined> {
  const entry = await entryAt(gitDir, commit, path);
  if (entry?.type !== "blob") return undefined;
  return (await readBlob(gitDir, entry.sha)).toString("utf8");
}

/** What kind of object a full object name means, or undefined where there is none. */
export async function objectKind(gitDir: string, sha: string): Promise<string | undefined> {
  if (!/^[0-9a-f]{40}$/.test(sha)) return undefined;
  const ending = await endOfGit(gitDir, ["cat-file", "-t", sha]);
  return ending.code === 0 ? ending.stdout.toString("utf8").trim() : undefined;
}
