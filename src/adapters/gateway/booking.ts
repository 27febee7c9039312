/** Books what a request has cost, also when the ledger does not answer at first. */
import { setTimeout } from "node:timers/promises";

import type { Ledger, LedgerEntry, Log } from "../../ports.ts";

const tries = 8;
const firstPauseMs = 250;

/** Settles when the entry is booked or given up; never rejects. Its key makes it safe to repeat. */
export async function book(ledger: Ledger, entry: LedgerEntry, log: Log): Promise<void> {
  const { run, model, usd } = entry;
  for (let made = 1; made <= tries; made += 1) {
    try {
      await ledger.book(entry);
      return;
    } catch (error) {
      if (made === tries) log.error({ err: error, run, model, usd }, "spending was not booked");
      // Twice as long each time: half a minute in all, which outlasts a restart of the database.
      else await setTimeout(firstPauseMs * 2 ** (made - 1));
    }
  }
}
