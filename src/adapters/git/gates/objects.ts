/** The content of many objects of the mirror, one after the other and piece by piece. */
import { spawnGit } from "../spawn-git.ts";
import { streamGit } from "../stream-git.ts";

/** One object as git announces it. */
export type ObjectHead = { readonly name: string; readonly type: string; readonly bytes: number };

/** Takes what is read. */
export type ObjectReader = {
  readonly begin: (head: ObjectHead) => void;
  readonly piece: (bytes: Buffer) => void;
  readonly end: () => void;
};

/** Reads the objects in the order of their names; false when they are more than `limitBytes` together. */
export async function readObjects(
  mirror: string,
  names: readonly string[],
  limitBytes: number,
  reader: ObjectReader,
): Promise<boolean> {
  if (names.length === 0) return true;
  const input = Buffer.from(`${names.join("\n")}\n`);
  const contents = await contentsOf(mirror, input, limitBytes);
  if (contents === null) return false;
  let rest: Buffer = Buffer.alloc(0);
  // Bytes of the present object that are still to come, the line break behind it not counted.
  let missing: number | null = null;
  for await (const chunk of contents) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (missing === null) {
        const line = rest.indexOf("\n");
        if (line === -1) break;
        const head = headIn(rest.toString("utf8", 0, line));
        rest = rest.subarray(line + 1);
        if (head === null) continue;
        reader.begin(head);
        missing = head.bytes;
      }
      const piece = rest.subarray(0, missing);
      if (piece.length > 0) reader.piece(piece);
      missing -= piece.length;
      rest = rest.subarray(piece.length);
      if (missing > 0 || rest.length === 0) break;
      reader.end();
      rest = rest.subarray(1);
      missing = null;
    }
  }
  return true;
}

// What is small is here sooner as a whole.
const smallBytes = 4 * 1024 * 1024;

/** Null where they are too much. */
async function contentsOf(
  mirror: string,
  input: Buffer,
  limitBytes: number,
): Promise<AsyncIterable<Buffer> | readonly Buffer[] | null> {
  const call = { gitDir: mirror, cwd: mirror, args: ["cat-file", "--batch", "--buffer"], input };
  const mostBytes = Math.min(smallBytes, limitBytes);
  const beginning = await spawnGit({ ...call, mostBytes });
  if (beginning.length <= mostBytes) return [beginning];
  return (await bytesOf(mirror, input)) > limitBytes ? null : streamGit(call);
}

/** How much is to be read, before any of it is. */
async function bytesOf(mirror: string, input: Buffer): Promise<number> {
  const args = ["cat-file", "--batch-check", "--buffer"];
  const lines = (await spawnGit({ gitDir: mirror, cwd: mirror, args, input })).toString("utf8");
  return lines.split("\n").reduce((sum, line) => sum + (headIn(line)?.bytes ?? 0), 0);
}

/** Null for an object that is not there. */
function headIn(line: string): ObjectHead | null {
  const [name = "", type = "", bytes = ""] = line.split(" ");
  return bytes === "" ? null : { name, type, bytes: Number(bytes) };
}
