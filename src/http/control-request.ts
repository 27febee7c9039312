/** Reads what is asked over the control socket, and says no. */
import type { IncomingMessage } from "node:http";

/** An answer other than what was asked for. */
export class Refusal extends Error {
  readonly status: number;
  readonly body: { readonly message: string; readonly candidates?: readonly string[] };

  constructor(status: number, body: Refusal["body"]) {
    super(body.message);
    this.name = "Refusal";
    this.status = status;
    this.body = body;
  }
}

/** A refusal to be thrown; candidates are what else could have been meant. */
export const refusal = (status: number, message: string, candidates?: readonly string[]): Refusal =>
  new Refusal(status, candidates === undefined ? { message } : { message, candidates });

/** Messages are short; nobody has reason to send more. */
const bodyBytes = 256 * 1024;

/** The body as JSON. Throws Refusal. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytes) throw refusal(413, "the body is over 256 kB");
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw refusal(400, "the body is not JSON");
  }
}
