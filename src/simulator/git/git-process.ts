/** Git as a child of this process: no shell, no configuration of this machine, no credentials, English messages. */
import { spawn } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { buffer } from "node:stream/consumers";

/** One git in a bare repository, from its words and its input to its end. */
export interface GitCall {
  readonly gitDir: string;
  readonly args: readonly string[];
  readonly input: string | Uint8Array;
}

/** What a finished git said, whatever its exit code. */
export interface GitEnding {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git to its end and returns its exit code with what it printed. */
export async function gitEnding({ gitDir, args, input }: GitCall): Promise<GitEnding> {
  const child = spawnGit(gitDir, args, { GIT_DIR: gitDir });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  child.stdin.end(input);

  const [stdout, stderr, code] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
    ended,
  ]);
  return { code, stdout, stderr: stderr.toString("utf8") };
}

/** Starts git with a cleared environment; the caller owns the child. */
export function spawnGit(
  gitDir: string,
  args: readonly string[],
  variables: Readonly<Record<string, string>>,
): ChildProcessWithoutNullStreams {
  const child = spawn("git", args, {
    env: { ...environment(gitDir), ...variables },
    stdio: ["pipe", "pipe", "pipe"],
  });
  // A git that ends without reading all of its input is no failure of ours: its exit code tells.
  child.stdin.on("error", () => {});
  return child;
}

function environment(gitDir: string): Record<string, string> {
  const settings: readonly (readonly [string, string])[] = [
    ["safe.directory", gitDir],
    // A gc in the background would still be writing while a test removes its folder.
    ["gc.auto", "0"],
    ["receive.autogc", "false"],
    // A simulator that loses its last moments with the machine loses nothing; and one pack is less work than its objects.
    ["core.fsync", "none"],
    ["fastimport.unpackLimit", "1"],
    ["uploadpack.allowFilter", "true"],
    ["uploadpack.allowAnySHA1InWant", "true"],
    // GitHub lets nobody push to refs/pull: "deny updating a hidden ref".
    ["receive.hideRefs", "refs/pull"],
    ["core.quotePath", "false"],
  ];
  const env: Record<string, string> = {
    PATH: process.env["PATH"] ?? "/usr/bin:/bin",
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_CONFIG_COUNT: String(settings.length),
  };
  settings.forEach(([key, value], index) => {
    env[`GIT_CONFIG_KEY_${String(index)}`] = key;
    env[`GIT_CONFIG_VALUE_${String(index)}`] = value;
  });
  return env;
}
