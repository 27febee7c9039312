/** Commits that git has shown before: what follows from them needs no further process. Silent where they do not tell. */

import type { Commit } from "./history.ts";

const seen = new Map<string, Commit>();

/** As many are remembered; of a longer history git is asked again. */
const KEPT_COMMITS = 5_000;

/** Remembers commits of a repository. */
export function rememberCommits(gitDir: string, commits: readonly Commit[]): void {
  for (const commit of commits) seen.set(keyOf(gitDir, commit.sha), commit);
  for (const oldest of seen.keys()) {
    if (seen.size <= KEPT_COMMITS) return;
    seen.delete(oldest);
  }
}

/** The commit with that full name, if git has shown it. */
export function seenCommit(gitDir: string, sha: string): Commit | undefined {
  return seen.get(keyOf(gitDir, sha));
}

/** Whether the seen commits prove that one is the other or an ancestor of it. */
export function isSeenAncestor(gitDir: string, ancestor: string, descendant: string): boolean {
  if (seenCommit(gitDir, descendant) === undefined) return false;
  const reached = new Set([descendant]);
  for (const sha of reached) {
    if (sha === ancestor) return true;
    for (const parent of seenCommit(gitDir, sha)?.parents ?? []) reached.add(parent);
  }
  return false;
}

/** How many commits lie between, where the seen ones prove that all ways down from the descendant meet the ancestor. */
export function seenAhead(
  gitDir: string,
  ancestor: string,
  descendant: string,
): number | undefined {
  if (seenCommit(gitDir, descendant) === undefined) return undefined;
  const above = new Set([descendant]);
  above.delete(ancestor);
  for (const sha of above) {
    const parents = seenCommit(gitDir, sha)?.parents ?? [];
    if (parents.length === 0) return undefined;
    for (const parent of parents) if (parent !== ancestor) above.add(parent);
  }
  return above.size;
}

function keyOf(gitDir: string, sha: string): string {
  return `${gitDir}\n${sha}`;
}
