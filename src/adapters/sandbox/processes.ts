/** The processes of a box, seen from outside: in /proc of the machine, which a box cannot write. */
import { readFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
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

/**
 * Outermost processes of the boxes with this name. What runs within a box can call itself as it likes, and must not keep
 * us from ending another one: bubblewrap itself is outside, and inside it is the first process.
 */
export async function outermostOf(name: string): Promise<readonly number[]> {
  const ours = readStatus(process.pid)[0]?.ownNumbers.length ?? 1;
  const named = (await processNumbers()).filter((pid) => {
    const words = readProc(`${pid}/cmdline`).split("\0");
    return words[0]?.endsWith("bwrap") === true && hostnameIn(words) === name;
  });
  const processes = named
    .flatMap(readStatus)
    .filter(
      ({ ownNumbers }) =>
        ownNumbers.length === ours || (ownNumbers.length === ours + 1 && ownNumbers[ours] === 1),
    );
  const isOutermost = ({ parent }: Process): boolean => !named.includes(parent);
  return processes.filter(isOutermost).map(({ pid }) => pid);
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
  return (await processNumbers()).flatMap(readStatus);
}

async function processNumbers(): Promise<readonly number[]> {
  return (await readdir("/proc")).map(Number).filter(Number.isInteger);
}

/** https://man7.org/linux/man-pages/man5/proc_pid_status.5.html */
function readStatus(pid: number): readonly Process[] {
  const lines = readProc(`${pid}/status`).split("\n");
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

/**
 * Empty for a process that is gone or not for us to see. At once, because the kernel answers from memory, and a few
 * hundred of such files would wait for each other in the queue of those that may take long.
 */
function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
