/** A sandboxed command as a child of this process. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";

import type { BoxedCommand } from "../sandbox/box.ts";
import { GitFault } from "./fault.ts";
import { unlessGone } from "./run-here.ts";

/** A command as the sandbox has wrapped it, and what it reads. */
export type BoxLaunch = BoxedCommand & { readonly input: string; readonly limitMs: number };

/** How it ended; of what it complained about only the beginning. */
export type BoxEnding = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly isLate: boolean;
  readonly stderr: string;
};

const graceMs = 1_000;

/** Runs it to the end of its first process. Throws GitFault when it cannot be started. */
export const boxHere = (launch: BoxLaunch, signal: AbortSignal | null): Promise<BoxEnding> =>
  withBox(launch, signal, ({ stdin, stdout }) => {
    stdin?.end(launch.input);
    // What it prints is for nobody.
    stdout?.resume();
  });

/** The same, with somebody to speak to it. */
export async function withBox(
  launch: Omit<BoxLaunch, "input">,
  signal: AbortSignal | null,
  speak: (child: ChildProcess) => void,
): Promise<BoxEnding> {
  const files: FileHandle[] = [];
  try {
    for (const path of launch.descriptors) files.push(await open(path, "r"));
    const child = start(launch, files);
    const complaint = firstOf(child.stderr);
    // It may end without reading all.
    child.stdin?.on("error", () => {});
    speak(child);
    const ending = await ended(child, launch.limitMs, signal);
    // What it has left behind may hold the pipe until the box is ended.
    return { ...ending, stderr: await Promise.race([complaint, pause(graceMs, "")]) };
  } finally {
    for (const file of files) await file.close();
  }
}

function start({ argv, env }: BoxedCommand, files: readonly FileHandle[]): ChildProcess {
  const [program = "", ...args] = argv;
  return spawn(program, args, {
    cwd: "/",
    env,
    // Descriptor 3 is not ours to give.
    stdio: ["pipe", "pipe", "pipe", "ignore", ...files.map(({ fd }) => fd)],
    detached: true,
  });
}

async function ended(
  child: ChildProcess,
  limitMs: number,
  signal: AbortSignal | null,
): Promise<Omit<BoxEnding, "stderr">> {
  let isLate = false;
  const kill = (): void => {
    const { pid } = child;
    if (pid !== undefined) unlessGone(() => process.kill(-pid, "SIGKILL"));
  };
  const timer = setTimeout(() => {
    isLate = true;
    kill();
  }, limitMs);
  signal?.addEventListener("abort", kill);
  if (signal?.aborted === true) kill();
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (cause) => {
        reject(new GitFault("unexpected", "the sandbox cannot be started", cause));
      });
      child.once("exit", (code, killedBy) => resolve({ code, signal: killedBy, isLate }));
    });
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", kill);
  }
}

const complaintBytes = 2_000;

/** The beginning of a stream; the rest is read and forgotten, so that nobody waits for a reader. */
async function firstOf(stream: Readable | null): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of stream ?? []) {
      if (!Buffer.isBuffer(chunk) || bytes >= complaintBytes) continue;
      chunks.push(chunk);
      bytes += chunk.length;
    }
  } catch {
    // What it said until then will do.
  }
  return Buffer.concat(chunks).toString("utf8", 0, complaintBytes).trim();
}
