/** Deliveries kept by group commit: calls that arrive while a group is being written form the next group. */
import { setImmediate as nextTurn } from "node:timers/promises";

import type pg from "pg";

import type { Delivery } from "../../ports.ts";
import { pack } from "./body.ts";
import { insertJobs } from "./enqueue.ts";
import { attempt, storeFault } from "./fault.ts";
import { plainText } from "./json.ts";
import { longestHoldSeconds } from "./queues.ts";
import { uuidOf } from "./uuid.ts";

/** Keeps deliveries, many in one transaction. */
export type DeliveryKeeper = {
  /** True when the guid was not known; resolves only when the delivery is durable. */
  keep(delivery: Delivery): Promise<boolean>;
  /** Resolves when nothing is being written. */
  idle(): Promise<void>;
  /** Resolves when nothing is being written, or after a moment. */
  lull(): Promise<void>;
};

type Caller = {
  readonly row: Row;
  readonly resolve: (isFresh: boolean) => void;
  readonly reject: (fault: Error) => void;
};

type Row = {
  readonly guid: string;
  readonly event: string;
  readonly body: Buffer;
  readonly receivedAt: Date;
};

/** So long may arriving deliveries hold up those that have arrived. */
const lullMs = 100;
const groupRows = 200;
const groupBytes = 8 * 1024 * 1024;

/** A keeper that calls back after each group that brought something. */
export function deliveryKeeper(pool: pg.Pool, onKept: () => void): DeliveryKeeper {
  const waiting: Caller[] = [];
  let writing: Promise<void> | null = null;

  const writeAll = async (): Promise<void> => {
    // Callers of the same turn join the first group.
    await nextTurn();
    while (waiting.length > 0) {
      const isAnyFresh = await settle(pool, waiting.splice(0, groupLength(waiting)));
      if (isAnyFresh) onKept();
    }
    writing = null;
  };
  const idle = async (): Promise<void> => {
    while (writing !== null) await writing;
  };
  return {
    keep: async (delivery) => {
      const row = await rowOf(delivery);
      return new Promise((resolve, reject) => {
        waiting.push({ row, resolve, reject });
        writing ??= writeAll();
      });
    },
    idle,
    lull: async () => {
      if (writing === null) return;
      const { promise: end, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, lullMs);
      await Promise.race([idle(), end]);
      clearTimeout(timer);
    },
  };
}

/** How many of the callers make one group: a large body travels alone. */
function groupLength(waiting: readonly Caller[]): number {
  let bytes = 0;
  const limit = waiting.findIndex(({ row }, place) => {
    bytes += row.body.length;
    return place > 0 && (place >= groupRows || bytes > groupBytes);
  });
  return limit === -1 ? waiting.length : limit;
}

/** Writes a group and answers its callers. Never rejects. */
async function settle(pool: pg.Pool, group: readonly Caller[]): Promise<boolean> {
  try {
    const fresh = new Set(await write(pool, group));
    // Two calls with one guid may share a group: the first one brought it.
    for (const { row, resolve } of group) resolve(fresh.delete(row.guid));
    return true;
  } catch (error) {
    const fault = storeFault("keeping a delivery", error);
    if (fault.retryable || group.length === 1) {
      for (const { reject } of group) reject(fault);
      return false;
    }
    // One of them cannot be written: the others must not suffer for it.
    const each = await Promise.all(group.map((caller) => settle(pool, [caller])));
    return each.includes(true);
  }
}

const rowOf = async ({ guid, event, body, receivedAt }: Delivery): Promise<Row> => ({
  guid: plainText(guid),
  event: plainText(event),
  body: await pack(body),
  receivedAt: new Date(receivedAt),
});

/** Row and job in one statement, which is one transaction and one round trip. */
const keepText = `
  with arrived as (
    select * from unnest($1::text[], $2::text[], $3::bytea[], $4::timestamptz[], $5::uuid[])
      with ordinality as a (guid, event, body, received_at, id, place)
  ), kept as (
    insert into yardmaster.delivery (guid, event, body, received_at)
    select guid, event, body, received_at from arrived order by place
    on conflict do nothing returning guid
  ), queued as (${insertJobs(`
    select a.id, 'deliveries' as name, jsonb_build_object('guid', k.guid) as data, a.place,
           $6::integer as hold
      from kept k join arrived a using (guid)`)}
  )
  select guid from kept`;

/** The guids that were not known. */
function write(pool: pg.Pool, group: readonly Caller[]): Promise<readonly string[]> {
  const rows = group.map(({ row }) => row);
  return attempt(`keeping ${rows.length} deliveries`, async () => {
    const fresh = await pool.query<{ guid: string }>({
      // A name lets the server plan it once for each connection.
      name: "keep deliveries",
      text: keepText,
      values: [
        rows.map(({ guid }) => guid),
        rows.map(({ event }) => event),
        rows.map(({ body }) => body),
        rows.map(({ receivedAt }) => receivedAt),
        rows.map(({ guid }) => uuidOf(`delivery ${guid}`)),
        longestHoldSeconds.deliveries,
      ],
    });
    return fresh.rows.map(({ guid }) => guid);
  });
}
