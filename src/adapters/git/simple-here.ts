/** Git in repositories that only we write, by simple-git, as a child of this process. */
import { GitPluginError, simpleGit } from "simple-git";
import type { SimpleGitOptions } from "simple-git";

import { gitEnvironment } from "./environment.ts";
import { commandFault, kindOf } from "./fault.ts";
import type { Place } from "./run-git.ts";

// A checkout of 50,000 files was seen to take 44 s on a busy disk.
const limitMs = 10 * 60_000;

/** Runs git and gives its output; throws GitFault on any exit code but 0. */
export async function simpleHere(place: Place, args: readonly string[]): Promise<string> {
  const variables: Record<string, string> = place.gitDir === null ? {} : { GIT_DIR: place.gitDir };
  const env = gitEnvironment([], variables);
  let stderr = "";
  let isKilled = false;
  const git = simpleGit({
    ...guards,
    baseDir: place.cwd,
    allowEnvironment: Object.keys(env),
    // Without input simple-git leaves the pipe open.
    input: () => Buffer.from(place.input ?? ""),
    errors: (error, exit) => {
      stderr = Buffer.concat(exit.stdErr).toString("utf8");
      // A signal leaves no exit code, and simple-git would take that for success.
      isKilled = exit.exitCode === null;
      return exit.exitCode === 0 ? error : (error ?? new Error(`exit code ${exit.exitCode}`));
    },
  }).env(env);
  try {
    return await git.raw([...args]);
  } catch (cause) {
    const said = stderr.trim() === "" ? String(cause) : stderr;
    const isLate = cause instanceof GitPluginError && cause.plugin === "timeout";
    const kind = isLate ? "timed-out" : isKilled ? "interrupted" : kindOf(stderr);
    throw commandFault(kind, { gitDir: place.gitDir ?? place.cwd, args }, said, cause);
  }
}

const guards: Partial<SimpleGitOptions> = {
  timeout: { block: limitMs, stdOut: false, stdErr: false },
  // Half of a long output would pass for all of it, if the exit alone counted.
  completion: { onClose: true, onExit: false },
  // All of these are set by us, to nothing.
  unsafe: {
    allowUnsafeConfigPaths: true,
    allowUnsafeConfigEnvCount: true,
    allowUnsafeCredentialHelper: true,
    allowUnsafeEditor: true,
    allowUnsafeFsMonitor: true,
    allowUnsafeHooksPath: true,
    allowUnsafeProtocolOverride: true,
    allowUnsafeTemplateDir: true,
  },
};
