/** What of the base branch is in the history of some work: that is not the work's own doing. */
import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { exitOfGit, faultOf } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** What is known of the base branch. */
type Base = {
  /** Last commit of it that the worktree began with. */
  readonly upstream: Sha;
  /** Its head in the mirror; null when the mirror does not have it. */
  readonly baseHead: Sha | null;
};

/**
 * The last commits of the base branch that `head` contains: one, unless single lines of its history were merged, or it was
 * rewritten. Work is judged by its difference from each of them: with only one of two lines, what was
 * taken back of the other would pass unseen.
 */
export async function upstreamsOf(
  mirror: string,
  head: Sha,
  { upstream, baseHead }: Base,
): Promise<readonly Sha[]> {
  // Nothing newer is there to be merged.
  if (baseHead === null || baseHead === upstream) return [upstream];
  const shared = await mergeBases(mirror, ["--all", baseHead, head]);
  if (shared.every((commit) => commit === upstream)) return [upstream];
  return await mergeBases(mirror, ["--independent", upstream, ...shared]);
}

/** Empty where the commits have nothing in common. */
async function mergeBases(mirror: string, args: readonly string[]): Promise<readonly Sha[]> {
  const call: GitCall = { gitDir: mirror, cwd: mirror, args: ["merge-base", ...args] };
  const exit = await exitOfGit(call);
  if (exit.code > 1) throw faultOf(call, exit);
  const lines = exit.stdout.toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map(sha);
}
