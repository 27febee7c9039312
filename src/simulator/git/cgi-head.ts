/** The head of a CGI program's output: status and headers, with the body left in the stream. */

import { PassThrough } from "node:stream";
import type { Readable } from "node:stream";

/** What stood before the body. */
export interface CgiHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable;
}

/** Reads up to the empty line; output without one counts as a failed program: status 500, no body. */
export async function readCgiHead(stdout: Readable): Promise<CgiHead> {
  let read = Buffer.alloc(0);
  for await (const chunk of stdout.iterator({ destroyOnReturn: false })) {
    read = Buffer.concat([read, chunk]);
    const end = read.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const body = new PassThrough();
    body.write(read.subarray(end + 4));
    stdout.pipe(body);
    return { ...parseHead(read.toString("latin1", 0, end)), body };
  }
  const body = new PassThrough();
  body.end();
  return { status: 500, headers: {}, body };
}

function parseHead(text: string): Omit<CgiHead, "body"> {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const value = line.slice(colon + 1).trim();
    if (name === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}
