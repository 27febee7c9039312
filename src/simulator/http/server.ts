/** The HTTP server: git, GraphQL, control and REST on one port of 127.0.0.1. */
import { createServer } from "node:http";
import { buffer } from "node:stream/consumers";
import { answerGraphql, answerRest } from "./api.ts";
import { LOGS, storedLog } from "./stored-log.ts";
import { Refusal } from "../refusal.ts";
import { refused, replyOf } from "./reply.ts";
import type { ApiRequest } from "./api.ts";
import type { Desk } from "./desk.ts";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Reply } from "./reply.ts";

/** A server that listens, and lets requests wait until the desk is open. */
export interface Front {
  readonly url: string;
  readonly open: (desk: Desk) => void;
  readonly close: () => Promise<void>;
}

/** Starts listening on a port; 0 takes a free one. */
export async function listen(port: number): Promise<Front> {
  const { promise: ready, resolve: open } = Promise.withResolvers<Desk>();
  const server = createServer((request, response) => {
    void ready.then((desk) => serve(desk, request, response));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  return { url: originOf(server), open, close: async () => await end(server) };
}

function originOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return `http://127.0.0.1:${address.port}`;
}

async function end(server: Server): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  server.close(() => {
    resolve();
  });
  server.closeAllConnections();
  await promise;
}

async function serve(
  desk: Desk,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    if (await desk.git(desk.sim, request, response)) return;
    send(response, await answer(desk, await read(desk, request)));
  } catch (error) {
    if (response.headersSent) {
      response.destroy();
      return;
    }
    // A fault of the simulator itself is shown in full: whoever runs it is its developer.
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`simulator: ${text}\n`);
    send(response, replyOf(desk.sim, refused(new Refusal(500, text))));
  }
}

async function answer(desk: Desk, request: ApiRequest): Promise<Reply> {
  const { pathname } = request.url;
  if (pathname === "/graphql" || pathname === "/api/graphql") {
    return await answerGraphql(desk, request);
  }
  if (pathname.startsWith(LOGS)) return replyOf(desk.sim, storedLog(desk.sim, pathname));
  if (!pathname.startsWith("/_sim/")) return await answerRest(desk, request);
  const { method, text } = request;
  const done = await desk.control(method, pathname, text);
  return replyOf(desk.sim, done ?? { status: 404, body: { message: `no ${method} ${pathname}` } });
}

async function read(desk: Desk, request: IncomingMessage): Promise<ApiRequest> {
  const host = request.headers.host ?? "";
  const origin = host === "" ? desk.sim.url : `http://${host}`;
  const url = new URL(request.url ?? "/", origin);
  const path = url.pathname.replace(/^\/api\/v3(?=\/|$)/, "");
  return {
    method: request.method ?? "GET",
    url,
    path: path === "" ? "/" : path,
    headers: request.headers,
    text: (await buffer(request)).toString(),
  };
}

function send(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, {
    ...reply.headers,
    ...(reply.status === 204 || reply.status === 304
      ? {}
      : { "content-length": Buffer.byteLength(reply.bytes) }),
  });
  response.end(reply.bytes);
}
