/** A webhook receiver that keeps what it gets. */
import { createHmac } from "node:crypto";
import { EventEmitter, once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { TestContext } from "node:test";
import { buffer } from "node:stream/consumers";

/** One POST that came in. */
export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly payload: any;
}

/** A running receiver; `status` may be changed to make it refuse. */
export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  status: number;
  /** `event.action` of each delivery, in order. */
  readonly names: () => string[];
  /** Resolves when the next delivery of `event.action` has come. */
  readonly next: (name: string) => Promise<void>;
}

/** Starts a receiver that ends with the test. */
export async function receiverForTest(t: TestContext): Promise<Receiver> {
  const arrivals = new EventEmitter();
  const receiver = {
    url: "",
    received: [] as Received[],
    status: 202,
    names: () => receiver.received.map(nameOf),
    next: async (name: string) => void (await once(arrivals, name)),
  };
  const server = createServer(async (request, response) => {
    const text = (await buffer(request)).toString();
    const received = { headers: request.headers, text, payload: JSON.parse(text) };
    receiver.received.push(received);
    response.writeHead(receiver.status).end("thanks");
    arrivals.emit(nameOf(received));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  receiver.url = `http://127.0.0.1:${address.port}/hook`;
  t.after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return receiver;
}

function nameOf({ headers, payload }: Received): string {
  return `${String(headers["x-github-event"])}.${payload.action}`;
}

/** What a receiver expects in `X-Hub-Signature-256`. */
export function signature(secret: string, text: string): string {
  return `sha256=${createHmac("sha256", secret).update(text).digest("hex")}`;
}
