/** Reads a growing file line by line, however its bytes are cut. */
import { open, type FileHandle } from "node:fs/promises";

/** Reads a file from its beginning, a chunk at a time. */
export class Tail {
  readonly #file: FileHandle;
  #rest: Buffer[] = [];
  #restBytes = 0;
  #bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  /** Bytes read so far. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The lines that the next chunk completes; null when the file has no more at present. */
  async advance(): Promise<readonly string[] | null> {
    const { bytesRead, buffer } = await this.#file.read(Buffer.allocUnsafe(chunkBytes));
    if (bytesRead === 0) return null;
    this.#bytes += bytesRead;
    return this.#cut(buffer.subarray(0, bytesRead));
  }

  /** What stands after the last line end, which the writer never finished. */
  rest(): string {
    return Buffer.concat(this.#rest).toString("utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }

  #cut(chunk: Buffer): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end >= 0; end = chunk.indexOf(lineEnd, start)) {
      this.#keep(chunk.subarray(start, end));
      lines.push(this.rest());
      this.#rest = [];
      this.#restBytes = 0;
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** A line beyond the limit is cut, and so becomes one that no parser knows. */
  #keep(part: Buffer): void {
    const kept = part.subarray(0, lineLimitBytes - this.#restBytes);
    if (kept.length === 0) return;
    this.#rest.push(kept);
    this.#restBytes += kept.length;
  }
}

/** Opens a file to be read while it grows. */
export async function openTail(path: string): Promise<Tail> {
  return new Tail(await open(path, "r"));
}

const chunkBytes = 256 * 1024;
/** Agents print whole files in one line, but not more than this. */
const lineLimitBytes = 16 * 1024 * 1024;
const lineEnd = 0x0a;
