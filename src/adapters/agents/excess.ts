/** Watches over limits of a box that the kernel of this machine does not hold for it as a whole. */
import type { BoxLimits, Sandbox } from "../sandbox/box.ts";
import { excessOf } from "../sandbox/processes.ts";
import type { RunRecord } from "./run-folder.ts";

/** A sandbox that may say which limits need no watch. */
export type WatchedSandbox = Sandbox & {
  heldLimits?(): Promise<{ readonly memory: boolean; readonly processes: boolean }>;
};

/** Calls back once the run exceeds a limit of its box; the answer ends the watch. */
export function watchExcess(
  sandbox: WatchedSandbox,
  record: RunRecord,
  limits: BoxLimits,
  onExcess: (of: "memory" | "processes") => void,
): () => void {
  let isOpen = true;
  let timer: NodeJS.Timeout | undefined;
  const look = async (): Promise<void> => {
    const excess = await excessOf(record.pid, limits).catch(() => null);
    if (!isOpen) return;
    if (excess !== null) onExcess(excess);
    else timer = setTimeout(() => void look(), lookMs);
  };
  void needsWatch(sandbox).then((isNeeded) => {
    if (isNeeded && isOpen) void look();
  });
  return () => {
    isOpen = false;
    clearTimeout(timer);
  };
}

async function needsWatch(sandbox: WatchedSandbox): Promise<boolean> {
  const held = await sandbox.heldLimits?.().catch(() => null);
  return held != null && !(held.memory && held.processes);
}

const lookMs = 1_000;
