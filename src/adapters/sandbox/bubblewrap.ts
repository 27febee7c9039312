/** Boxes made by bubblewrap: https://github.com/containers/bubblewrap */
import { chmod, mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { boxArguments, environmentFile, type Ground } from "./arguments.ts";
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

/** What a test may want otherwise than the machine has it. */
export type BubblewrapOptions = {
  /** Where bubblewrap is; looked for on the PATH when absent. */
  readonly program?: string;
  /** Whether control groups may be used; they are when absent. */
  readonly usesGroups?: boolean;
};

/** A sandbox that also says which limits the kernel holds for a box as a whole. */
export type BubblewrapSandbox = Sandbox & {
  /** What is false here must be watched by whoever runs the box, with `excessOf`. */
  heldLimits(): Promise<{ readonly memory: boolean; readonly processes: boolean }>;
};

/** Boxes on this machine. It looks at the machine once, when it is first needed. */
export function createBubblewrap(options: BubblewrapOptions = {}): BubblewrapSandbox {
  let found: Promise<Machine> | null = null;
  const machine = (): Promise<Machine> => (found ??= lookAtMachine(options));
  const sandbox: BubblewrapSandbox = {
    name: "bubblewrap",
    preflight: () => tryBox(sandbox),
    async wrap(command, box, folder) {
      await checkBox(box, folder);
      return wrap(command, box, folder, await machine());
    },
    async end(name) {
      const { groups } = await machine();
      await killAll(name);
      await leaveGroups(groups, name);
    },
    async heldLimits() {
      const { groups } = await machine();
      // The kernel counts the processes of ordinary users only, and those of each box apart.
      const isCounted = groups.processes !== null || process.getuid?.() !== 0;
      return { memory: groups.memory !== null, processes: isCounted };
    },
  };
  return sandbox;
}

type Machine = {
  readonly program: string;
  readonly ground: Ground;
  readonly groups: Groups;
  readonly architecture: Architecture;
};

async function lookAtMachine({ program, usesGroups = true }: BubblewrapOptions): Promise<Machine> {
  const path = program ?? (await findProgram("bwrap"));
  if (path === null) throw new SandboxFault("unavailable", installCure);
  const architecture = process.arch;
  if (architecture !== "x64" && architecture !== "arm64")
    throw new SandboxFault(
      "unavailable",
      `there is no filter for machines of kind ${architecture}`,
    );
  return {
    program: path,
    ground: await lookAround(),
    groups: usesGroups ? await findGroups() : { memory: null, processes: null },
    architecture,
  };
}

async function wrap(
  command: readonly string[],
  box: Box,
  folder: string,
  { program, ground, groups, architecture }: Machine,
): Promise<BoxedCommand> {
  const files = boxFiles(folder);
  try {
    await writeFiles(files, box, seccompProgram(architecture));
    const groupFiles = await enterGroups(groups, box.name, box.limits);
    const argv = [
      ...[program, "--args", "5", "--seccomp", "4"],
      ...boxArguments(box, ground, [
        ["/etc/passwd", files.passwd],
        ["/etc/group", files.group],
        ["/etc/hosts", files.hosts],
        ["/etc/nsswitch.conf", files.nameService],
      ]),
      ...["--", ...innerCommand(command, box, groups.processes === null)],
    ];
    // Bubblewrap runs outside of the box, where a variable of the box must not tell it which libraries to load.
    return {
      argv: outerCommand(groupFiles, argv),
      env: {},
      descriptors: [files.filter, files.environment],
    };
  } catch (error) {
    if (error instanceof SandboxFault) throw error;
    throw new SandboxFault("system", `a sandbox cannot be prepared: ${codeOf(error)}`, error);
  }
}

type BoxFiles = ReturnType<typeof boxFiles>;

function boxFiles(folder: string) {
  const path = (name: string): string => join(folder, "box", name);
  return {
    folder: join(folder, "box"),
    filter: path("filter"),
    environment: path("environment"),
    passwd: path("passwd"),
    group: path("group"),
    hosts: path("hosts"),
    nameService: path("nsswitch.conf"),
  };
}

async function writeFiles(files: BoxFiles, box: Box, filter: Buffer): Promise<void> {
  await rm(files.folder, { recursive: true, force: true });
  await mkdir(files.folder, { recursive: true, mode: 0o700 });
  await writeFile(files.filter, filter, { mode: 0o600 });
  await writeFile(files.environment, environmentFile(box.environment), { mode: 0o600 });
  const home = box.environment["HOME"] ?? "/";
  const isWritable = /^\/[^:\n]*$/.test(home);
  const texts = [
    [files.passwd, `agent:x:1000:1000:agent:${isWritable ? home : "/"}:/bin/sh\n`],
    [files.group, "agent:x:1000:\n"],
    [files.hosts, `127.0.0.1 localhost ${box.name}\n::1 localhost\n`],
    [files.nameService, "passwd: files\ngroup: files\nhosts: files\n"],
  ] as const;
  for (const [path, text] of texts) {
    await writeFile(path, text);
    // Whatever our own umask is: in the box other programs than bubblewrap read it.
    await chmod(path, 0o644);
  }
}

/** With bubblewrap dies everything in its namespace of processes, daemons too. */
async function killAll(name: string): Promise<void> {
  for (const pid of await outermostOf(name)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself in between.
    }
  }
}
