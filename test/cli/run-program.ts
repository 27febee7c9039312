/** Runs `yardmaster` as an operator does. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { execa } from "execa";

import { compiled } from "../support/compiled.ts";
import { moduleFile } from "../support/own-file.ts";
import type { CommandLine, Ran } from "./resident.ts";

const program = moduleFile(import.meta, "../../src/cli/main");

/** Runs the program with nothing but these variables, in a process of its own: for how it begins and ends. */
export const runProcess = async (
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Ran> =>
  await execa(process.execPath, [program, ...args], {
    reject: false,
    extendEnv: false,
    env: { ...variables, ...env },
    input,
    cwd: tmpdir(),
  });

/** The same in the one process for all of them: for what it says, and with which code it would leave. */
export function runProgram(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const ran = earlier.then(() => ask({ args, env: { ...variables, ...env } }));
  earlier = ran.catch(() => undefined);
  return ran;
}

const variables = { ...compiled, PATH: process.env["PATH"] ?? "" };
let earlier: Promise<unknown> = Promise.resolve();
let resident: ChildProcess | null = null;

/** Only while it is asked something does it keep this process alive. */
async function ask(line: CommandLine): Promise<Ran> {
  const asked = (resident ??= startResident());
  asked.ref();
  asked.channel?.ref();
  const ended = new AbortController();
  asked.send(line);
  try {
    const [ran] = await Promise.race([
      once(asked, "message", ended),
      once(asked, "exit", ended).then(([code]) => {
        throw new Error(`the program ended its process with ${code}`);
      }),
    ]);
    return ran;
  } finally {
    ended.abort();
    asked.unref();
    asked.channel?.unref();
  }
}

function startResident(): ChildProcess {
  const started = fork(moduleFile(import.meta, "./resident"), {
    env: variables,
    cwd: tmpdir(),
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  // A command line that has ended it is told by its own test; the next ones get another.
  started.once("exit", () => (resident = null));
  return started;
}
