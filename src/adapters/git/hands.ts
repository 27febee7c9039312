/** What a collection does beside an agent's files. All that it decides is decided elsewhere, so that hands can be in a sandbox. */
import { lstat } from "node:fs/promises";

import { openUp } from "./folders.ts";
import { readPlainFile } from "./plain-file.ts";
import { exitOfGit, faultOf } from "./spawn-git.ts";
import type { GitCall, GitExit } from "./spawn-git.ts";

/** All that a collection of `work` needs done. */
export type Hands = {
  /** Runs git to its end, whatever its exit code. */
  readonly git: (call: GitCall) => Promise<GitExit>;
  /** What is at each path of the worktree; no link is followed at its end. */
  readonly kindsOf: (worktree: string, paths: readonly RawPath[]) => Promise<readonly Kind[]>;
  /** The content of a regular file behind no link, or null when there is none; of a longer file only the end. */
  readonly textOf: (path: string, limitBytes: number) => Promise<string | null>;
  /** Gives us back the permissions that an agent has taken away. */
  readonly openUp: (worktree: string) => Promise<void>;
};

/** A path below the worktree, one character per byte: names need not be UTF-8. */
export type RawPath = string;

/** What stands at a path. */
export type Kind = "file" | "link" | "folder" | "other";

/** In this process's own name. */
export const handsHere: Hands = {
  git: (call) => exitOfGit(call),
  kindsOf: async (worktree, paths) => {
    const kinds: Kind[] = [];
    for (const path of paths) kinds.push(await kindAt(onDisk(worktree, path)));
    return kinds;
  },
  textOf: readPlainFile,
  openUp,
};

async function kindAt(path: Buffer): Promise<Kind> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return "other";
  if (found.isSymbolicLink()) return "link";
  if (found.isDirectory()) return "folder";
  return found.isFile() ? "file" : "other";
}

/** Where a path of the worktree is for the system. */
export const onDisk = (worktree: string, path: RawPath): Buffer =>
  Buffer.concat([Buffer.from(`${worktree}/`), Buffer.from(path, "latin1")]);

/** Runs git and gives its output; throws GitFault on any exit code but 0. */
export async function outputOf({ git }: Hands, call: GitCall): Promise<Buffer> {
  const exit = await git(call);
  if (exit.code !== 0) throw faultOf(call, exit);
  return exit.stdout;
}
