/** Git as a child of this process: for tokens and agents' files, which simple-git is not for (it prints the environment when debugging), and for bytes. */
import { spawn } from "node:child_process";
import type { ChildProcess, StdioOptions } from "node:child_process";
import { constants as files } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { constants, setPriority } from "node:os";
import { basename } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Readable } from "node:stream";

import { gitEnvironment } from "./environment.ts";
import { commandFault, GitFault } from "./fault.ts";
import type { GitCall, GitExit } from "./spawn-git.ts";

// A first fetch of a large repository takes minutes; an hour means that something is stuck.
const limitMs = 60 * 60_000;

/** Runs git to its end and answers with its exit code; throws GitFault when it cannot run or does not end. */
export async function exitHere(call: GitCall, signal: AbortSignal | null): Promise<GitExit> {
  const input = await openedInput(call.input);
  const output = call.output === undefined ? null : await open(call.output, "wx", 0o600);
  try {
    const child = spawn("git", [...call.args], {
      cwd: call.cwd,
      env: gitEnvironment(call.settings ?? [], { ...call.variables, GIT_DIR: call.gitDir }),
      stdio: [input?.fd ?? "pipe", output?.fd ?? "pipe", "pipe"] satisfies StdioOptions,
      // Its own group, so that the end of git is the end of git-remote-https.
      detached: true,
    });
    // Of what could not be started there is no id, and 0 would be this process.
    const { pid } = child;
    if (call.isBackground === true && pid !== undefined) {
      unlessGone(() => setPriority(pid, lowest));
    }
    // Git may end without reading all: its exit code tells.
    child.stdin?.on("error", () => {});
    child.stdin?.end(Buffer.isBuffer(call.input) ? call.input : "");

    const [code, stdout, stderr] = await Promise.all([
      ended(child, call, signal),
      child.stdout === null ? Buffer.alloc(0) : beginningOf(child.stdout, call.mostBytes),
      child.stderr === null ? Buffer.alloc(0) : buffer(child.stderr),
    ]);
    // Of what nobody reads on git complains, or dies.
    const isCut = stdout.length > (call.mostBytes ?? Infinity);
    return { code: isCut ? 0 : code, stdout, stderr: stderr.toString("utf8") };
  } finally {
    await input?.close();
    await output?.close();
  }
}

/** All of it, or the first bytes and one more; whoever writes on gets no reader. */
async function beginningOf(stream: Readable, mostBytes = Infinity): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    if (!Buffer.isBuffer(chunk)) continue;
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > mostBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, mostBytes + 1);
}

const lowest = constants.priority.PRIORITY_LOW;

/** Null where git does not read from a file. */
async function openedInput(input: GitCall["input"]): Promise<FileHandle | null> {
  if (input === undefined || Buffer.isBuffer(input)) return null;
  const name = basename(input.file);
  // O_NONBLOCK: the opening of a named pipe would wait for a writer.
  const flags = files.O_RDONLY | files.O_NOFOLLOW | files.O_NONBLOCK;
  const file = await open(input.file, flags).catch((cause: unknown) => {
    throw new GitFault("refused", `${name} is not a file`, cause);
  });
  if ((await file.stat()).isFile()) return file;
  await file.close();
  throw new GitFault("refused", `${name} is not a file`, null);
}

async function ended(
  child: ChildProcess,
  call: GitCall,
  signal: AbortSignal | null,
): Promise<number> {
  let isLate = false;
  const kill = (): void => unlessGone(() => process.kill(-(child.pid ?? Number.NaN), "SIGKILL"));
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, limitMs);
  signal?.addEventListener("abort", kill);
  if (signal?.aborted === true) kill();
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once("error", (cause) =>
        reject(commandFault("unexpected", call, cause.message, cause)),
      );
      child.once("close", (code, killedBy) => {
        if (code !== null) resolve(code);
        else if (killedBy === "SIGPIPE" && call.mostBytes !== undefined) resolve(0);
        else if (isLate) reject(commandFault("timed-out", call, "over an hour", { killedBy }));
        else reject(commandFault("interrupted", call, `killed by ${killedBy}`, { killedBy }));
      });
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
  }
}

/** Does to a process what fails where it has ended by itself. */
export function unlessGone(act: () => void): void {
  try {
    act();
  } catch {
    // It has ended by itself.
  }
}
