/** The embedded PostgreSQL server of a data folder: started or adopted, watched, and stopped with the service. */
import { mkdir, realpath, rmdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { join } from "node:path";

import type { Log } from "../../ports.ts";
import { findBinaries } from "./binaries.ts";
import type { Binaries } from "./binaries.ts";
import { StoreFault, attempt } from "./fault.ts";
import { createDatabase } from "./initialise.ts";
import { findPostmaster, removeForeignLock } from "./postmaster.ts";
import type { Postmaster } from "./postmaster.ts";
import { openWay, serverUser } from "./server-user.ts";
import type { ServerUser } from "./server-user.ts";
import { silent } from "./silent.ts";
import { logTail, socketFolderOf, spawnServer } from "./server-process.ts";

/** How to reach a database; what `pg` takes. */
export type Connection = {
  readonly host?: string;
  readonly port?: number;
  readonly user?: string;
  readonly database?: string;
  readonly connectionString?: string;
};

/** A running server of ours. */
export type EmbeddedPostgres = {
  readonly connection: Connection;
  /** Process id of the server at this moment. */
  pid(): number;
  /** Ends the server after its open transactions. */
  stop(): Promise<void>;
  /** Stops watching and lets the server run on: it serves another service. */
  leave(): void;
};

/** Everything that starting a server needs to know. */
type Site = {
  /** The database folder. */
  readonly folder: string;
  readonly socketFolder: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | null;
  readonly maxConnections: number;
  readonly log: Log;
};

/** One service, the one that takes over from it, and an operator's look. */
const usualConnections = 30;
const watchMs = 1_000;
/** A dead server's children may hold its shared memory for a moment; recovery after a crash takes its time. */
const startMs = 15_000;
const recoveryMs = 300_000;
const stopMs = 20_000;

/** Starts the server of a data folder, or adopts the one that runs there. Throws StoreFault `setup` with the cure. */
export async function openPostgres(
  dataFolder: string,
  log: Log = silent,
  maxConnections = usualConnections,
): Promise<EmbeddedPostgres> {
  const attempted = `starting PostgreSQL in ${dataFolder}`;
  const site = await attempt(attempted, () => prepare(dataFolder, log, maxConnections));
  let postmaster = await attempt(attempted, () => running(site));
  let isLeft = false;
  let revival: Promise<void> = Promise.resolve();

  const revive = async (): Promise<void> => {
    if (isLeft || (await findPostmaster(site.folder)) !== null) return;
    log.error({ pid: postmaster.pid }, "database server died, starting it again");
    postmaster = await running(site);
  };
  const watch = setInterval(() => {
    revival = revival
      .then(revive)
      .catch((fault: unknown) => log.error({ err: fault }, "database server did not start"));
  }, watchMs);
  watch.unref();

  const leave = (): void => {
    isLeft = true;
    clearInterval(watch);
  };
  return {
    connection: {
      host: postmaster.socketFolder,
      port: postmaster.port,
      user: "yardmaster",
      database: "postgres",
    },
    pid: () => postmaster.pid,
    leave,
    stop: async () => {
      leave();
      await revival;
      await shutDown(site);
    },
  };
}

async function prepare(dataFolder: string, log: Log, maxConnections: number): Promise<Site> {
  await mkdir(dataFolder, { recursive: true, mode: 0o700 });
  const home = await realpath(dataFolder);
  const user = serverUser();
  if (user !== null) await openWay(home, user);
  const binaries = await findBinaries(home, user);
  const folder = join(home, "postgres");
  await createDatabase(folder, binaries, user);
  return {
    folder,
    socketFolder: await socketFolderOf(folder, user),
    binaries,
    user,
    maxConnections,
    log,
  };
}

/** The ready server of the site, whoever started it. */
async function running(site: Site): Promise<Postmaster> {
  const giveUpAt = Date.now() + startMs;
  for (;;) {
    const found = await settled(site);
    if (found !== null) return found;
    await removeForeignLock(site.folder);
    const exit = await startOnce(site);
    if (exit === null) continue;
    if (Date.now() > giveUpAt)
      throw new StoreFault(
        "setup",
        `starting PostgreSQL in ${site.folder}`,
        `it ended with ${exit}; its log says: ${await logTail(site.folder)}`,
      );
    await pause(100);
  }
}

/** Starts a server and waits until it is ready (null) or has ended (how). */
async function startOnce(site: Site): Promise<string | null> {
  const { ended } = await spawnServer(site);
  const giveUpAt = Date.now() + recoveryMs;
  let exit: string | null = null;
  void ended.then((how) => (exit = how));
  while (Date.now() < giveUpAt) {
    if (exit !== null) return exit;
    if ((await findPostmaster(site.folder))?.isReady === true) return null;
    await pause(5);
  }
  return `no answer within ${recoveryMs / 1000} s`;
}

/** The server that runs, once it has finished starting; null when there is none or it has just gone. */
async function settled(site: Site): Promise<Postmaster | null> {
  const giveUpAt = Date.now() + recoveryMs;
  for (;;) {
    const found = await findPostmaster(site.folder);
    if (found === null || found.isReady || Date.now() > giveUpAt) return found;
    await pause(20);
  }
}

/** Fast shutdown: sessions are ended, committed work is checkpointed. */
async function shutDown(site: Site): Promise<void> {
  const found = await findPostmaster(site.folder);
  if (found === null) return;
  signal(found.pid, "SIGINT");
  if (!(await isGone(site, stopMs))) {
    site.log.warn({ pid: found.pid }, "database server does not stop, ending it at once");
    signal(found.pid, "SIGQUIT");
    await isGone(site, stopMs);
  }
  // Not empty means that another server uses it by now.
  if (site.socketFolder !== site.folder) await rmdir(site.socketFolder).catch(() => undefined);
}

async function isGone(site: Site, withinMs: number): Promise<boolean> {
  const giveUpAt = Date.now() + withinMs;
  while ((await findPostmaster(site.folder)) !== null) {
    if (Date.now() > giveUpAt) return false;
    await pause(5);
  }
  return true;
}

function signal(pid: number, name: "SIGINT" | "SIGQUIT"): void {
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself in between, which is what was wanted.
  }
}
