/** Bodies as they are kept: deflated, because less to write is sooner written, and bytes, because text cannot hold U+0000. */
import { promisify } from "node:util";
import { deflateRaw, deflateRawSync, inflateRaw } from "node:zlib";

const deflate = promisify(deflateRaw);
const inflate = promisify(inflateRaw);

/** The fastest level: the next one up saves a tenth and takes twice as long. */
const level = 1;
/** Longer ones go to another thread; for shorter ones the way there costs more than the work. */
const longestInline = 64 * 1024;

/** What is stored for a body. */
export async function pack(body: string): Promise<Buffer> {
  const bytes = Buffer.from(body, "utf8");
  return bytes.length <= longestInline
    ? deflateRawSync(bytes, { level })
    : deflate(bytes, { level });
}

/** The body of what is stored. */
export const unpack = async (stored: Buffer): Promise<string> =>
  (await inflate(stored)).toString("utf8");
