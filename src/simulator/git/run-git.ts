/** Runs git in the repositories of this GitHub and says how it ended. */
import { elsewhere } from "./git-elsewhere.ts";
import type { GitEnding } from "./git-process.ts";

/** Git ended with a code that the caller did not expect. */
export class GitRefusal extends Error {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(args: readonly string[], ending: GitEnding) {
    super(`git ${args[0] ?? ""} ended with ${String(ending.code)}: ${ending.stderr.trim()}`);
    this.name = "GitRefusal";
    this.code = ending.code;
    this.stdout = ending.stdout.toString("utf8");
    this.stderr = ending.stderr;
  }
}

/** Runs git in a bare repository and returns its standard output; throws `GitRefusal` on any exit code but 0. */
export async function runGit(
  gitDir: string,
  args: readonly string[],
  input: string | Buffer = "",
): Promise<string> {
  return (await runGitForBytes(gitDir, args, input)).toString("utf8");
}

/** As `runGit`, for output that need not be text. */
export async function runGitForBytes(
  gitDir: string,
  args: readonly string[],
  input: string | Buffer = "",
): Promise<Buffer> {
  const ending = await endOfGit(gitDir, args, input);
  if (ending.code !== 0) throw new GitRefusal(args, ending);
  return ending.stdout;
}

/** Runs git to its end and returns its exit code with what it printed. */
export async function endOfGit(
  gitDir: string,
  args: readonly string[],
  input: string | Buffer = "",
): Promise<GitEnding> {
  return await elsewhere({ gitDir, args, input });
}
