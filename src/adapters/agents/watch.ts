/** Looks on at a run from any process on this machine, by the run's files alone. */
import type { AgentParser } from "./adapter.ts";
import type { AgentEvent } from "./event.ts";
import { isAlive } from "./kill.ts";
import { readExit, readRecord, type RunFolder, type RunRecord } from "./run-folder.ts";
import { openTail, type Tail } from "./tail.ts";
import { wakeups, type Wakeups } from "./wakeups.ts";

/** What there is to see: each line as it was written, what it means, and the end. */
export type Sight =
  | { readonly type: "line"; readonly line: string }
  | { readonly type: "event"; readonly event: AgentEvent }
  | { readonly type: "exited" };

/** A run that was begun, as `latestRun` finds it. */
export type WatchedRun = { readonly folder: RunFolder; readonly record: RunRecord };

/** Shows the run from its beginning to its exit; `parser` makes a reader of its agent's output. Aborted, it ends after what there is. */
export async function* watchRun(
  { folder, record }: WatchedRun,
  parser: () => AgentParser,
  signal?: AbortSignal,
): AsyncGenerator<Sight> {
  const wake = wakeups(folder.path);
  const giveUp = (): void => wake.close();
  signal?.addEventListener("abort", giveUp);
  if (signal?.aborted === true) giveUp();
  try {
    let current: RunRecord | null = record;
    while (current !== null) {
      const hasBegun: boolean = yield* watchOnce({ folder, record: current }, parser(), wake);
      current = current.isResumed && !hasBegun ? await renewed(folder, current, wake) : null;
    }
    if (signal?.aborted !== true) yield { type: "exited" };
  } finally {
    signal?.removeEventListener("abort", giveUp);
    wake.close();
  }
}

/** To the end of the process; answers whether its agent said anything. */
async function* watchOnce(
  { folder, record }: WatchedRun,
  parser: AgentParser,
  wake: Wakeups,
): AsyncGenerator<Sight, boolean> {
  await using tail = await openTail(folder.events);
  let hasBegun = false;
  for (;;) {
    // Asked first: what was written before the end is then read after it.
    const isOver = readExit(folder) !== null || !isAlive(record);
    for await (const line of linesOf(tail, isOver)) {
      yield { type: "line", line };
      for (const event of parser.push(line)) {
        hasBegun ||= event.type === "session" || event.type === "text";
        yield { type: "event", event };
      }
    }
    if (isOver || !(await wake.next())) return hasBegun;
  }
}

async function* linesOf(tail: Tail, isAll: boolean): AsyncGenerator<string> {
  for (let lines = await tail.advance(); lines !== null; lines = await tail.advance()) {
    for (const line of lines) if (line !== "") yield line;
  }
  const rest = tail.rest();
  if (isAll && rest !== "") yield rest;
}

/** The service may begin the run once more, because the agent did not know its session; null when it does not. */
async function renewed(
  folder: RunFolder,
  record: RunRecord,
  wake: Wakeups,
): Promise<RunRecord | null> {
  const giveUpAt = performance.now() + renewalMs;
  while (performance.now() < giveUpAt) {
    const found = await readRecord(folder);
    if (found !== null && found.mark !== record.mark) return found;
    if (!(await wake.next())) return null;
  }
  return null;
}

const renewalMs = 3_000;
