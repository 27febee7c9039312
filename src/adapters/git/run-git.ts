/** Git in repositories that only we write. Whatever needs a token, bytes or an agent's files is in spawn-git.ts. */
import { launched } from "./launcher.ts";

/** Where git runs: the repository, or null for none or the one that `cwd` leads to. */
export type Place = {
  readonly gitDir: string | null;
  readonly cwd: string;
  readonly input?: string;
};

/** Runs git and gives its output; throws GitFault on any exit code but 0. */
export const runGit = async (place: Place, args: readonly string[]): Promise<string> =>
  (await launched({ kind: "simple", place, args }, null)).stdout.toString("utf8");
