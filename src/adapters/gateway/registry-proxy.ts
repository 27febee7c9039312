/**
 * The only way from a sandbox to package registries: tunnels to named hosts and nowhere else. Whom a tunnel greets is
 * looked at too, because behind one address of a content network are sites of everybody. What passes after that is
 * encrypted, so a registry to which anybody may publish is a way out for what the agent has read; list only those whose
 * writers you trust.
 */
import { lookup } from "node:dns/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import { connect as connectSocket } from "node:net";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

import type { Log } from "../../ports.ts";
import { isPublic } from "./addresses.ts";
import { readHello } from "./client-hello.ts";
import { codeOf } from "./fault.ts";
import { listenAt } from "./listen.ts";

/** What a proxy needs. */
export type RegistryProxySettings = {
  /** Hosts that may be reached at port 443, each by its full name. */
  readonly hosts: readonly string[];
  /** Path of the unix socket to listen on, in a folder that only we can enter. */
  readonly socket: string;
  readonly log: Log;
  readonly limits?: Partial<RegistryLimits>;
  /** Every address of a host. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** A connection to port 443 of an address. */
  readonly connect?: (address: string) => Socket;
};

/** How long and how many. */
type RegistryLimits = {
  /** Longest time without a byte in either direction. */
  readonly idleMs: number;
  readonly totalMs: number;
  /** Tunnels at the same time. */
  readonly tunnels: number;
};

/** An open proxy. */
export type RegistryProxy = {
  /** Bytes that have passed through all tunnels so far. */
  bytes(): { readonly sent: number; readonly received: number };
  close(): Promise<void>;
};

const usualLimits: RegistryLimits = { idleMs: 60_000, totalMs: 15 * 60_000, tunnels: 64 };

/** Opens it, or gives null when there are no hosts. Throws GatewayFault `listen`. */
export async function createRegistryProxy(
  settings: RegistryProxySettings,
): Promise<RegistryProxy | null> {
  if (settings.hosts.length === 0) return null;
  const tunnels = new Set<Tunnel>();
  const passed = { sent: 0, received: 0 };
  const server = createServer((_request, response) => {
    response.writeHead(405, { "content-type": "text/plain" });
    response.end("Only tunnels to package registries pass here.\n");
  });
  const way: Way = {
    hosts: new Set(settings.hosts.map(plainName)),
    limits: { ...usualLimits, ...settings.limits },
    resolve: settings.resolve ?? addressesOf,
    connect: settings.connect ?? ((address) => connectSocket({ host: address, port: 443 })),
    log: settings.log,
  };
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    // An error of a client that has gone is nobody's concern, and without a listener it would end the process.
    client.on("error", () => client.destroy());
    if (tunnels.size >= way.limits.tunnels) {
      refuse(client, "429 Too Many Requests");
      return;
    }
    const tunnel: Tunnel = { client, far: null };
    tunnels.add(tunnel);
    client.once("close", () => {
      passed.sent += tunnel.far?.bytesWritten ?? 0;
      passed.received += tunnel.far?.bytesRead ?? 0;
      tunnels.delete(tunnel);
    });
    dig(way, tunnel, request.url ?? "", head).catch((error: unknown) => {
      way.log.warn({ why: codeOf(error) }, "registry was not reached");
      refuse(client, "502 Bad Gateway");
    });
  });
  await listenAt(server, settings.socket);
  return {
    bytes: () => sumOf(passed, tunnels),
    close: () => closeAll(server, tunnels),
  };
}

type Tunnel = { readonly client: Duplex; far: Socket | null };

type Way = {
  readonly hosts: ReadonlySet<string>;
  readonly limits: RegistryLimits;
  readonly resolve: (host: string) => Promise<readonly string[]>;
  readonly connect: (address: string) => Socket;
  readonly log: Log;
};

