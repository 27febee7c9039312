/** The webhook's door: capped before it is read, verified before it is parsed, durable before it is acknowledged. */
import type { IncomingMessage, ServerResponse } from "node:http";

import type { Clock, Log, Store } from "../ports.ts";

type Parts = {
  readonly keep: Store["keepDelivery"];
  /** HMAC-SHA256 over the body, compared in constant time. */
  readonly verify: (body: string, signature: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly log: Log;
};

/** GitHub's own cap on a payload: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const bodyBytes = 25 * 1024 * 1024;
/** A sender that dribbles is cut off; GitHub itself gives up after 10 s. */
const bodyMs = 10_000;

/** What the sender is told. */
type Reply = { readonly status: number; readonly message: string };

/** Answers one webhook POST. */
export function createHook(
  parts: Parts,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  return async (request, response) => {
    const reply = await receive(parts, request).catch((error: unknown): Reply => {
      parts.log.error({ err: error }, "delivery could not be stored");
      return { status: 503, message: "not stored; deliver again later" };
    });
    const close = reply.status === 413 || reply.status === 408;
    const text = JSON.stringify({ message: reply.message });
    response
      .writeHead(reply.status, {
        "content-type": "application/json",
        // Without it Node sends chunks, which are three more writes.
        "content-length": Buffer.byteLength(text),
        ...(close ? { connection: "close" } : {}),
      })
      .end(text);
    if (close) request.destroy();
  };
}

async function receive(parts: Parts, request: IncomingMessage): Promise<Reply> {
  const guid = header(request, "x-github-delivery");
  const event = header(request, "x-github-event");
  const signature = header(request, "x-hub-signature-256");
  const refused = refusedHeaders(request, guid, event, signature);
  if (refused !== null) return refused;
  const body = await readBody(request);
  if (typeof body !== "string") return body;
  if (!(await parts.verify(body, signature))) {
    parts.log.warn({ delivery: guid, event }, "delivery has a wrong signature");
    return { status: 401, message: "the signature does not match the webhook secret" };
  }
  if (!isJson(body)) return { status: 400, message: "the body is not JSON" };
  const isNew = await parts.keep({ guid, event, body, receivedAt: parts.clock.now() });
  return { status: 202, message: isNew ? "stored" : "known" };
}

function refusedHeaders(
  request: IncomingMessage,
  guid: string,
  event: string,
  signature: string,
): Reply | null {
  if (Number(header(request, "content-length")) > bodyBytes) return tooLarge;
  if (!header(request, "content-type").startsWith("application/json")) {
    return { status: 415, message: "set the webhook's content type to application/json" };
  }
  if (guid === "" || event === "") {
    return { status: 400, message: "x-github-delivery or x-github-event is missing" };
  }
  if (signature === "") {
    return { status: 401, message: "x-hub-signature-256 is missing; SHA-1 is not accepted" };
  }
  return null;
}

const tooLarge: Reply = { status: 413, message: "the body is over 25 MB" };

/** The body as text, or why it was not read to its end. */
function readBody(request: IncomingMessage): Promise<string | Reply> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    const timer = setTimeout(
      () => finish({ status: 408, message: "the body is too slow" }),
      bodyMs,
    );
    const finish = (outcome: string | Reply): void => {
      clearTimeout(timer);
      request.removeAllListeners("data");
      resolve(outcome);
    };
    request.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > bodyBytes) finish(tooLarge);
      else chunks.push(chunk);
    });
    request.on("end", () => finish(Buffer.concat(chunks).toString("utf8")));
    request.on("error", (error) => {
      clearTimeout(timer);
      reject(error);
    });
    request.on("aborted", () => finish({ status: 400, message: "the body ended early" }));
  });
}

function header(request: IncomingMessage, name: string): string {
  const value = request.headers[name];
  return typeof value === "string" ? value : "";
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}
