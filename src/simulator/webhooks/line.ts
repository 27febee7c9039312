/** A line of deliveries: one at a time and in order, unless one is told to let another go first. */
import { setTimeout as sleep } from "node:timers/promises";

/** How long a delivery that shall be overtaken waits for the one that does it. */
const OVERTAKE_MS = 250;

/** How often the line looks whether somebody may go. */
const LOOK_MS = 10;

/** How one delivery stands in line. */
interface Manner {
  readonly delayMs: number;
  readonly letsOthersPass: boolean;
}

interface Waiting<Job> {
  readonly job: Job;
  readonly dueAt: number;
  /** It steps aside until this moment, or until it has been overtaken. */
  asideUntil: number;
}

/** Deliveries waiting for their turn. */
export interface Line<Job> {
  readonly add: (job: Job, manner: Manner) => void;
  /** Resolves when nothing waits and nothing is under way. */
  readonly drain: () => Promise<void>;
  /** Lets the delivery under way end and sends no more. */
  readonly close: () => Promise<void>;
}

/** Builds a line whose deliveries are sent by the given function. */
export function openLine<Job>(send: (job: Job) => Promise<void>): Line<Job> {
  const waiting: Waiting<Job>[] = [];
  let running: Promise<void> | null = null;
  let closed = false;

  async function run(): Promise<void> {
    // An act finishes all it does in this turn before its first webhook leaves.
    await sleep(0);
    while (waiting.length > 0 && !closed) {
      const now = Date.now();
      const index = waiting.findIndex((one) => Math.max(one.dueAt, one.asideUntil) <= now);
      if (index < 0) {
        await sleep(LOOK_MS);
        continue;
      }
      for (const passed of waiting.slice(0, index)) passed.asideUntil = 0;
      const [turn] = waiting.splice(index, 1);
      if (turn !== undefined) await send(turn.job);
    }
  }

  return {
    add: (job, manner) => {
      const dueAt = Date.now() + manner.delayMs;
      const asideUntil = manner.letsOthersPass ? dueAt + OVERTAKE_MS : 0;
      waiting.push({ job, dueAt, asideUntil });
      running ??= run().finally(() => {
        running = null;
      });
    },
    drain: async () => {
      while (running !== null) await running;
    },
    close: async () => {
      closed = true;
      await running;
    },
  };
}
