/** Cuts a stream of bytes into lines, in bounded memory. */

/** Takes bytes as they come. */
export type LineReader = {
  push(chunk: Uint8Array): void;
  /** The last line may have no end. */
  end(): void;
};

const newline = 10;

/** Hands over each line without its end; one that is longer than `limitBytes` is left out. */
export function lineReader(limitBytes: number, take: (line: string) => void): LineReader {
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const add = (part: Uint8Array): void => {
    bytes += part.length;
    if (bytes > limitBytes) parts = [];
    else if (part.length > 0) parts.push(part);
  };
  const finish = (): void => {
    if (bytes > 0 && bytes <= limitBytes) take(Buffer.concat(parts).toString("utf8"));
    parts = [];
    bytes = 0;
  };
  return {
    push: (chunk) => {
      let from = 0;
      for (let at = chunk.indexOf(newline); at !== -1; at = chunk.indexOf(newline, from)) {
        add(chunk.subarray(from, at));
        finish();
        from = at + 1;
      }
      const rest = chunk.subarray(from);
      // A part of a chunk would keep all of it.
      add(bytes + rest.length > limitBytes ? rest : Uint8Array.from(rest));
    },
    end: finish,
  };
}
