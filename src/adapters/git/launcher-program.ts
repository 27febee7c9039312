/** The small process that starts git for a large one, for as long as that one is there. */
import { GitFault } from "./fault.ts";
import type { LaunchOrder, LaunchReport, SystemError } from "./launcher.ts";
import { runHere } from "./launch-here.ts";

const running = new Map<number, AbortController>();

// Whoever stops the service stops it first; until it has ended, what it asked for is done.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => {});

// A box would have died with the service, had that started it: the next one clears away the folders that it writes.
const boxes = new Set<AbortController>();
process.on("disconnect", () => {
  for (const ending of boxes) ending.abort();
});

process.on("message", (order: LaunchOrder) => {
  if (order.type === "launch") void launch(order);
  else running.get(order.id)?.abort();
});

async function launch({ id, launch: order }: LaunchOrder & { type: "launch" }): Promise<void> {
  const ending = new AbortController();
  running.set(id, ending);
  if (order.kind === "box" || order.kind === "hands") boxes.add(ending);
  try {
    report({ id, type: "exit", exit: await runHere(order, ending.signal) });
  } catch (error) {
    report(
      error instanceof GitFault
        ? { id, type: "fault", kind: error.kind, message: error.message }
        : { id, type: "error", message: String(error), system: systemError(error) },
    );
  } finally {
    running.delete(id);
    boxes.delete(ending);
  }
}

function systemError(error: unknown): SystemError | null {
  if (!(error instanceof Error && "code" in error && "syscall" in error)) return null;
  return { code: String(error.code), syscall: String(error.syscall) };
}

/** Nobody may be there to hear it any more. */
const report = (one: LaunchReport): void => {
  if (process.connected) process.send?.(one, () => {});
};
