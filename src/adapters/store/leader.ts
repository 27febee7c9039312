/** One leader per database: whoever holds the lock runs the loop, everybody else waits or is refused. */
import { hostname } from "node:os";
import { setTimeout as pause } from "node:timers/promises";

import pg from "pg";

import { StoreFault, attempt, codeOf, storeFault } from "./fault.ts";
import type { Connection } from "./server.ts";

/** The right to run the loop, for as long as its database session lives. */
export type Lead = {
  /** Settles when the right is gone: the session broke or was ended. Whoever led must stop at once. */
  readonly lost: Promise<void>;
  /** Gives the lead up; `lost` settles too. */
  release(): Promise<void>;
};

/** Any number that nothing else in the database locks: "yard" in ASCII. */
const leaderKey = 0x79617264;

/** Takes the lead, waiting for it at most `patienceMs`; null when another service holds it. */
export async function takeLead(connection: Connection, patienceMs: number): Promise<Lead | null> {
  const session = await openSession(connection);
  try {
    await session.query(`set lock_timeout = ${Math.max(1, Math.floor(patienceMs))}`);
    await lock(session);
  } catch (error) {
    await session.end();
    if (codeOf(error) === lockNotAvailable) return null;
    throw storeFault("taking the lead", error);
  }
  return lead(session);
}

/** Waits as a standby until the lead is free, however often the database goes away, or until the signal (null). */
export function waitForLead(connection: Connection, signal: AbortSignal): Promise<Lead | null> {
  const waiting = waitThroughFaults(connection, signal);
  // Waited for in the background: a start that fails for the same reason must not die of this one first.
  waiting.catch(() => undefined);
  return waiting;
}

const retryMs = 1_000;

async function waitThroughFaults(
  connection: Connection,
  signal: AbortSignal,
): Promise<Lead | null> {
  while (!signal.aborted) {
    try {
      return await waitOnce(connection, signal);
    } catch (error) {
      if (!(error instanceof StoreFault) || !error.retryable) throw error;
      await pause(retryMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return null;
}

async function waitOnce(connection: Connection, signal: AbortSignal): Promise<Lead | null> {
  const session = await openSession(connection);
  // Ends the session from the client's side: the server then drops it from the lock's queue.
  const giveUp = (): void => void session.end();
  signal.addEventListener("abort", giveUp, { once: true });
  try {
    if (!signal.aborted) await lock(session);
    if (!signal.aborted) return lead(session);
    await session.end();
    return null;
  } catch (error) {
    await session.end();
    if (signal.aborted) return null;
    throw storeFault("waiting for the lead", error);
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

/** Who holds the lead, in words for a message; null when nobody does. */
export async function leadHolder(connection: Connection): Promise<string | null> {
  return attempt("asking who leads", async () => {
    const session = await openSession(connection);
    try {
      const { rows } = await session.query<{ name: string; since: Date }>(
        `select a.application_name as name, a.backend_start as since
           from pg_locks l join pg_stat_activity a using (pid)
          where l.locktype = 'advisory' and l.granted and l.objid = $1 and l.classid = 0
            and l.database = (select oid from pg_database where datname = current_database())`,
        [leaderKey],
      );
      const [holder] = rows;
      return holder === undefined ? null : `${holder.name}, since ${holder.since.toISOString()}`;
    } finally {
      await session.end();
    }
  });
}

const lockNotAvailable = "55P03";

async function openSession(connection: Connection): Promise<pg.Client> {
  const session = new pg.Client({
    ...connection,
    // At most 63 bytes, the rest is cut off.
    application_name: `process ${process.pid} on ${hostname()}`.slice(0, 63),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  });
  // Without a listener an error on an idle session ends the process.
  session.on("error", () => undefined);
  try {
    await session.connect();
    // A server may end idle sessions or long statements by default; this one idles and waits on purpose.
    await session.query(
      "set idle_session_timeout = 0; set statement_timeout = 0; set lock_timeout = 0",
    );
    return session;
  } catch (error) {
    await session.end();
    throw storeFault("connecting to the database", error);
  }
}

const lock = (session: pg.Client): Promise<unknown> =>
  session.query("select pg_advisory_lock($1)", [leaderKey]);

function lead(session: pg.Client): Lead {
  const lost = new Promise<void>((resolve) => {
    session.once("end", resolve);
    session.once("error", () => resolve());
  });
  return {
    lost,
    release: async () => {
      await session.end();
      await lost;
    },
  };
}
