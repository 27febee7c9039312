/** Opens a server on a unix socket that only we can reach, or on a port of the loopback. */
import { chmod, lstat, stat, unlink } from "node:fs/promises";
import type { Server } from "node:net";
import { dirname } from "node:path";

import { GatewayFault, codeOf } from "./fault.ts";

/** Longest path of a unix socket on Linux, without the zero at its end. */
const longestPath = 107;

/** Each connection takes a file descriptor of the service, of which one agent must not take all. */
const mostConnections = 256;

/** Listens at the path, in the place of a socket that an earlier process left there. */
export async function listenAt(server: Server, path: string): Promise<void> {
  server.maxConnections = mostConnections;
  if (Buffer.byteLength(path) > longestPath)
    throw new GatewayFault(
      "settings",
      `the path of the socket is longer than ${longestPath} bytes; choose a shorter data folder`,
    );
  try {
    await requirePrivate(dirname(path));
    await removeStale(path);
    await listening(server, { path });
    await chmod(path, 0o600);
  } catch (error) {
    server.close();
    if (error instanceof GatewayFault) throw error;
    throw new GatewayFault("listen", `opening a socket for a run: ${codeOf(error)}`, error);
  }
}

/** Listens on this port of the loopback, or on a free one, and gives its address. */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  server.maxConnections = mostConnections;
  try {
    await listening(server, { host: "127.0.0.1", port });
  } catch (error) {
    throw new GatewayFault("listen", `opening a port for a run: ${codeOf(error)}`, error);
  }
  const address = server.address();
  if (address === null || typeof address === "string")
    throw new Error("a server that listens on a port has a port");
  return `http://127.0.0.1:${address.port}`;
}

async function listening(
  server: Server,
  where: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(where, resolve);
  await promise;
  server.off("error", reject);
}

/** Between its creation and the change of its mode the folder alone protects a socket. */
async function requirePrivate(folder: string): Promise<void> {
  const { mode, uid } = await stat(folder);
  if ((mode & 0o077) !== 0 || uid !== process.getuid?.())
    throw new GatewayFault("listen", "the folder of a run's socket is open to others");
}

async function removeStale(path: string): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (!found.isSocket())
    throw new GatewayFault("listen", "something that is no socket lies where a run's socket goes");
  await unlink(path);
}
