/** A process of its own that plays GitHub's webhook sender: signed POSTs over keep-alive connections, each with the next one as soon as it is answered. */
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { connect } from "node:net";
import type { Socket } from "node:net";

/** What to send; comes as the first message of the parent, because a secret has no place among arguments. */
export type LoadOrder = {
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly secret: string;
  readonly connections: number;
  readonly deliveries: number;
  /** Sent in turn. */
  readonly templates: readonly Template[];
};

/** A body in which each occurrence of `mark` becomes something that no other delivery has. */
export type Template = { readonly event: string; readonly body: string; readonly mark: string };

/** What came of it; goes to the parent as the only message. */
export type LoadReport = {
  /** Guids that were acknowledged with 202. */
  readonly acknowledged: readonly string[];
  /** Other answers and broken connections, by what they were. */
  readonly failures: Readonly<Record<string, number>>;
  /** Of the acknowledged ones, from the first byte sent to the last byte of the answer. */
  readonly latenciesMs: readonly number[];
  /** From the first byte of the first delivery to the last answer. */
  readonly tookMs: number;
  readonly meanBytes: number;
};

type Prepared = { readonly guid: string; readonly bytes: Buffer };

process.once("message", (order: LoadOrder) => {
  void run(order).then((report) => process.send?.(report, () => process.disconnect()));
});

async function run(order: LoadOrder): Promise<LoadReport> {
  // Before the clock starts: GitHub signs on machines of its own.
  const waiting = Array.from({ length: order.deliveries }, (_, index) => prepare(order, index));
  const meanBytes = waiting.reduce((sum, { bytes }) => sum + bytes.length, 0) / waiting.length;
  const acknowledged: string[] = [];
  const latenciesMs: number[] = [];
  const failures: Record<string, number> = {};
  const opened = Array.from({ length: order.connections }, () => open(order));
  const sockets = await Promise.all(opened);
  const startedAt = performance.now();
  const work = async (first: Socket): Promise<void> => {
    let socket = first;
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const sentAt = performance.now();
      const answer = await send(socket, next.bytes);
      if (answer === "202") {
        acknowledged.push(next.guid);
        latenciesMs.push(performance.now() - sentAt);
        continue;
      }
      failures[answer] = (failures[answer] ?? 0) + 1;
      socket.destroy();
      socket = await open(order);
    }
    socket.destroy();
  };
  await Promise.all(sockets.map(work));
  const tookMs = performance.now() - startedAt;
  return { acknowledged, failures, latenciesMs, tookMs, meanBytes };
}

function prepare({ host, port, path, secret, templates }: LoadOrder, index: number): Prepared {
  const guid = randomUUID();
  const template = templates[index % templates.length];
  if (template === undefined) throw new Error("there is nothing to send");
  const body = Buffer.from(template.body.replaceAll(template.mark, guid));
  const signature = createHmac("sha256", secret).update(body).digest("hex");
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${host}:${port}`,
    "Accept: */*",
    "Content-Type: application/json",
    "User-Agent: GitHub-Hookshot/bench",
    `X-GitHub-Delivery: ${guid}`,
    `X-GitHub-Event: ${template.event}`,
    `X-Hub-Signature-256: sha256=${signature}`,
    `Content-Length: ${body.length}`,
    "\r\n",
  ].join("\r\n");
  return { guid, bytes: Buffer.concat([Buffer.from(head), body]) };
}

async function open({ host, port }: LoadOrder): Promise<Socket> {
  const socket = connect({ host, port, noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** The status of the answer, read to its end, or why there is none. */
function send(socket: Socket, bytes: Buffer): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const finish = (answer: string): void => {
      socket.removeAllListeners();
      socket.on("error", () => {});
      resolve(answer);
    };
    socket.on("data", (chunk) => {
      heard += chunk.toString("latin1");
      const status = completeStatus(heard);
      if (status !== null) finish(status);
    });
    socket.on("close", () => finish("connection closed"));
    socket.on("error", () => finish("connection broken"));
    socket.write(bytes);
  });
}

function completeStatus(heard: string): string | null {
  const headEnd = heard.indexOf("\r\n\r\n");
  if (headEnd === -1) return null;
  const head = heard.slice(0, headEnd).toLowerCase();
  const length = Number(/\r\ncontent-length: (\d+)/.exec(head)?.[1] ?? Number.NaN);
  // The service answers with few bytes and so never in pieces; without a length it would.
  const isComplete = Number.isNaN(length)
    ? heard.endsWith("0\r\n\r\n")
    : heard.length >= headEnd + 4 + length;
  return isComplete ? head.slice(9, 12) : null;
}
