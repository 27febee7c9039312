/** Reads on the side what an answer says of its own use. Whatever the answer holds, reading it never throws. */
import { lineReader } from "./lines.ts";
import type { Tokens } from "./prices.ts";
import type { Shape } from "./routes.ts";
import { readEvent, readWhole } from "./usage.ts";
import type { Reading } from "./usage.ts";

/** What is known of an answer by now. */
type Count = {
  /** Name that the provider gave the model; null until it has. */
  readonly model: string | null;
  readonly tokens: Tokens;
  /** False as long as some of it is a guess from the number of bytes. */
  readonly isExact: boolean;
};

/** Follows one answer. */
export type Counter = {
  push(chunk: Uint8Array): void;
  /** To be called when the answer has ended by itself. */
  end(): void;
  /** The model has made so many tokens, whether or not the answer has shown them. */
  atLeast(outputTokens: number): void;
  count(): Count;
};

/** Larger events and larger whole answers are guessed at: they would cost more memory than the exact number is worth. */
const readableBytes = 16 * 1024 * 1024;
/** What both providers give as a rule of thumb for English text. */
const bytesPerToken = 4;

/** A guess at the tokens of a text. */
const guessedTokens = (bytes: number): number => Math.ceil(bytes / bytesPerToken);

/** Follows an answer of this shape to a request of so many bytes. */
export function counterFor(
  shape: Exclude<Shape, "free">,
  isStream: boolean,
  requestBytes: number,
): Counter {
  const known: Known = { model: null, input: null, output: 0, outputBytes: 0, isFinal: false };
  const reader = isStream ? eventReader(shape, known) : wholeReader(shape, known);
  return {
    ...reader,
    atLeast: (outputTokens) => {
      if (!known.isFinal) known.output = Math.max(known.output, outputTokens);
    },
    count: () => countOf(known, requestBytes),
  };
}

/** What the readings have told so far. */
type Known = {
  model: string | null;
  input: Omit<Tokens, "output"> | null;
  output: number;
  outputBytes: number;
  isFinal: boolean;
};

function learn(known: Known, reading: Reading): void {
  known.model = reading.model ?? known.model;
  known.input = reading.input ?? known.input;
  known.output = reading.output ?? known.output;
  known.outputBytes += reading.outputBytes;
  known.isFinal ||= reading.isFinal;
}

function countOf(known: Known, requestBytes: number): Count {
  const input = known.input ?? {
    input: guessedTokens(requestBytes),
    cached: 0,
    written: 0,
    writtenLong: 0,
  };
  const output = known.isFinal
    ? known.output
    : Math.max(known.output, guessedTokens(known.outputBytes));
  return {
    model: known.model,
    tokens: { ...input, output },
    isExact: known.isFinal && known.input !== null,
  };
}

type Reader = Pick<Counter, "push" | "end">;

function eventReader(shape: Exclude<Shape, "free">, known: Known): Reader {
  const prefix = "data:";
  return lineReader(readableBytes, (line) => {
    if (line.startsWith(prefix)) learn(known, readEvent(shape, line.slice(prefix.length)));
  });
}

function wholeReader(shape: Exclude<Shape, "free">, known: Known): Reader {
  let parts: Uint8Array[] = [];
  return {
    push: (chunk) => {
      known.outputBytes += chunk.length;
      if (known.outputBytes > readableBytes) parts = [];
      else parts.push(chunk);
    },
    end: () => learn(known, readWhole(shape, Buffer.concat(parts).toString("utf8"))),
  };
}
