/** Waiting for what no log line tells. */
import { setTimeout as pause } from "node:timers/promises";

const patienceMs = 120_000;

/** Asks ten times a second until it is so; throws when that takes too long. */
export async function untilTrue(what: string, isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = Date.now() + patienceMs;
  while (!(await isSo())) {
    if (Date.now() > giveUpAt) throw new Error(`waited in vain: ${what}`);
    await pause(100);
  }
}
