/** How commits of the mirror stand to each other. */
import type { Sha } from "../../core/ids.ts";
import { spawnGit } from "./spawn-git.ts";

/** How many commits each of two has in its history that the other has not: nothing `behind` means that `head` descends from `start`. */
export async function apart(
  mirror: string,
  start: Sha,
  head: Sha,
): Promise<{ readonly behind: number; readonly ahead: number }> {
  const args = ["rev-list", "--left-right", "--count", `${start}...${head}`, "--"];
  const [behind = Number.NaN, ahead = Number.NaN] = (await ask(mirror, args))
    .split("\t")
    .map(Number);
  return { behind, ahead };
}

/** How many commits are in the history of one and of none of some others. */
export const countBeyond = async (
  mirror: string,
  others: readonly Sha[],
  head: Sha,
): Promise<number> =>
  Number(await ask(mirror, ["rev-list", "--count", head, ...others.map((id) => `^${id}`), "--"]));

/** Do two commits hold the same files? */
export async function areSame(mirror: string, one: Sha, other: Sha): Promise<boolean> {
  const [first, second] = (
    await ask(mirror, ["rev-parse", "--verify", `${one}^{tree}`, `${other}^{tree}`])
  ).split("\n");
  return first === second;
}

const ask = async (mirror: string, args: readonly string[]): Promise<string> =>
  (await spawnGit({ gitDir: mirror, cwd: mirror, args })).toString("utf8");
