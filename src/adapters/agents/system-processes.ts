/** The processes of this machine, told apart even when a number is used again: from /proc, or from `ps` where there is none. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { codeOf } from "./fault.ts";

/** One living process. */
export type SystemProcess = {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Differs between two processes that had the same number one after the other. */
  readonly startTime: string;
};

/** All living processes; those that have ended but were not waited for are dead. */
export function livingProcesses(): readonly SystemProcess[] {
  return hasProc ? fromProc() : fromPs([]);
}

/** One process; undefined when it is dead. */
export function livingProcess(pid: number): SystemProcess | undefined {
  return hasProc ? readStat(String(pid)) : fromPs(["-p", String(pid)])[0];
}

/** Whether a process was started with this variable; false where that cannot be seen. */
export function hasVariable(pid: number, variable: string): boolean {
  return (readProc(`${pid}/environ`) ?? "").split("\0").includes(variable);
}

/** Differs after each start of the machine, where start times begin again. */
export function bootId(): string {
  const id = readProc("sys/kernel/random/boot_id");
  return (id ?? outputOf("sysctl", ["-n", "kern.boottime"])).trim();
}

const hasProc = existsSync("/proc/self/stat");

function fromProc(): SystemProcess[] {
  return readdirSync("/proc").flatMap((name) => {
    const isPid = Number.isInteger(Number(name));
    return isPid ? (readStat(name) ?? []) : [];
  });
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
function readStat(pid: string): SystemProcess | undefined {
  const stat = readProc(`${pid}/stat`);
  if (stat === null) return undefined;
  // The second field is the program's name and may itself hold brackets and spaces.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [state, parent, group] = fields;
  const startTime = fields[19];
  if (state === "Z" || state === "X" || startTime === undefined) return undefined;
  return { pid: Number(pid), parent: Number(parent), group: Number(group), startTime };
}

/** Null for a process that is gone, or is not ours to look into; throws when we are out of file descriptors. */
function readProc(path: string): string | null {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch (error) {
    if (["ENOENT", "ESRCH", "EACCES", "EPERM"].includes(codeOf(error))) return null;
    throw error;
  }
}

function fromPs(selection: readonly string[]): SystemProcess[] {
  const which = selection.length > 0 ? selection : ["-A"];
  // One option per column: text after `=` would be a heading up to the option's end.
  const columns = ["pid=", "ppid=", "pgid=", "stat=", "lstart="].flatMap((name) => ["-o", name]);
  const stdout = outputOf("ps", [...which, ...columns]);
  return stdout.split("\n").flatMap((line) => {
    const [pid, parent, group, state, ...started] = line.split(" ").filter((word) => word !== "");
    if (state === undefined || state.startsWith("Z")) return [];
    const startTime = started.join(" ");
    return [{ pid: Number(pid), parent: Number(parent), group: Number(group), startTime }];
  });
}

/** What the program writes, for readers; nothing where it is not there. By Node alone: each verb that looks at a run loads this file, and execa takes a tenth of a second. */
const outputOf = (program: string, args: readonly string[]): string =>
  spawnSync(program, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C" } }).stdout ?? "";
