/** Git as a plain process: with tokens, files and bytes, and with the exit code as an answer. */
import type { Setting } from "./environment.ts";
import { commandFault, kindOf } from "./fault.ts";
import type { GitFault } from "./fault.ts";
import { launched } from "./launcher.ts";

/** One git process. */
export type GitCall = {
  readonly gitDir: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly settings?: readonly Setting[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Bytes to read, or a file, of which no link is followed; nothing by default. */
  readonly input?: Buffer | { readonly file: string };
  /** New file that takes the output; by default the answer has it. */
  readonly output?: string;
  /** Of a longer output only the beginning is wanted, and git is ended. */
  readonly mostBytes?: number;
  /** Nobody waits for it: everybody else goes first. */
  readonly isBackground?: boolean;
};

/** How a git process ended, whatever its exit code. */
export type GitExit = {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
};

/** Runs git to its end; throws GitFault on any exit code but 0, and when the signal has ended it. */
export async function spawnGit(call: GitCall, signal: AbortSignal | null = null): Promise<Buffer> {
  const exit = await exitOfGit(call, signal);
  if (exit.code !== 0) throw faultOf(call, exit);
  return exit.stdout;
}

/** The fault that an exit means. */
export function faultOf(call: GitCall, { code, stderr }: GitExit): GitFault {
  const said = stderr.trim() === "" ? `exit code ${code}` : stderr;
  return commandFault(kindOf(stderr), call, said, { code });
}

/** Runs git to its end and answers with its exit code; throws GitFault when it cannot run or does not end. */
export const exitOfGit = async (
  call: GitCall,
  signal: AbortSignal | null = null,
): Promise<GitExit> => await launched({ kind: "call", call }, signal);
