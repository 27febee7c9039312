/** The providers' words for what a request used, in the answers of each shape. */
import { z } from "zod";

import type { Tokens } from "./prices.ts";
import type { Shape } from "./routes.ts";

/** What one event, or a whole answer, told; null is what it did not tell. */
export type Reading = {
  readonly model: string | null;
  readonly input: Omit<Tokens, "output"> | null;
  readonly output: number | null;
  /** Bytes of text that the model made. */
  readonly outputBytes: number;
  /** The output is counted to its end. */
  readonly isFinal: boolean;
};

const nothing: Reading = { model: null, input: null, output: null, outputBytes: 0, isFinal: false };

/** Reads the data of one server-sent event. */
export function readEvent(shape: Exclude<Shape, "free">, data: string): Reading {
  const value = parsed(data);
  switch (shape) {
    case "messages":
      return messageEvent(value);
    case "responses":
      return responseEvent(value);
    case "chat":
      return chatChunk(value);
  }
}

/** Reads an answer that came in one piece. */
export function readWhole(shape: Exclude<Shape, "free">, text: string): Reading {
  const value = parsed(text);
  switch (shape) {
    case "messages":
      return message(value, true);
    case "responses":
      return response(value);
    case "chat":
      return chatChunk(value);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const tokens = z.number().nonnegative().nullish();
const model = z.string().nullish();

const messageUsage = z.object({
  input_tokens: tokens,
  cache_read_input_tokens: tokens,
  cache_creation_input_tokens: tokens,
  cache_creation: z.object({ ephemeral_1h_input_tokens: tokens }).nullish(),
  output_tokens: tokens,
});
const messageBody = z.object({ model, usage: messageUsage.nullish() });
const messageEvents = z.discriminatedUnion("type", [
  z.object({ type: z.literal("message_start"), message: messageBody }),
  z.object({
    type: z.literal("content_block_delta"),
    delta: z.object({
      text: z.string().nullish(),
      thinking: z.string().nullish(),
      partial_json: z.string().nullish(),
    }),
  }),
  z.object({ type: z.literal("message_delta"), usage: messageUsage.nullish() }),
]);

function messageEvent(value: unknown): Reading {
  const read = messageEvents.safeParse(value);
  if (!read.success) return nothing;
  const event = read.data;
  switch (event.type) {
    case "message_start":
      return message(event.message, false);
    case "content_block_delta": {
      const { text, thinking, partial_json: input } = event.delta;
      return { ...nothing, outputBytes: bytesOf(text, thinking, input) };
    }
    // Its numbers are those of the whole message, and it need not repeat the input.
    case "message_delta":
      return message({ usage: event.usage }, true);
  }
}

function message(value: unknown, isFinal: boolean): Reading {
  const read = messageBody.safeParse(value);
  const usage = read.data?.usage;
  if (usage === null || usage === undefined) return { ...nothing, model: read.data?.model ?? null };
  const cached = usage.cache_read_input_tokens ?? 0;
  const allWritten = usage.cache_creation_input_tokens ?? 0;
  const writtenLong = Math.min(usage.cache_creation?.ephemeral_1h_input_tokens ?? 0, allWritten);
  // Fresh input alone stands in this field, without what was cached.
  const fresh = usage.input_tokens ?? null;
  return {
    ...nothing,
    model: read.data?.model ?? null,
    input:
      fresh === null
        ? null
        : {
            input: fresh + cached + allWritten,
            cached,
            written: allWritten - writtenLong,
            writtenLong,
          },
    output: usage.output_tokens ?? null,
    isFinal: isFinal && typeof usage.output_tokens === "number",
  };
}

const inputDetails = z.object({ cached_tokens: tokens, cache_write_tokens: tokens }).nullish();

const responseBody = z.object({
  model,
  usage: z
    .object({ input_tokens: tokens, input_tokens_details: inputDetails, output_tokens: tokens })
    .nullish(),
});
const responseEvents = z.object({ response: z.unknown().optional(), delta: z.string().nullish() });

function responseEvent(value: unknown): Reading {
  const read = responseEvents.safeParse(value);
  if (!read.success) return nothing;
  const { response: body, delta } = read.data;
  return body === undefined ? { ...nothing, outputBytes: bytesOf(delta) } : response(body);
}

function response(value: unknown): Reading {
  const read = responseBody.safeParse(value);
  const usage = read.data?.usage;
  return wholeUsage(read.data?.model, {
    input: usage?.input_tokens,
    details: usage?.input_tokens_details,
    output: usage?.output_tokens,
  });
}

const chatBody = z.object({
  model,
  usage: z
    .object({
      prompt_tokens: tokens,
      prompt_tokens_details: inputDetails,
      completion_tokens: tokens,
    })
    .nullish(),
  choices: z.array(z.object({ delta: z.unknown().optional() })).nullish(),
});

function chatChunk(value: unknown): Reading {
  const read = chatBody.safeParse(value);
  const usage = read.data?.usage;
  const deltas = read.data?.choices?.map(({ delta }) => delta) ?? [];
  return {
    ...wholeUsage(read.data?.model, {
      input: usage?.prompt_tokens,
      details: usage?.prompt_tokens_details,
      output: usage?.completion_tokens,
    }),
    outputBytes: bytesOf(...deltas.map((delta) => JSON.stringify(delta ?? null))),
  };
}

/** The OpenAI form: the numbers come once, at the end, and what was cached is a part of the input. */
function wholeUsage(
  name: string | null | undefined,
  usage: {
    readonly input: number | null | undefined;
    readonly details: z.infer<typeof inputDetails>;
    readonly output: number | null | undefined;
  },
): Reading {
  const { input, details, output } = usage;
  if (typeof input !== "number" || typeof output !== "number")
    return { ...nothing, model: name ?? null };
  const cached = Math.min(details?.cached_tokens ?? 0, input);
  const written = Math.min(details?.cache_write_tokens ?? 0, input - cached);
  return {
    model: name ?? null,
    input: { input, cached, written, writtenLong: 0 },
    output,
    outputBytes: 0,
    isFinal: true,
  };
}

function bytesOf(...texts: readonly (string | null | undefined)[]): number {
  let bytes = 0;
  for (const text of texts) bytes += Buffer.byteLength(text ?? "");
  return bytes;
}
