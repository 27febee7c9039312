/** Whether two commits merge, and the merge and squash commits themselves. Rebase is left out: git 2.39 has no `replay`. */

import { commitTree } from "./repository.ts";
import type { Draft } from "./repository.ts";
import { endOfGit, GitRefusal, runGit } from "./run-git.ts";
import { remembered } from "./remember.ts";
import { isSeenAncestor, seenAhead, seenCommit } from "./seen.ts";

/** What would come of merging a head into a base. */
export type Mergeability =
  | { readonly kind: "clean"; readonly tree: string }
  | { readonly kind: "conflict"; readonly files: readonly string[] };

/** Merges two commits in memory; throws `GitRefusal` for a name that is no commit and for unrelated histories. */
export const mergeability = remembered(
  async (gitDir: string, base: string, head: string): Promise<Mergeability> => {
    // A head on top of its base brings all that the base has.
    const ahead = seenCommit(gitDir, head);
    if (ahead !== undefined && isSeenAncestor(gitDir, base, head))
      return { kind: "clean", tree: ahead.tree };
    const args = ["merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", base, head];
    const ending = await endOfGit(gitDir, args);
    const [tree = "", ...files] = ending.stdout.toString("utf8").split("\0");
    // A name that is no commit also ends with 1, but prints no tree.
    if ((ending.code !== 0 && ending.code !== 1) || tree.length !== 40) {
      throw new GitRefusal(args, ending);
    }
    if (ending.code === 0) return { kind: "clean", tree };
    return { kind: "conflict", files: [...new Set(files.filter((file) => file !== ""))] };
  },
);

/** Writes a commit on the base that takes back what a commit brought over its first parent; undefined when that conflicts. */
export async function revertCommit(
  gitDir: string,
  base: string,
  commit: string,
  draft: Omit<Draft, "files">,
): Promise<string | undefined> {
  const before = await runGit(gitDir, ["rev-parse", "--verify", `${commit}^1^{tree}`]);
  // Going back right after the commit and merging that: git 2.39 takes no merge base of the caller's.
  const back = await commitTree(gitDir, before.trim(), [commit], draft);
  const outcome = await mergeability(gitDir, base, back);
  return outcome.kind === "clean"
    ? await commitTree(gitDir, outcome.tree, [base], draft)
    : undefined;
}

/** How far two commits are apart. */
interface Distance {
  readonly ahead: number;
  readonly behind: number;
}

/** Writes a commit with both parents for a tree that `mergeability` returned. */
export async function mergeCommit(
  gitDir: string,
  parents: { readonly base: string; readonly head: string },
  tree: string,
  draft: Omit<Draft, "files">,
): Promise<string> {
  return await commitTree(gitDir, tree, [parents.base, parents.head], draft);
}

/** Writes one commit on the base for a tree that `mergeability` returned. */
export async function squashCommit(
  gitDir: string,
  base: string,
  tree: string,
  draft: Omit<Draft, "files">,
): Promise<string> {
  return await commitTree(gitDir, tree, [base], draft);
}

/** Whether everything in the first commit is in the second. */
export const isAncestor = remembered(
  async (gitDir: string, ancestor: string, descendant: string): Promise<boolean> => {
    if (isSeenAncestor(gitDir, ancestor, descendant)) return true;
    const args = ["merge-base", "--is-ancestor", ancestor, descendant];
    const ending = await endOfGit(gitDir, args);
    if (ending.code !== 0 && ending.code !== 1) throw new GitRefusal(args, ending);
    return ending.code === 0;
  },
);

/** The best common ancestor, or undefined for unrelated histories. */
export const mergeBase = remembered(
  async (gitDir: string, one: string, other: string): Promise<string | undefined> => {
    if (isSeenAncestor(gitDir, one, other)) return one;
    if (isSeenAncestor(gitDir, other, one)) return other;
    const args = ["merge-base", one, other];
    const ending = await endOfGit(gitDir, args);
    if (ending.code === 1) return undefined;
    if (ending.code !== 0) throw new GitRefusal(args, ending);
    return ending.stdout.toString("utf8").trim();
  },
);

/** How many commits each side has that the other has not. */
export const distance = remembered(
  async (gitDir: string, base: string, head: string): Promise<Distance> => {
    const seen = seenAhead(gitDir, base, head);
    if (seen !== undefined) return { ahead: seen, behind: 0 };
    const args = ["--left-right", "--count", `${base}...${head}`, "--"];
    const stdout = await runGit(gitDir, ["rev-list", ...args]);
    const [behind = "0", ahead = "0"] = stdout.trim().split("\t");
    return { ahead: Number(ahead), behind: Number(behind) };
  },
);
