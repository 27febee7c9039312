/** Control groups: the only limits that hold for a box as a whole. */
import { existsSync } from "node:fs";
import { access, constants, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { BoxLimits } from "./box.ts";
import { codeOf, SandboxFault } from "./fault.ts";

/** The folders in which groups for boxes can be made; null where a limit cannot be had. Both may be the same. */
export type Groups = { readonly memory: string | null; readonly processes: string | null };

/** Makes a box's groups and sets their limits; answers the files by which a process enters them. */
export async function enterGroups(
  groups: Groups,
  name: string,
  limits: BoxLimits,
): Promise<readonly string[]> {
  const folders = groupFolders(groups, name);
  for (const folder of folders) await mkdir(folder, { recursive: true });
  if (groups.memory !== null) {
    const folder = join(groups.memory, name);
    await writeFile(join(folder, "memory.max"), String(limits.memoryBytes));
    // A box that is too big is to end as a whole, and not to lose one process or to move to the disk.
    await writeIfThere(join(folder, "memory.swap.max"), "0");
    await writeIfThere(join(folder, "memory.oom.group"), "1");
  }
  if (groups.processes !== null)
    await writeFile(join(groups.processes, name, "pids.max"), String(limits.processes));
  return folders.map((folder) => join(folder, "cgroup.procs"));
}

/** Kills whoever is left in a box's groups and removes them. */
export async function leaveGroups(groups: Groups, name: string): Promise<void> {
  for (const folder of groupFolders(groups, name)) await removeGroup(folder);
}

const groupFolders = ({ memory, processes }: Groups, name: string): readonly string[] =>
  [...new Set([memory, processes])].flatMap((parent) =>
    parent === null ? [] : [join(parent, name)],
  );

/** The dead stay in a group until their parents have asked for them, so that it takes a moment. */
const removalMs = 10_000;

async function removeGroup(folder: string): Promise<void> {
  const giveUpAt = performance.now() + removalMs;
  while (existsSync(folder)) {
    if (performance.now() > giveUpAt)
      throw new SandboxFault("system", `the control group ${folder} does not become empty`);
    await killGroup(folder);
    try {
      await rmdir(folder);
    } catch (error) {
      if (!["EBUSY", "ENOENT"].includes(codeOf(error)))
        throw new SandboxFault("system", `${folder} cannot be removed: ${codeOf(error)}`, error);
      await setTimeout(5);
    }
  }
}

async function killGroup(folder: string): Promise<void> {
  if (await writeIfThere(join(folder, "cgroup.kill"), "1")) return;
  for (const pid of await processesIn(folder)) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It has ended by itself in between.
    }
  }
}

/** Looks for folders that are ours to make groups in. */
export async function findGroups(
  mount = "/sys/fs/cgroup",
  ownGroups = "/proc/self/cgroup",
): Promise<Groups> {
  const lines = (await readFile(ownGroups, "utf8").catch(() => "")).trim().split("\n");
  const paths = lines.map((line) => {
    const [, controllers = "", ...path] = line.split(":");
    return { controllers: controllers.split(","), path: path.join(":") };
  });
  const unified = paths.find(({ controllers }) => controllers[0] === "")?.path;
  const both = unified === undefined ? null : await unifiedParent(mount, unified);
  if (both !== null) return { memory: both, processes: both };
  const pids = paths.find(({ controllers }) => controllers.includes("pids"))?.path;
  return { memory: null, processes: pids === undefined ? null : await pidsParent(mount, pids) };
}

/** The name of our own group beside those of the boxes, as in systemd's `DelegateSubgroup=`. */
const ownName = "yardmaster";

const wanted = ["memory", "pids"] as const;

/**
 * A group may have either processes or children with limits. So ours must be one of several in a folder that was
 * delegated to us; where all processes of the folder itself are ours, we move them into such a group.
 * https://docs.kernel.org/admin-guide/cgroup-v2.html#no-internal-process-constraint
 */
async function unifiedParent(mount: string, path: string): Promise<string | null> {
  const own = join(mount, path);
  const offered = await wordsIn(join(own, "cgroup.controllers"));
  if (!wanted.every((one) => offered.includes(one))) return null;
  const parent = basename(own) === ownName ? dirname(own) : own;
  try {
    if (parent === own) await moveInto(join(own, ownName), own);
    await writeFile(
      join(parent, "cgroup.subtree_control"),
      wanted.map((one) => `+${one}`).join(" "),
    );
    return parent;
  } catch {
    // Not delegated to us: the limits are held otherwise.
    return null;
  }
}

/** Throws when somebody else's processes are in the group: those are not ours to move. */
async function moveInto(target: string, from: string): Promise<void> {
  await access(join(from, "cgroup.procs"), constants.W_OK);
  const members = await processesIn(from);
  for (const pid of members) if (!(await isOurs(pid))) throw new Error(`${pid} is not ours`);
  await mkdir(target, { recursive: true });
  for (const pid of members) await writeFile(join(target, "cgroup.procs"), String(pid));
}

/** Is it this process or one that it has started? */
async function isOurs(pid: number): Promise<boolean> {
  if (pid === process.pid) return true;
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  const parent = Number(/^PPid:\s+([0-9]+)$/m.exec(status)?.[1] ?? 0);
  return parent > 0 && isOurs(parent);
}

/** Version 1 counts processes and memory apart; its memory is left alone, since a machine's own limits are often there. */
async function pidsParent(mount: string, path: string): Promise<string | null> {
  const parent = join(mount, "pids", path, ownName);
  try {
    await access(join(dirname(parent), "cgroup.procs"), constants.W_OK);
    await mkdir(parent, { recursive: true });
    return existsSync(join(parent, "pids.max")) ? parent : null;
  } catch {
    return null;
  }
}

const processesIn = async (folder: string): Promise<readonly number[]> =>
  (await wordsIn(join(folder, "cgroup.procs"))).map(Number);

const wordsIn = async (file: string): Promise<readonly string[]> =>
  (await readFile(file, "utf8").catch(() => "")).split(/\s+/).filter((word) => word !== "");

async function writeIfThere(file: string, text: string): Promise<boolean> {
  if (!existsSync(file)) return false;
  await writeFile(file, text);
  return true;
}
