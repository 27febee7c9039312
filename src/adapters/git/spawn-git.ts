/** Git as a plain process: for tokens (simple-git prints the environment when debugging), streams, bytes and agents' files. */
import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { buffer } from "node:stream/consumers";

import { gitEnvironment } from "./environment.ts";
import type { Setting } from "./environment.ts";
import { commandFault, kindOf } from "./fault.ts";
import type { GitFault } from "./fault.ts";

/** One git process. */
export type GitCall = {
  readonly gitDir: string;
  readonly cwd: string;
  readonly args: readonly string[];
  readonly settings?: readonly Setting[];
  readonly variables?: Readonly<Record<string, string>>;
  /** Bytes to read, or the descriptor of an open file; nothing by default. */
  readonly input?: Buffer | number;
  /** Descriptor of the file that takes the output; by default the answer has it. */
  readonly output?: number;
  /** Hears the id of the process, which leads a group of its own. */
  readonly onStart?: (pid: number) => void;
};

/** How a git process ended, whatever its exit code. */
export type GitExit = {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
};

// A first fetch of a large repository takes minutes; an hour means that something is stuck.
const limitMs = 60 * 60_000;

/** Runs git to its end; throws GitFault on any exit code but 0. */
export async function spawnGit(call: GitCall): Promise<Buffer> {
  const exit = await exitOfGit(call);
  if (exit.code !== 0) throw faultOf(call, exit);
  return exit.stdout;
}

/** The fault that an exit means. */
export function faultOf(call: GitCall, { code, stderr }: GitExit): GitFault {
  const said = stderr.trim() === "" ? `exit code ${code}` : stderr;
  return commandFault(kindOf(stderr), call, said, { code });
}

/** Runs git to its end and answers with its exit code; throws GitFault when it cannot run or does not end. */
export async function exitOfGit(call: GitCall): Promise<GitExit> {
  const isFile = typeof call.input === "number";
  const stdio: StdioOptions = [isFile ? call.input : "pipe", call.output ?? "pipe", "pipe"];
  const child = spawn("git", [...call.args], {
    cwd: call.cwd,
    env: gitEnvironment(call.settings ?? [], { ...call.variables, GIT_DIR: call.gitDir }),
    stdio,
    // Its own group, so that the end of git is the end of git-remote-https.
    detached: true,
  });
  if (child.pid !== undefined) call.onStart?.(child.pid);
  // Git may end without reading all: its exit code tells.
  child.stdin?.on("error", () => {});
  if (!isFile) child.stdin?.end(call.input);

  const [ending, stdout, stderr] = await Promise.all([
    ended(child, call),
    child.stdout === null ? Buffer.alloc(0) : buffer(child.stdout),
    child.stderr === null ? Buffer.alloc(0) : buffer(child.stderr),
  ]);
  return { code: ending, stdout, stderr: stderr.toString("utf8") };
}

async function ended(child: ChildProcess, call: GitCall): Promise<number> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, limitMs);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) =>
        reject(commandFault("unexpected", call, cause.message, cause)),
      );
      child.once("close", (code, signal) => {
        if (code !== null) resolve(code);
        else if (isLate) reject(commandFault("timed-out", call, "over an hour", { signal }));
        else reject(commandFault("interrupted", call, `killed by ${signal}`, { signal }));
      });
    });
  } finally {
    clearTimeout(timer);
  }
}
