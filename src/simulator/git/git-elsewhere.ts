/**
 * A small process starts git for this one. To fork a process of some hundred megabytes takes ten milliseconds in which
 * it does nothing else, and a GitHub in a test lives in a process of that size and asks git for everything.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { extname, join } from "node:path";

import type { GitCall, GitEnding } from "./git-process.ts";

/** What the small process is told. */
export type GitOrder = { readonly id: number; readonly call: GitCall };

/** What it answers; the bytes travel as they are. */
export type GitAnswer = { readonly id: number } & (
  | { readonly ending: Omit<GitEnding, "stdout"> & { readonly stdout: Uint8Array } }
  | { readonly error: string }
);

type Waiting = {
  readonly resolve: (ending: GitEnding) => void;
  readonly reject: (error: Error) => void;
};

type Helper = { readonly process: ChildProcess; readonly waiting: Map<number, Waiting> };

let helper: Helper | null = null;
let calls = 0;

/** Runs git to its end in the small process, which is started with the first call and ends with this process. */
export async function elsewhere(call: GitCall): Promise<GitEnding> {
  helper ??= startHelper();
  const { process, waiting } = helper;
  const id = (calls += 1);
  // Only while somebody waits for it does it keep this process alive.
  process.channel?.ref();
  try {
    return await new Promise<GitEnding>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      // A message that does not arrive is answered by the end of its reader.
      process.send({ id, call } satisfies GitOrder, () => {});
    });
  } finally {
    waiting.delete(id);
    if (waiting.size === 0) process.channel?.unref();
  }
}

function startHelper(): Helper {
  const program = join(import.meta.dirname, `git-helper${extname(import.meta.filename)}`);
  const child = fork(program, {
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin" },
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // What a terminal tells us is not for it: git is not to be interrupted.
    detached: true,
  });
  const started: Helper = { process: child, waiting: new Map() };
  child.unref();
  child.channel?.unref();
  child.on("message", (answer: GitAnswer) => {
    const waiting = started.waiting.get(answer.id);
    if ("error" in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve({ ...answer.ending, stdout: asBuffer(answer.ending.stdout) });
  });
  child.once("error", () => abandon(started));
  child.once("disconnect", () => abandon(started));
  return started;
}

/** It is gone; the next call starts another one. */
function abandon(gone: Helper): void {
  if (helper === gone) helper = null;
  for (const { reject } of gone.waiting.values()) reject(new Error("git's helper has ended"));
}

const asBuffer = ({ buffer, byteOffset, byteLength }: Uint8Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
