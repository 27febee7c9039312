/** The processes of a box, seen from outside: in /proc of the machine, which a box cannot write. */
import { readdir, readFile } from "node:fs/promises";
import type { BoxLimits } from "./box.ts";

/**
 * The command in the box that a process started: the one to be asked for an end, since a signal to bubblewrap kills at
 * once. Null when it has not begun or has ended. `root` is bubblewrap or any process above it.
 */
export async function commandPidOf(root: number): Promise<number | null> {
  const all = await livingProcesses();
  const boxed = descendants(root, all).filter(({ ownNumbers }) => ownNumbers.length > 1);
  // Bubblewrap itself is the first process of the box and starts the command as the second.
  const outer = all.find(({ pid }) => pid === root)?.ownNumbers.length ?? 1;
  const command = boxed.find(
    ({ ownNumbers }) => ownNumbers.length === outer + 1 && ownNumbers.at(-1) === 2,
  );
  return command?.pid ?? null;
}

/** What of its limits a box exceeds; null while it holds them. For machines whose control groups do not. */
export async function excessOf(
  root: number,
  limits: BoxLimits,
): Promise<"memory" | "processes" | null> {
  const { processes, memoryBytes } = await boxUsage(root);
  if (processes > limits.processes) return "processes";
  return memoryBytes > limits.memoryBytes ? "memory" : null;
}

/** What the descendants of a process use: memory without files that could be read again. */
export async function boxUsage(
  root: number,
): Promise<{ readonly processes: number; readonly memoryBytes: number }> {
  const members = descendants(root, await livingProcesses());
  const bytes = members.map(({ memoryBytes }) => memoryBytes);
  return { processes: members.length, memoryBytes: bytes.reduce((sum, one) => sum + one, 0) };
}

/** Outermost processes of the boxes with this name. */
export async function outermostOf(name: string): Promise<readonly number[]> {
  const all = await livingProcesses();
  const named = await Promise.all(
    all.map(async ({ pid }) => {
      const words = (await readProc(`${pid}/cmdline`)).split("\0");
      const isOurs = words[0]?.endsWith("bwrap") === true && hostnameIn(words) === name;
      return isOurs ? [pid] : [];
    }),
  );
  const pids = new Set(named.flat());
  return all.filter(({ pid, parent }) => pids.has(pid) && !pids.has(parent)).map(({ pid }) => pid);
}

const hostnameIn = (words: readonly string[]): string | undefined => {
  const at = words.indexOf("--hostname");
  return at < 0 ? undefined : words[at + 1];
};

type Process = {
  readonly pid: number;
  readonly parent: number;
  /** Its number in our namespace of processes and in each one below. */
  readonly ownNumbers: readonly number[];
  readonly memoryBytes: number;
};

function descendants(root: number, all: readonly Process[]): readonly Process[] {
  const children = all.filter(({ parent }) => parent === root);
  return children.flatMap((child) => [child, ...descendants(child.pid, all)]);
}

async function livingProcesses(): Promise<readonly Process[]> {
  const pids = (await readdir("/proc")).map(Number).filter(Number.isInteger);
  return (await Promise.all(pids.map(readStatus))).flat();
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
async function readStatus(pid: number): Promise<readonly Process[]> {
  const lines = (await readProc(`${pid}/status`)).split("\n");
  const field = (name: string): readonly string[] =>
    lines
      .find((line) => line.startsWith(`${name}:`))
      ?.split(/\s+/)
      .slice(1) ?? [];
  const [state] = field("State");
  if (state === undefined || state === "Z" || state === "X") return [];
  const kilobytes = Number(field("RssAnon")[0] ?? 0) + Number(field("RssShmem")[0] ?? 0);
  return [
    {
      pid,
      parent: Number(field("PPid")[0]),
      ownNumbers: field("NSpid").map(Number),
      memoryBytes: kilobytes * 1024,
    },
  ];
}

/** Empty for a process that is gone or not for us to see. */
const readProc = (path: string): Promise<string> =>
  readFile(`/proc/${path}`, "utf8").catch(() => "");
