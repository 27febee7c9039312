/** Puts answers and refusals into GitHub's bytes: JSON, headers, ETags. */
import { createHash, randomUUID } from "node:crypto";
import type { Answer } from "../rest/call.ts";
import type { Refusal } from "../refusal.ts";
import type { Sim } from "../sim.ts";

/** An answer ready to be sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly bytes: string | Buffer;
}

const DOCUMENTATION = "https://docs.github.com/rest";

/** The answer to a request that is turned down. */
export function refused(refusal: Refusal): Answer {
  const { status, message, errors, headers } = refusal;
  const place = headers["location"];
  return {
    status,
    headers,
    body: {
      message,
      ...(errors === undefined ? {} : { errors }),
      ...(place === undefined ? {} : { url: place }),
      documentation_url: DOCUMENTATION,
      status: String(status),
    },
  };
}

/** The answer to a request for which the simulator has nothing. */
export function notModelled(method: string, path: string): Answer {
  return { status: 400, body: { message: `not modelled: ${method} ${path}` } };
}

/** Turns an answer into bytes and headers; text and bytes go as they are, the rest as JSON. */
export function replyOf(sim: Sim, answer: Answer): Reply {
  const { body } = answer;
  const isRaw = typeof body === "string" || Buffer.isBuffer(body);
  const bytes = body === undefined ? "" : isRaw ? body : JSON.stringify(body);
  return {
    status: answer.status,
    bytes,
    headers: {
      ...(body === undefined || isRaw ? {} : { "content-type": "application/json; charset=utf-8" }),
      date: sim.now().toUTCString(),
      server: "github.com",
      "x-github-media-type": "github.v3; format=json",
      "x-github-request-id": randomUUID().toUpperCase(),
      ...answer.headers,
    },
  };
}

/** Adds an ETag to something that was read, and answers 304 to whoever has it already. */
export function tagged(reply: Reply, knownTags: string | undefined): Reply {
  if (reply.status !== 200) return reply;
  const hash = createHash("sha256").update(reply.bytes);
  const etag = `W/"${hash.update(reply.headers["link"] ?? "").digest("hex")}"`;
  const headers: Record<string, string> = {
    ...reply.headers,
    etag,
    "cache-control": "private, max-age=60, s-maxage=60",
  };
  const isKnown = (knownTags ?? "")
    .split(",")
    .some((tag) => bare(tag) === bare(etag) || tag.trim() === "*");
  if (!isKnown) return { ...reply, headers };
  delete headers["content-type"];
  return { status: 304, headers, bytes: "" };
}

/** Clients may give a weak tag back as a strong one. */
function bare(tag: string): string {
  return tag.trim().replace(/^W\//, "");
}
