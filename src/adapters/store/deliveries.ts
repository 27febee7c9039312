/** Deliveries kept by group commit: calls that arrive while a group is being written form the next group. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type { Delivery } from "../../ports.ts";
import { enqueue } from "./enqueue.ts";
import { attempt, storeFault } from "./fault.ts";
import { plainText } from "./json.ts";
import type { Database } from "./tables.ts";
import { uuidOf } from "./uuid.ts";

/** Keeps deliveries, many in one transaction. */
export type DeliveryKeeper = {
  /** True when the guid was not known; resolves only when the delivery is durable. */
  keep(delivery: Delivery): Promise<boolean>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
};

type Caller = {
  readonly delivery: Delivery;
  readonly resolve: (isFresh: boolean) => void;
  readonly reject: (fault: Error) => void;
};

const groupRows = 200;
const groupChars = 8 * 1024 * 1024;

/** A keeper that calls back after each group that brought something. */
export function deliveryKeeper(db: Database, onKept: () => void): DeliveryKeeper {
  const waiting: Caller[] = [];
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    // Callers of the same turn join the first group.
    await nextTurn();
    while (waiting.length > 0) {
      const isAnyFresh = await settle(db, waiting.splice(0, groupLength(waiting)));
      if (isAnyFresh) onKept();
    }
    writing = null;
  };
  return {
    keep: ({ guid, event, body, receivedAt }) =>
      new Promise((resolve, reject) => {
        const delivery = { guid: plainText(guid), event: plainText(event), body, receivedAt };
        waiting.push({ delivery, resolve, reject });
        writing ??= writeAll();
      }),
    idle: async () => {
      while (writing !== null) await writing;
    },
  };
}

/** How many of the callers make one group: a large body travels alone. */
function groupLength(waiting: readonly Caller[]): number {
  let chars = 0;
  const limit = waiting.findIndex(({ delivery }, place) => {
    chars += delivery.body.length;
    return place > 0 && (place >= groupRows || chars > groupChars);
  });
  return limit === -1 ? waiting.length : limit;
}

/** Writes a group and answers its callers. Never rejects. */
async function settle(db: Database, group: readonly Caller[]): Promise<boolean> {
  try {
    const fresh = new Set(await write(db, group));
    // Two calls with one guid may share a group: the first one brought it.
    for (const { delivery, resolve } of group) resolve(fresh.delete(delivery.guid));
    return true;
  } catch (error) {
    const fault = storeFault("keeping a delivery", error);
    if (fault.retryable || group.length === 1) {
      for (const { reject } of group) reject(fault);
      return false;
    }
    // One of them cannot be written: the others must not suffer for it.
    const each = await Promise.all(group.map((caller) => settle(db, [caller])));
    return each.includes(true);
  }
}

/** The guids that were not known. */
function write(db: Database, group: readonly Caller[]): Promise<readonly string[]> {
  const rows = group.map(({ delivery }) => ({
    guid: delivery.guid,
    event: delivery.event,
    body: Buffer.from(delivery.body, "utf8"),
    received_at: new Date(delivery.receivedAt),
  }));
  return attempt(`keeping ${rows.length} deliveries`, () =>
    db.transaction().execute(async (transaction) => {
      const fresh = await transaction
        .insertInto("delivery")
        .values(rows)
        .onConflict((conflict) => conflict.doNothing())
        .returning("guid")
        .execute();
      const guids = fresh.map(({ guid }) => guid);
      await enqueue(
        transaction,
        guids.map((guid) => ({
          id: uuidOf(`delivery ${guid}`),
          queue: "deliveries",
          data: { guid },
        })),
      );
      return guids;
    }),
  );
}