async function dig(way: Way, tunnel: Tunnel, target: string, head: Buffer): Promise<void> {
  const { client } = tunnel;
  const host = hostOf(target);
  if (host === null || !way.hosts.has(host)) {
    way.log.info({ registry: (host ?? "").slice(0, 253) }, "registry is not allowed");
    refuse(client, "403 Forbidden");
    return;
  }
  const addresses = await way.resolve(host);
  // One private address among public ones is an attempt to be sent there.
  if (addresses.length === 0 || !addresses.every(isPublic)) {
    way.log.warn({ registry: host }, "registry has an address that is not public");
    refuse(client, "403 Forbidden");
    return;
  }
  // Connected by the address that was looked at: another look-up could give another one.
  const far = await firstThatAnswers(way, addresses);
  if (client.destroyed) {
    far.destroy();
    return;
  }
  tunnel.far = far;
  endTogether(client, far, way.limits);
  client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  if (head.length > 0) client.unshift(head);
  const name = await greeted(client);
  if (name !== null && plainName(name) === host) {
    client.pipe(far);
    far.pipe(client);
    return;
  }
  way.log.info({ registry: host }, "tunnel to a registry greets somebody else");
  client.destroy();
}

/** The host that the client greets, null when that cannot be seen; what was read of it can be read again. */
function greeted(client: Duplex): Promise<string | null> {
  const { promise, resolve } = Promise.withResolvers<string | null>();
  let seen = Buffer.alloc(0);
  const take = (chunk: Buffer): void => {
    seen = Buffer.concat([seen, chunk]);
    const hello = readHello(seen);
    if (!hello.isWhole) return;
    client.off("data", take);
    client.pause();
    client.unshift(seen);
    resolve(hello.name);
  };
  client.on("data", take);
  for (const end of ["end", "close"]) client.once(end, () => resolve(null));
  return promise;
}

/** `host:443`; null for any other port, and for what is no name of a host. */
function hostOf(target: string): string | null {
  const [, host] = /^([A-Za-z0-9][A-Za-z0-9.-]{0,252}):443$/.exec(target) ?? [];
  return host === undefined ? null : plainName(host);
}

/** Names are the same in any case, and with or without the dot of the root. */
const plainName = (host: string): string => host.toLowerCase().replace(/\.$/, "");

async function addressesOf(host: string): Promise<readonly string[]> {
  const found = await lookup(host, { all: true, order: "ipv4first" });
  return found.map(({ address }) => address);
}

async function firstThatAnswers(way: Way, addresses: readonly string[]): Promise<Socket> {
  let last: unknown = null;
  for (const address of addresses)
    try {
      return await connected(way.connect(address), way.limits.idleMs);
    } catch (error) {
      last = error;
    }
  throw last;
}

/** From its beginning on, a connection in which nothing moves ends. */
async function connected(far: Socket, limitMs: number): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  far.setTimeout(limitMs, () => far.destroy(new Error("no answer in time")));
  far.once("connect", () => resolve(far));
  far.on("error", (error) => {
    far.destroy();
    reject(error);
  });
  return promise;
}

/** Each end takes the other along, and a tunnel that is too old ends. */
function endTogether(client: Duplex, far: Socket, { totalMs }: RegistryLimits): void {
  const total = setTimeout(() => far.destroy(), totalMs);
  far.once("close", () => {
    clearTimeout(total);
    client.destroy();
  });
  client.once("close", () => far.destroy());
}

function refuse(client: Duplex, status: string): void {
  if (client.destroyed) return;
  client.end(`HTTP/1.1 ${status}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`, () =>
    client.destroy(),
  );
}

function sumOf(
  passed: { readonly sent: number; readonly received: number },
  tunnels: ReadonlySet<Tunnel>,
): { readonly sent: number; readonly received: number } {
  let { sent, received } = passed;
  for (const { far } of tunnels) {
    sent += far?.bytesWritten ?? 0;
    received += far?.bytesRead ?? 0;
  }
  return { sent, received };
}

async function closeAll(server: Server, tunnels: ReadonlySet<Tunnel>): Promise<void> {
  const closed = Promise.withResolvers<void>();
  server.close(() => closed.resolve());
  server.closeAllConnections();
  for (const { client, far } of tunnels) {
    far?.destroy();
    client.destroy();
  }
  await closed.promise;
}
