/** Boxes made by bubblewrap: https://github.com/containers/bubblewrap */
import { setTimeout } from "node:timers/promises";
import { boxArguments, type Ground } from "./arguments.ts";
import { writeBoxFiles } from "./box-files.ts";
import type { Box, BoxedCommand, Sandbox } from "./box.ts";
import { checkBox } from "./check-box.ts";
import { enterGroups, findGroups, leaveGroups, type Groups } from "./control-groups.ts";
import { installCure } from "./cure.ts";
import { codeOf, SandboxFault } from "./fault.ts";
import { innerCommand, outerCommand } from "./inner.ts";
import { findProgram, lookAround } from "./machine.ts";
import { tryBox } from "./preflight.ts";
import { outermostOf } from "./processes.ts";
import { seccompProgram } from "./seccomp.ts";
import type { Architecture } from "./system-calls.ts";

/** What somebody may want otherwise than the machine has it. */
export type BubblewrapOptions = {
  /** Where bubblewrap is; looked for on the PATH when absent. */
  readonly program?: string;
};

/** A sandbox that also says which limits the kernel holds for a box as a whole. */
export type BubblewrapSandbox = Sandbox & {
  /** What is false here must be watched by whoever runs the box, with `excessOf`. */
  heldLimits(): Promise<{ readonly memory: boolean; readonly processes: boolean }>;
};

/** Boxes on this machine. It looks at the machine when it is first needed, and anew at each preflight. */
export function createBubblewrap(options: BubblewrapOptions = {}): BubblewrapSandbox {
  let found: Promise<Machine> | null = null;
  let parents: Promise<Groups> | null = null;
  const machine = (): Promise<Machine> => (found ??= lookAtMachine(options));
  const groups = (): Promise<Groups> => (parents ??= findGroups());
  const sandbox: BubblewrapSandbox = {
    name: "bubblewrap",
    preflight() {
      found = null;
      return tryBox(sandbox);
    },
    async wrap(command, box, folder) {
      await checkBox(box, folder);
      return wrap(command, box, folder, { ...(await machine()), groups: await groups() });
    },
    async end(name) {
      await killAll(name);
      await leaveGroups(await groups(), name);
    },
    async heldLimits() {
      const { memory, processes } = await groups();
      // The kernel counts the processes of ordinary users only, and those of each box apart.
      const isCounted = processes !== null || process.getuid?.() !== 0;
      return { memory: memory !== null, processes: isCounted };
    },
  };
  return sandbox;
}

type Machine = {
  readonly program: string;
  readonly ground: Ground;
  readonly architecture: Architecture;
};

async function lookAtMachine({ program }: BubblewrapOptions): Promise<Machine> {
  const path = program ?? (await findProgram("bwrap"));
  if (path === null) throw new SandboxFault("unavailable", installCure);
  const architecture = process.arch;
  if (architecture !== "x64" && architecture !== "arm64")
    throw new SandboxFault(
      "unavailable",
      `no sandbox is made for machines of kind ${architecture}`,
    );
  return { program: path, ground: await lookAround(), architecture };
}

async function wrap(
  command: readonly string[],
  box: Box,
  folder: string,
  { program, ground, groups, architecture }: Machine & { readonly groups: Groups },
): Promise<BoxedCommand> {
  try {
    const files = await writeBoxFiles(folder, box, seccompProgram(architecture));
    const groupFiles = await enterGroups(groups, box.name, box.limits);
    const argv = [
      ...[program, "--args", "5", "--seccomp", "4"],
      ...boxArguments(box, ground, files.replaced),
      ...["--", ...innerCommand(command, box, groups.processes === null)],
    ];
    return {
      argv: outerCommand(groupFiles, argv),
      // Bubblewrap runs outside of the box, where a variable of the box must not tell it which libraries to load.
      env: {},
      descriptors: [files.filter, files.environment],
    };
  } catch (error) {
    if (error instanceof SandboxFault) throw error;
    throw new SandboxFault("system", `a sandbox cannot be prepared: ${codeOf(error)}`, error);
  }
}

/** What is killed while it waits for a disk ends only when the disk has answered. */
const patienceMs = 10_000;

/** With bubblewrap dies everything in its namespace of processes, daemons too; settles when it has. */
async function killAll(name: string): Promise<void> {
  const giveUpAt = performance.now() + patienceMs;
  for (;;) {
    const pids = await outermostOf(name);
    if (pids.length === 0) return;
    if (performance.now() > giveUpAt)
      throw new SandboxFault("system", `the sandbox ${name} does not end`);
    for (const pid of pids) kill(pid);
    await setTimeout(5);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has ended by itself in between.
  }
}
