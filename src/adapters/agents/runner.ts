/** Follows one run from its record to its exit: reads its output, keeps its limits, ends it when told. */
import { stat } from "node:fs/promises";
import { setTimeout } from "node:timers/promises";
import { millis } from "../../core/ids.ts";
import type { Clock, Worker, WorkerExit } from "../../ports.ts";
import type { AgentParser, KillReason, RunEnd } from "./adapter.ts";
import type { AgentEvent } from "./event.ts";
import { codeOf } from "./fault.ts";
import { interruptAgent, isAlive, killRun } from "./kill.ts";
import { readExit, readKill, writeKill, type RunFolder, type RunRecord } from "./run-folder.ts";
import { openTail, type Tail } from "./tail.ts";
import { wakeups, type Wakeups } from "./wakeups.ts";

/** A run that was begun and the reader of its output. */
export type Run = {
  readonly folder: RunFolder;
  readonly record: RunRecord;
  readonly parser: AgentParser;
};

/** How far a run may go, and who is told what it says. */
export type Terms = {
  readonly clock: Clock;
  /** Output, standard error included, beyond which a run is ended. */
  readonly outputCapBytes: number;
  /** How long an interrupted agent may take to come to an end. */
  readonly graceMs: number;
  readonly onEvent: (event: AgentEvent) => void;
};

/** A Worker that may be alive, may have ended while nobody looked, or may be lost: all three come to an exit. */
export class FollowedRun implements Worker {
  readonly exited: Promise<WorkerExit>;
  readonly #run: Run;
  readonly #terms: Terms;
  readonly #wakeups: Wakeups;
  #killed: KillReason | null;

  constructor(run: Run, terms: Terms) {
    this.#run = run;
    this.#terms = terms;
    this.#killed = readKill(run.folder);
    this.#wakeups = wakeups(run.folder.path);
    this.exited = this.#follow();
  }

  async stop(): Promise<void> {
    await this.#kill("stopped", this.#terms.graceMs);
    await this.exited;
  }

  /** Stops looking and leaves the process alone; `exited` will not settle. */
  close(): void {
    this.#wakeups.close();
  }

  async #follow(): Promise<WorkerExit> {
    return (await this.#attend()) ?? new Promise(() => {});
  }

  /** Null when it was closed first. */
  async #attend(): Promise<WorkerExit | null> {
    const { folder, record, parser } = this.#run;
    const { clock, graceMs } = this.#terms;
    const deadline = millis(record.deadline);
    const cancel = clock.at(deadline, () => void this.#kill("timed-out", graceMs));
    // The service was killed while it was ending this run.
    if (this.#killed !== null) void this.#kill(this.#killed, 0);
    try {
      await using tail = await openTail(folder.events);
      const end = await this.#untilEnd(tail);
      if (end === null) return null;
      await killRun(record);
      await this.#read(tail);
      this.#push(tail.rest());
      return parser.end(end);
    } catch (error) {
      await killRun(record);
      const why = `The record of the agent's run cannot be read: ${codeOf(error)}.`;
      return { outcome: "lost", handover: { kind: "failed", why } };
    } finally {
      cancel();
      this.#wakeups.close();
    }
  }

  async #untilEnd(tail: Tail): Promise<RunEnd | null> {
    const { folder } = this.#run;
    const { outputCapBytes } = this.#terms;
    for (;;) {
      await this.#read(tail);
      const outputBytes = tail.bytes + (await stat(folder.stderr)).size;
      if (outputBytes > outputCapBytes && this.#killed === null) void this.#kill("flooded", 0);
      const end = this.#end();
      if (end !== null) return end;
      if (!(await this.#wakeups.next())) return null;
    }
  }

  async #read(tail: Tail): Promise<void> {
    while (tail.bytes <= this.#terms.outputCapBytes) {
      const lines = await tail.advance();
      if (lines === null) return;
      for (const line of lines) this.#push(line);
    }
  }

  #push(line: string): void {
    if (line === "") return;
    for (const event of this.#run.parser.push(line)) this.#terms.onEvent(event);
  }

  /** Null while the process lives, and when the system could not tell. */
  #end(): RunEnd | null {
    try {
      return this.#seenEnd();
    } catch {
      // For example out of file descriptors; the next wake-up looks again.
      return null;
    }
  }

  #seenEnd(): RunEnd | null {
    const { folder, record } = this.#run;
    const isOver = readExit(folder) !== null || !isAlive(record);
    if (!isOver) return null;
    if (this.#killed !== null) return { by: "us", reason: this.#killed };
    // Read again: it may have been written just before the process was seen dead.
    const code = readExit(folder);
    return code === null ? { by: "unknown" } : { by: "itself", code };
  }

  /** Interrupts the agent, waits, and kills what is left. */
  async #kill(reason: KillReason, graceMs: number): Promise<void> {
    const { folder, record } = this.#run;
    if (this.#end() !== null) return;
    this.#killed ??= reason;
    writeKill(folder, this.#killed);
    if (graceMs > 0) {
      interruptAgent(record);
      await Promise.race([this.exited, setTimeout(graceMs, null, { ref: false })]);
    }
    await killRun(record);
    this.#wakeups.wake();
  }
}
