/** One start of the PostgreSQL server: its arguments, its socket, its log file. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { chown, lstat, mkdir, open, readFile, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import type { Binaries } from "./binaries.ts";
import { StoreFault } from "./fault.ts";
import type { ServerUser } from "./server-user.ts";

type Site = {
  readonly folder: string;
  readonly socketFolder: string;
  readonly binaries: Binaries;
  readonly user: ServerUser | null;
  readonly maxConnections: number;
};

const port = 5432;
/** 103 bytes on macOS, 107 on Linux: the smaller serves both. */
const longestSocketPath = 103;
const longestLogBytes = 10 * 1024 * 1024;

/** Starts the server in a session of its own; `ended` settles with how it ended, should it end. */
export async function spawnServer(site: Site): Promise<{ readonly ended: Promise<string> }> {
  const log = await open(
    logFile(site.folder),
    (await isLogTooLong(site.folder)) ? "w" : "a",
    0o600,
  );
  const server = spawn(site.binaries.postgres, serverArguments(site), {
    cwd: site.folder,
    env: { PATH: process.env["PATH"] ?? "", LC_ALL: "C" },
    // Ctrl-C in a terminal reaches the whole process group: the server must outlive our own orderly stop.
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    ...(site.user ?? {}),
  });
  server.unref();
  const ended = new Promise<string>((resolve) => {
    server.once("error", (error) => resolve(error.message));
    server.once("exit", (code, signal) => resolve(signal ?? `exit code ${code ?? "unknown"}`));
  });
  await log.close();
  return { ended };
}

function serverArguments({ folder, socketFolder, maxConnections }: Site): readonly string[] {
  const settings = {
    listen_addresses: "",
    port: String(port),
    // A list of quoted names: a comma or blank in the path must not split it.
    unix_socket_directories: `"${socketFolder.replaceAll('"', '""')}"`,
    unix_socket_permissions: "0700",
    shared_buffers: "32MB",
    max_connections: String(maxConnections),
    max_wal_size: "256MB",
    fsync: "on",
    synchronous_commit: "on",
    full_page_writes: "on",
    jit: "off",
    timezone: "UTC",
    log_checkpoints: "off",
    log_min_messages: "warning",
    // Statements carry what strangers wrote on GitHub; it has no place in a log.
    log_min_error_statement: "panic",
    log_parameter_max_length_on_error: "0",
    logging_collector: "off",
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return ["-D", folder, ...flags];
}

/** Inside the database folder, or in a short folder elsewhere when that path is too long for a socket. */
export async function socketFolderOf(folder: string, user: ServerUser | null): Promise<string> {
  if (Buffer.byteLength(join(folder, `.s.PGSQL.${port}`)) <= longestSocketPath) return folder;
  const name = createHash("sha256").update(folder).digest("hex").slice(0, 16);
  const short = join(tmpdir(), `yardmaster-${name}`);
  const owner = user?.uid ?? process.getuid?.() ?? 0;
  const isMade = await mkdir(short, { mode: 0o700 }).then(
    () => true,
    () => false,
  );
  if (isMade && user !== null) await chown(short, user.uid, user.gid);
  const found = await lstat(short);
  if (found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0) return short;
  throw new StoreFault(
    "setup",
    `making the socket folder ${short}`,
    "something of another user stands there; remove it or choose a data folder with a shorter path",
  );
}

/** The end of the server's log, for a message. */
export async function logTail(folder: string): Promise<string> {
  const text = await readFile(logFile(folder), "utf8").catch(() => "");
  return text.trim().split("\n").slice(-5).join(" | ");
}

const logFile = (folder: string): string => join(dirname(folder), "postgres.log");

const isLogTooLong = (folder: string): Promise<boolean> =>
  stat(logFile(folder)).then(
    ({ size }) => size > longestLogBytes,
    () => false,
  );
