/** Ends everything that a run started: process groups do not suffice, because agents give each command a session of its own. */
import { setTimeout } from "node:timers/promises";
import { commandPidOf } from "../sandbox/processes.ts";
import { runVariable } from "./environment.ts";
import type { RunRecord } from "./run-folder.ts";
import {
  bootId,
  hasVariable,
  livingProcess,
  livingProcesses,
  type SystemProcess,
} from "./system-processes.ts";

/** Is the run's own process alive, and not another one with its number? */
export function isAlive(run: RunRecord): boolean {
  return livingProcess(run.pid)?.startTime === run.startTime && bootId() === run.bootId;
}

/** Asks the agent to come to an end by itself: the command in the box, or without one the wrapper's children. */
export async function interruptAgent(run: RunRecord): Promise<void> {
  if (!isAlive(run)) return;
  const boxed = await commandPidOf(run.pid).catch(() => null);
  const children = livingProcesses().filter(({ parent }) => parent === run.pid);
  for (const pid of boxed === null ? children.map((child) => child.pid) : [boxed]) {
    signal(pid, "SIGINT");
  }
}

/** Kills the run's process, its group, their descendants and whatever carries the run's mark. */
export async function killRun(run: RunRecord): Promise<void> {
  // Processes may start others while they are being killed.
  for (let round = 0; round < 100; round += 1) {
    const members = membersOf(run);
    if (members.size === 0) return;
    for (const pid of members) signal(pid, "SIGKILL");
    await setTimeout(10);
  }
}

function membersOf(run: RunRecord): ReadonlySet<number> {
  const all = livingProcesses();
  // The number of a group without its leader may belong to somebody else by now.
  const group = isAlive(run) ? run.pid : null;
  const mark = `${runVariable}=${run.mark}`;
  const roots = all.filter((one) => one.group === group || hasVariable(one.pid, mark));
  return withDescendants(new Set(roots.map(({ pid }) => pid)), all);
}

function withDescendants(
  members: ReadonlySet<number>,
  all: readonly SystemProcess[],
): ReadonlySet<number> {
  const children = all.filter(({ pid, parent }) => members.has(parent) && !members.has(pid));
  if (children.length === 0) return members;
  return withDescendants(new Set([...members, ...children.map(({ pid }) => pid)]), all);
}

function signal(pid: number, name: "SIGINT" | "SIGKILL"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It has ended by itself, or is not ours; the next round would show it again.
  }
}
