/** The content of many objects of the mirror, one after the other and piece by piece. */
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
  const args = ["cat-file", "--batch", "--buffer"];
  let rest: Buffer = Buffer.alloc(0);
  // Bytes of the present object that are still to come, the line break behind it not counted.
  let missing: number | null = null;
  let total = 0;
  for await (const chunk of streamGit({ gitDir: mirror, cwd: mirror, args, input })) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (;;) {
      if (missing === null) {
        const line = rest.indexOf("\n");
        if (line === -1) break;
        const head = headIn(rest.toString("utf8", 0, line));
        rest = rest.subarray(line + 1);
        if (head === null) continue;
        total += head.bytes;
        if (total > limitBytes) return false;
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

/** Null for an object that is not there. */
function headIn(line: string): ObjectHead | null {
  const [name = "", type = "", bytes = ""] = line.split(" ");
  return type === "missing" ? null : { name, type, bytes: Number(bytes) };
}
