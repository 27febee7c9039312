/** Starts a run's process so that it outlives us: its own session, files instead of pipes, an exit record beside it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { Writable } from "node:stream";
import type { BoxedCommand } from "../sandbox/box.ts";
import { AgentFault, codeOf } from "./fault.ts";
import { createPrivateFolder, writeRecord, type RunFolder, type RunRecord } from "./run-folder.ts";
import { bootId, livingProcess } from "./system-processes.ts";

/** A run that is ready to be started. */
export type Launch = {
  readonly folder: RunFolder;
  readonly worktree: string;
  readonly command: BoxedCommand;
  readonly stdin: string;
  /** All of the record that is known before the process is. */
  readonly record: Omit<RunRecord, "pid" | "startTime" | "bootId">;
};

/** Starts it. The agent begins only when its record is on disk. */
export async function launch(order: Launch): Promise<RunRecord> {
  const { folder } = order;
  try {
    await createPrivateFolder(folder.path);
    for (const stale of [folder.exit, folder.kill]) await rm(stale, { force: true });
    await writeFile(folder.prompt, order.stdin, { mode: 0o600 });
  } catch (error) {
    throw new AgentFault("folder", `the run's files cannot be written: ${codeOf(error)}`, error);
  }
  const { pid, go } = await startWrapper(order);
  const startTime = livingProcess(pid)?.startTime ?? "";
  const record: RunRecord = { ...order.record, pid, startTime, bootId: bootId() };
  try {
    await writeRecord(folder, record);
  } catch (error) {
    go.destroy();
    throw new AgentFault("folder", `the run's record cannot be written: ${codeOf(error)}`, error);
  }
  go.end("go\n");
  return record;
}

/**
 * Waits for our word, so that a run without a record has not begun; then runs the agent and keeps its exit code.
 * The code is moved into place, because a file that is half written would read as another code. The descriptor is
 * closed at once: as long as it is open, our end of it keeps the service from coming to its own end.
 */
const wrapper =
  'read -r go <&3 || exit 125; exec 3<&-; d=$1; shift; "$@"; echo $? > "$d/exit.tmp"; mv "$d/exit.tmp" "$d/exit"';

/** Not by execa, which takes descriptors of its own parent only. */
async function startWrapper(order: Launch): Promise<{ pid: number; go: Writable }> {
  const { folder, worktree, command } = order;
  const { argv, env } = command;
  // A pipe would tie the agent's end to that of any grandchild that holds it, and its life to ours.
  const stdin = openSync(folder.prompt, "r");
  const stdout = openSync(folder.events, "w", 0o600);
  const stderr = openSync(folder.stderr, "w", 0o600);
  const further = command.descriptors.map((path) => openSync(path, "r"));
  const child = spawn("/bin/sh", ["-c", wrapper, "run", folder.path, ...argv], {
    cwd: worktree,
    env,
    detached: true,
    stdio: [stdin, stdout, stderr, "pipe", ...further],
  });
  for (const descriptor of [stdin, stdout, stderr, ...further]) closeSync(descriptor);
  const go = child.stdio[3];
  if (child.pid === undefined || !(go instanceof Writable)) {
    // The error itself would quote the arguments.
    const [error] = await once(child, "error");
    throw new AgentFault("spawn", `the agent's process cannot be started: ${codeOf(error)}`);
  }
  go.on("error", () => {});
  child.unref();
  return { pid: child.pid, go };
}
