/** The only way from a sandbox to package registries: a proxy that connects to allowed hosts, by HTTPS, and to nothing else. */
import { once } from "node:events";
import { rm } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { AgentFault, codeOf } from "./fault.ts";

/** An open proxy. */
export type RegistryProxy = { close(): Promise<void> };

/** Listens on the socket, whose folder only we can enter. Throws AgentFault `gateway`. */
export async function openRegistryProxy(
  socket: string,
  hosts: readonly string[],
  dial: (host: string, port: number) => Socket = (host, port) => connect({ host, port }),
): Promise<RegistryProxy> {
  const open = new Set<Duplex>();
  const keep = (stream: Duplex): void => {
    open.add(stream);
    stream.once("close", () => open.delete(stream));
    stream.on("error", () => stream.destroy());
  };
  const server = createServer((_, response) => {
    // Whoever asks without a tunnel would show us, and let us change, what it reads.
    response.writeHead(405, { connection: "close" }).end("only CONNECT is answered\n");
  });
  server.on("connect", (request: IncomingMessage, client: Duplex, head: Buffer) => {
    keep(client);
    const host = allowedHost(request.url ?? "", hosts);
    if (host === null) return refuse(client, "403 Forbidden");
    if (open.size > mostStreams) return refuse(client, "503 Service Unavailable");
    const registry = dial(host, httpsPort);
    keep(registry);
    registry.setTimeout(silenceMs, () => registry.destroy());
    registry.once("connect", () => {
      client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      registry.write(head);
      client.pipe(registry).pipe(client);
    });
    registry.once("close", () => client.destroy());
    client.once("close", () => registry.destroy());
  });
  try {
    // A service that was killed has left its own there.
    await rm(socket, { force: true });
    server.listen(socket);
    await once(server, "listening");
  } catch (error) {
    const why = `the way to the registries cannot be opened: ${codeOf(error)}`;
    throw new AgentFault("gateway", why, error);
  }
  return {
    close: async () => {
      server.close();
      server.closeAllConnections();
      for (const stream of open) stream.destroy();
      await rm(socket, { force: true });
    },
  };
}

/** The host of `host:443`, if it is one of these; null for anything else. */
function allowedHost(target: string, hosts: readonly string[]): string | null {
  return hosts.find((host) => target.toLowerCase() === `${host}:${httpsPort}`) ?? null;
}

function refuse(client: Duplex, status: string): void {
  client.end(`HTTP/1.1 ${status}\r\nconnection: close\r\n\r\n`);
}

const httpsPort = 443;
/** Two per connection; package managers open some dozens. */
const mostStreams = 256;
const silenceMs = 300_000;
