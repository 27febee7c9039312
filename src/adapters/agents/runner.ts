/** Follows one run from its record to its exit: reads its output, keeps its limits, ends it when told. */
import { stat } from "node:fs/promises";
import { setImmediate, setTimeout } from "node:timers/promises";
import { millis } from "../../core/ids.ts";
import type { Limits } from "../../core/policy.ts";
import type { Clock } from "../../ports.ts";
import type { AgentParser, KillReason, ParsedExit, RunEnd } from "./adapter.ts";
import type { AgentEvent } from "./event.ts";
import { codeOf } from "./fault.ts";
import { interruptAgent, isAlive, killRun } from "./kill.ts";
import { readExit, readKill, writeKill, type RunFolder, type RunRecord } from "./run-folder.ts";
import { watchSilence, type Silence } from "./silence.ts";
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
  readonly limits: Limits;
  /** Whether we count its turns, because the agent does not. */
  readonly isCounted: boolean;
  /** How long an interrupted agent may take to come to an end. */
  readonly graceMs: number;
  readonly onEvent: (event: AgentEvent) => void;
  /** Ends whatever is left of its sandbox. */
  readonly endBox: () => Promise<void>;
};

/** How a run ended. */
export type Ended = {
  readonly end: RunEnd;
  readonly exit: ParsedExit;
  /** Whether the agent said anything but that it failed. */
  readonly hasBegun: boolean;
};

/** A run that may be alive, may have ended while nobody looked, or may be lost: all three come to an end. */
export class FollowedRun {
  /** Settles when the process is gone; never rejects. */
  readonly ended: Promise<Ended>;
  readonly #run: Run;
  readonly #terms: Terms;
  readonly #wakeups: Wakeups;
  #turns = 0;
  #hasBegun = false;
  #killed: KillReason | null;

  constructor(run: Run, terms: Terms) {
    this.#run = run;
    this.#terms = terms;
    this.#killed = readKill(run.folder);
    this.#wakeups = wakeups(run.folder.path);
    this.ended = this.#follow();
  }

  /** Ends the run: the agent may say its last words, then all that it started is killed. */
  async end(reason: KillReason): Promise<void> {
    await this.#kill(reason, this.#terms.graceMs);
  }

  /** Stops looking and leaves the process alone; `ended` will not settle. */
  close(): void {
    this.#wakeups.close();
  }

  async #follow(): Promise<Ended> {
    return (await this.#attend()) ?? new Promise(() => {});
  }

  /** Null when it was closed first. */
  async #attend(): Promise<Ended | null> {
    const { folder, record, parser } = this.#run;
    const { clock } = this.#terms;
    const deadline = millis(record.deadline);
    const cancel = clock.at(deadline, () => void this.end("timed-out"));
    // The service was killed while it was ending this run.
    if (this.#killed !== null) void this.#kill(this.#killed, 0);
    const silence = await this.#silence();
    try {
      await using tail = await openTail(folder.events);
      const seen = await this.#untilEnd(tail, silence);
      if (seen === null) return null;
      await this.#clearAway();
      const end = await this.#judged(seen);
      await this.#read(tail);
      this.#push(tail.rest());
      return { end, exit: parser.end(end), hasBegun: this.#hasBegun };
    } catch (error) {
      await this.#clearAway();
      const why = `The record of the agent's run cannot be read: ${codeOf(error)}.`;
      const exit: ParsedExit = {
        outcome: "lost",
        retryAt: null,
        handover: { kind: "failed", why },
        session: null,
      };
      return { end: { by: "unknown" }, exit, hasBegun: this.#hasBegun };
    } finally {
      cancel();
      silence.close();
      this.#wakeups.close();
    }
  }

  #silence(): Promise<Silence> {
    const { clock, limits } = this.#terms;
    return watchSilence(this.#run, clock, limits.silenceMs, () => void this.end("silent"));
  }

  /** Kills what the run started and is left of its sandbox. */
  async #clearAway(): Promise<void> {
    await killRun(this.#run.record);
    await this.#terms.endBox();
  }

  async #untilEnd(tail: Tail, silence: Silence): Promise<RunEnd | null> {
    // What is there already is no new sign of life.
    await this.#read(tail);
    for (;;) {
      await this.#endFlood();
      await this.#read(tail, () => silence.broken());
      const end = this.#end();
      if (end !== null) return end;
      if (!(await this.#wakeups.next())) return null;
    }
  }

  async #endFlood(): Promise<void> {
    if (this.#killed === null && (await this.#isFlood())) void this.#kill("flooded", 0);
  }

  /** An agent that ends by itself may have flooded its output before anybody looked. */
  async #judged(end: RunEnd): Promise<RunEnd> {
    const isFlood = end.by === "itself" && (await this.#isFlood());
    return isFlood ? { by: "us", reason: "flooded" } : end;
  }

  async #isFlood(): Promise<boolean> {
    const { events, stderr } = this.#run.folder;
    const [said, complained] = await Promise.all([stat(events), stat(stderr)]);
    return said.size + complained.size > this.#terms.limits.outputBytes;
  }

  async #read(tail: Tail, onBytes: () => void = () => {}): Promise<void> {
    while (tail.bytes <= this.#terms.limits.outputBytes) {
      const lines = await tail.advance();
      if (lines === null) return;
      onBytes();
      // Between two chunks, because agents write faster than we read.
      await this.#endFlood();
      for (const [index, line] of lines.entries()) {
        this.#push(line);
        // A flood of short lines must not keep the service from its other work.
        if (index % batchLines === batchLines - 1) await setImmediate();
      }
      // Nothing more in it counts.
      if (this.#killed === "flooded") return;
    }
  }

  #push(line: string): void {
    if (line === "") return;
    for (const event of this.#run.parser.push(line)) {
      this.#hasBegun ||= beginnings.has(event.type);
      if (isTurn(event)) this.#turns += 1;
      const { isCounted, limits } = this.#terms;
      const isOver = isCounted && this.#turns > limits.turns;
      if (isOver && this.#killed === null) void this.end("turns-exhausted");
      this.#terms.onEvent(event);
    }
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
      await interruptAgent(record);
      await Promise.race([this.ended, setTimeout(graceMs, null, { ref: false })]);
    }
    await this.#clearAway();
    this.#wakeups.wake();
  }
}

const batchLines = 500;

/** What only an agent says whose session is under way. */
const beginnings: ReadonlySet<AgentEvent["type"]> = new Set<AgentEvent["type"]>([
  "session",
  "text",
  "thinking",
  "tool-started",
  "tool-ended",
]);

/** For an agent that does not tell of its turns: whatever it does itself, and the last turn, in which it only speaks. */
const isTurn = (event: AgentEvent): boolean =>
  event.type === "turn-ended" || (event.type === "tool-started" && event.parent === null);
