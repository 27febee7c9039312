/** Runs a boxed command to its end. For short ones: its output is kept in memory and it dies with us. */
import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { BoxedCommand } from "./box.ts";

/** How a command ended; a signal that killed it in its box appears as 128 and its number, null when the box was killed. */
export type BoxedEnd = {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

/** Runs it without input; rejects when it cannot be spawned. */
export async function runBoxed(boxed: BoxedCommand): Promise<BoxedEnd> {
  const child = startBoxed(boxed, ["ignore", "pipe", "pipe"]);
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([
    read(child, "stdout"),
    read(child, "stderr"),
    closed,
  ]);
  return { code: child.exitCode, stdout, stderr };
}

/** Spawns it with these for its first three descriptors; the fourth is closed. */
export function startBoxed(
  boxed: BoxedCommand,
  stdio: readonly [Stdio, Stdio, Stdio],
): ChildProcess {
  const [program = "", ...words] = boxed.argv;
  const opened = boxed.descriptors.map((path) => openSync(path, "r"));
  const all: StdioOptions = [...stdio, "ignore", ...opened];
  try {
    return spawn(program, words, { env: boxed.env, stdio: all });
  } finally {
    for (const descriptor of opened) closeSync(descriptor);
  }
}

type Stdio = "ignore" | "pipe" | number;

async function read(child: ChildProcess, stream: "stdout" | "stderr"): Promise<string> {
  const source = child[stream];
  return source === null ? "" : text(source);
}
