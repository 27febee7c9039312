/** What two trees differ in, file by file. */

import { runGit } from "./run-git.ts";
import { remembered } from "./remember.ts";

/** How one file changed. */
export interface FileChange {
  readonly path: string;
  readonly previousPath: string | undefined;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly additions: number;
  readonly deletions: number;
  /** The blob afterwards; for a removed file the blob before. */
  readonly sha: string;
  /** Unified hunks without the header; undefined for binary files. */
  readonly patch: string | undefined;
}

const STATUS_OF_LETTER: ReadonlyMap<string, FileChange["status"]> = new Map([
  ["A", "added"],
  ["D", "removed"],
  ["R", "renamed"],
  ["C", "copied"],
  ["T", "changed"],
] as const);

const EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

/** The changes from one commit or tree to another; undefined stands for nothing at all. */
export const diffFiles = remembered(
  async (gitDir: string, from: string | undefined, to: string): Promise<readonly FileChange[]> => {
    const flags = ["-r", "-M", "--no-ext-diff", "--no-textconv", "--full-index", "--no-color"];
    const forms = ["-z", "--raw", "--numstat", "-p"];
    const sides = [from ?? EMPTY_TREE, to, "--"];
    const stdout = await runGit(gitDir, ["diff-tree", ...flags, ...forms, ...sides]);
    // The fields end with NUL, and one more of it stands before the patches.
    const end = stdout.indexOf("\0\0");
    const fields = stdout.slice(0, end < 0 ? undefined : end).split("\0");
    const { changes, rest } = parseRaw(fields);
    const counts = parseCounts(rest);
    const hunks = parsePatches(end < 0 ? "" : stdout.slice(end + 2));
    return changes.map((change, index) => ({
      ...change,
      ...(counts[index] ?? { additions: 0, deletions: 0 }),
      patch: hunks[index],
    }));
  },
);

/** The paths that a commit touches against its first parent. */
export interface Touched {
  readonly added: string[];
  readonly removed: string[];
  readonly modified: string[];
}

/** What each commit of a walk touches, by commit; a renamed file is removed and added. */
export async function touchedByCommit(
  gitDir: string,
  revisions: readonly string[],
): Promise<Map<string, Touched>> {
  const stdout = await runGit(gitDir, [
    "log",
    "--diff-merges=first-parent",
    "--name-status",
    "--no-renames",
    "-z",
    "--format=%x01%H",
    "--end-of-options",
    ...revisions,
    "--",
  ]);
  const byCommit = new Map<string, Touched>();
  let touched: Touched | undefined;
  let letter = "";
  for (const token of stdout.split("\0").map((text) => text.replace(/^\n/, ""))) {
    if (token.startsWith("\u0001")) {
      touched = { added: [], removed: [], modified: [] };
      byCommit.set(token.slice(1), touched);
      letter = "";
    } else if (letter === "") {
      letter = token;
    } else {
      touched?.[letter === "A" ? "added" : letter === "D" ? "removed" : "modified"].push(token);
      letter = "";
    }
  }
  return byCommit;
}

type RawChange = Omit<FileChange, "additions" | "deletions" | "patch">;

/** The first fields, which begin with colons; the rest are counts. */
function parseRaw(fields: readonly string[]): {
  readonly changes: readonly RawChange[];
  readonly rest: readonly string[];
} {
  const changes: RawChange[] = [];
  let at = 0;
  while (fields[at]?.startsWith(":") === true) {
    const [, , before = "", after = "", letter = ""] = (fields[at] ?? "").split(" ");
    const path = fields[at + 1];
    if (path === undefined) break;
    const isMove = letter.startsWith("R") || letter.startsWith("C");
    const status = statusOf(letter);
    const sha = status === "removed" ? before : after;
    const target = isMove ? (fields[at + 2] ?? path) : path;
    changes.push({ path: target, previousPath: isMove ? path : undefined, status, sha });
    at += isMove ? 3 : 2;
  }
  return { changes, rest: fields.slice(at) };
}

function statusOf(letter: string): FileChange["status"] {
  return STATUS_OF_LETTER.get(letter.charAt(0)) ?? "modified";
}

function parseCounts(fields: readonly string[]): { additions: number; deletions: number }[] {
  const counts: { additions: number; deletions: number }[] = [];
  for (let at = 0; at < fields.length; at += 1) {
    const [additions, deletions, path] = (fields[at] ?? "").split("\t");
    if (additions === undefined || deletions === undefined) continue;
    // A binary file counts as "-". A rename leaves the path empty and gives both names as fields of their own.
    counts.push({ additions: Number(additions) || 0, deletions: Number(deletions) || 0 });
    if (path === "") at += 2;
  }
  return counts;
}

function parsePatches(patches: string): (string | undefined)[] {
  const found: (string | undefined)[] = [];
  let lines: string[] | undefined;
  let isInHunk = false;
  for (const line of patches.split("\n")) {
    if (line.startsWith("diff --git ")) {
      if (lines !== undefined) found.push(hunksOf(lines));
      lines = [];
      isInHunk = false;
      continue;
    }
    isInHunk ||= line.startsWith("@@");
    if (isInHunk) lines?.push(line);
  }
  if (lines !== undefined) found.push(hunksOf(lines));
  return found;
}

function hunksOf(lines: readonly string[]): string | undefined {
  const text = lines.join("\n").replace(/\n$/, "");
  return text === "" ? undefined : text;
}
