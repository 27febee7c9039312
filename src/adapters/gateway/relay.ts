/** Hands a provider's answer on, piece by piece and no faster than it is taken. */
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";

import { passedBack } from "./headers.ts";
import { refusals } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { SilentProvider, send } from "./upstream.ts";
import type { Call } from "./upstream.ts";

/** Sees an answer pass. */
export type Follower = {
  /** A good answer begins. */
  begin(isStream: boolean): void;
  /** Text to end the answer with before its time, or null to let it go on. */
  push(chunk: Uint8Array): string | null;
  end(): void;
};

/** How it ended. */
export type Relayed = {
  /** The provider may charge for it. */
  readonly mayCost: boolean;
  readonly status: number | null;
  /** The provider's `retry-after`; null without one. */
  readonly retryAfter: string | null;
  /** What to say to the client in place of an answer. */
  readonly refusal: Refusal | null;
};

/** Sends the call and relays its answer; `signal` ends both. Never rejects. */
export async function relay(
  call: Call,
  response: ServerResponse,
  follower: Follower | null,
  signal: AbortSignal,
): Promise<Relayed> {
  let answer: IncomingMessage;
  try {
    answer = await send(call, signal);
  } catch (error) {
    // It had the whole request and may be working on it.
    const mayCost = error instanceof SilentProvider || signal.aborted;
    const refusal = mayCost ? refusals.timedOut : refusals.unreachable;
    return { mayCost, status: null, retryAfter: null, refusal };
  }
  const status = answer.statusCode ?? 502;
  const retryAfter = answer.headers["retry-after"] ?? null;
  const refusal = unfit(answer, status);
  if (refusal !== null) {
    answer.destroy();
    return { mayCost: false, status, retryAfter, refusal };
  }
  const isGood = status < 300;
  response.writeHead(status, passedBack(answer.headers));
  response.flushHeaders();
  if (isGood) follower?.begin(isEventStream(answer));
  const isWhole = isGood
    ? await pass(answer, response, follower, signal)
    : await passFailure(answer, response, call.to.key);
  return { mayCost: isGood, status, retryAfter, refusal: isWhole ? null : refusals.unreachable };
}

/** Answers that cannot be handed on. */
function unfit(answer: IncomingMessage, status: number): Refusal | null {
  if (status >= 300 && status < 400) return refusals.redirected;
  return (answer.headers["content-encoding"] ?? "identity") === "identity"
    ? null
    : refusals.unreachable;
}

const isEventStream = (answer: IncomingMessage): boolean =>
  (answer.headers["content-type"] ?? "").startsWith("text/event-stream");

/** Longer ones are cut: nobody reads them. */
const longestFailure = 256 * 1024;

/** What is said of a failure may quote the key that was sent. False when it broke off. */
async function passFailure(
  answer: IncomingMessage,
  response: ServerResponse,
  key: string,
): Promise<boolean> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      if (bytes < longestFailure) chunks.push(chunk);
      bytes += chunk.length;
    }
    // Each byte a letter, whatever the text's encoding is.
    const text = Buffer.concat(chunks).toString("latin1").replaceAll(key, "[withheld]");
    response.end(Buffer.from(text, "latin1"));
    return true;
  } catch {
    answer.destroy();
    return false;
  }
}

/** False when the answer broke off. */
async function pass(
  answer: IncomingMessage,
  response: ServerResponse,
  follower: Follower | null,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      const lastWords = follower?.push(chunk) ?? null;
      if (!response.write(chunk)) await once(response, "drain", { signal });
      if (lastWords === null) continue;
      response.end(lastWords);
      answer.destroy();
      return true;
    }
    follower?.end();
    response.end();
    return true;
  } catch {
    answer.destroy();
    return false;
  }
}
