/** The service's HTTP face: webhooks in, health out. */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type Face = {
  readonly host: string;
  readonly port: number;
  readonly webhookPath: string;
  readonly hook: Answer;
  readonly health: Answer;
};

/** A listening server. */
export type HttpServer = {
  readonly url: string;
  /** Takes no more connections and settles when those that are open have ended. */
  readonly close: () => Promise<void>;
};

/** Listens; rejects when the address is taken. */
export async function startHttp(face: Face): Promise<HttpServer> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0];
    route(
      face,
      request.method ?? "GET",
      path ?? "/",
    )(request, response).catch(() => {
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(face.port, face.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${face.host.includes(":") ? `[${face.host}]` : face.host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}

function route(face: Face, method: string, path: string): Answer {
  if (path === face.webhookPath) return method === "POST" ? face.hook : plain(405, "POST only");
  if (path === "/healthz" && (method === "GET" || method === "HEAD")) return face.health;
  return plain(404, "not found");
}

const plain =
  (status: number, message: string): Answer =>
  async (_request, response) => {
    response
      .writeHead(status, { "content-type": "application/json" })
      .end(JSON.stringify({ message }));
  };
