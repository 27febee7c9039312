/** Bodies as they are kept: deflated, because less to write is sooner written, and bytes, because text cannot hold U+0000. */
import { promisify } from "node:util";
import { deflateRaw, deflateRawSync, inflateRaw, inflateRawSync } from "node:zlib";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** The fastest level: the next one up saves a tenth and takes twice as long. */
const level = 1;
/** Longer ones go to another thread; for shorter ones the way there costs more than the work. */
const longestInline = 64 * 1024;
/** As above; even where all of it is repetition, this much is at most 16 MB of text. */
const longestInlineStored = 16 * 1024;

/** What is stored for a body. */
export async function pack(body: string): Promise<Buffer> {
  const bytes = Buffer.from(body, "utf8");
  return bytes.length <= longestInline
    ? deflateRawSync(bytes, { level })
    : deflate(bytes, { level });
}

/** The body of what is stored. */
export async function unpack(stored: Buffer): Promise<string> {
  const bytes =
    stored.length <= longestInlineStored ? inflateRawSync(stored) : await inflate(stored);
  return bytes.toString("utf8");
}
