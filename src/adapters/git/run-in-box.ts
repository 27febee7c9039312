/** A command of ours in a sandbox from its start to the end of everything that it started. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { Readable } from "node:stream";

import type { Box, BoxedCommand, Sandbox } from "../sandbox/box.ts";
import { GitFault } from "./fault.ts";

/** What is to be run, and what it reads. */
export type BoxRun = {
  readonly command: readonly string[];
  readonly box: Box;
  /** Folder that only we can enter, for what the sandbox itself needs. */
  readonly folder: string;
  readonly input: string;
  readonly limitMs: number;
};

/** How it ended; of what it complained about only the beginning. */
export type BoxEnding = {
  readonly code: number | null;
  readonly signal: string | null;
  readonly isLate: boolean;
  readonly stderr: string;
};

/** Runs it; when this settles, nothing of it is left. Throws GitFault when the sandbox cannot be had. */
export async function runInBox(sandbox: Sandbox, run: BoxRun): Promise<BoxEnding> {
  const boxed = await sandbox.wrap(run.command, run.box, run.folder).catch(unusable);
  const files: FileHandle[] = [];
  try {
    for (const path of boxed.descriptors) files.push(await open(path, "r"));
    const child = start(boxed, files);
    const complaint = firstOf(child.stderr);
    // It may end without reading all.
    child.stdin?.on("error", () => {});
    child.stdin?.end(run.input);
    const ending = await ended(child, run.limitMs);
    await sandbox.end(run.box.name);
    return { ...ending, stderr: await complaint };
  } catch (error) {
    await sandbox.end(run.box.name);
    throw error;
  } finally {
    for (const file of files) await file.close();
  }
}

function unusable(cause: unknown): never {
  const why = cause instanceof Error ? cause.message : String(cause);
  throw new GitFault("unexpected", `the work cannot be collected in a sandbox: ${why}`, cause);
}

function start({ argv, env }: BoxedCommand, files: readonly FileHandle[]): ChildProcess {
  const [program = "", ...args] = argv;
  return spawn(program, args, {
    cwd: "/",
    env,
    // What it prints is for nobody; descriptor 3 is not ours to give.
    stdio: ["pipe", "ignore", "pipe", "ignore", ...files.map(({ fd }) => fd)],
    detached: true,
  });
}

async function ended(child: ChildProcess, limitMs: number): Promise<Omit<BoxEnding, "stderr">> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, limitMs);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", (cause) => {
        reject(new GitFault("unexpected", "the sandbox cannot be started", cause));
      });
      child.once("exit", (code, signal) => resolve({ code, signal, isLate }));
    });
  } finally {
    clearTimeout(timer);
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
