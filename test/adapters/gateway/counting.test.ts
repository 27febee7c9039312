/** What a request has cost is known to the token where the provider says it, and guessed where it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { counterFor } from "../../../src/adapters/gateway/count.ts";
import { charge, priceOf } from "../../../src/adapters/gateway/prices.ts";
import type { SpendingRow } from "../../../src/adapters/store/ledger.ts";
import { millis } from "../../../src/core/ids.ts";
import {
  always,
  breaksOff,
  runs,
  says,
  staysSilent,
  streams,
} from "../../support/model-scenario.ts";
import { ask, gatewayForTest, message, open, openaiHeaders } from "./given.ts";
import type { Asked, Given } from "./given.ts";

const usage = { input: 1_000, cached: 10_000, written: 400, output: 50 };

async function rowsOf({ door, ledger }: Given): Promise<readonly SpendingRow[]> {
  // Waits until all is booked.
  await door.usage();
  return ledger.report({ since: millis(0) });
}

const openai = (path: string, more: object): Asked => ({
  path,
  headers: openaiHeaders,
  body: {
    model: "gpt-6-sol",
    input: "Hello",
    messages: [{ role: "user", content: "Hi" }],
    ...more,
  },
});

const shapes: readonly (readonly [string, Asked])[] = [
  ["messages, streaming", message({ stream: true })],
  ["messages, whole", message()],
  ["responses, streaming", openai("/v1/responses", { stream: true })],
  ["responses, whole", openai("/v1/responses", {})],
];

for (const [name, asked] of shapes)
  test(`${name}: every token is counted and paid for at its own price`, async (t) => {
    const given = await gatewayForTest(t, always(says("Hello there", usage)));

    const { status, text } = await ask(given.run, asked);

    assert.equal(status, 200);
    assert.match(text, /Hello there/);
    assert.deepEqual(await given.door.usage(), {
      inputTokens: 11_400,
      outputTokens: 50,
      // Fresh, cached, written, and output per million: 2, 0.1 or 0.2, 2.5, 10.
      usd: (1_000 * 2 + 10_000 * (name.startsWith("m") ? 0.1 : 0.2) + 400 * 2.5 + 50 * 10) / 1e6,
    });
    const [row] = await rowsOf(given);
    assert.deepEqual([row?.requests, row?.cachedTokens, row?.isEstimate], [1, 10_000, false]);
  });

for (const stream of [true, false])
  test(`chat completions, ${stream ? "streaming" : "whole"}: usage is asked for and counted`, async (t) => {
    const given = await gatewayForTest(t, always(says("Hello there", { ...usage, written: 0 })));

    const { text } = await ask(given.run, openai("/chat/completions", { stream }));

    assert.match(text, /Hello there/);
    const { inputTokens, outputTokens } = await given.door.usage();
    assert.deepEqual([inputTokens, outputTokens], [11_000, 50]);
    const [row] = await rowsOf(given);
    assert.deepEqual([row?.cachedTokens, row?.isEstimate], [10_000, false]);
  });

test("a tool call is relayed and counted like a text", async (t) => {
  const given = await gatewayForTest(t, always(runs("echo hi", usage)));

  const { text } = await ask(given.run, message({ stream: true, tools: [{ name: "Bash" }] }));

  assert.match(text, /echo hi/);
  assert.equal((await given.door.usage()).outputTokens, 50);
});

test("an answer that breaks off costs what was said of it, and its text by its length", async (t) => {
  const given = await gatewayForTest(t, always(breaksOff("x".repeat(4_000), usage)));

  await assert.rejects(ask(given.run, message({ stream: true })));

  const { inputTokens, outputTokens } = await given.door.usage();
  assert.deepEqual([inputTokens, outputTokens], [11_400, 1_000]);
  assert.equal((await rowsOf(given))[0]?.isEstimate, true);
});

test("where nothing was said of the input it is guessed from the length of the request", async (t) => {
  const given = await gatewayForTest(t, always(breaksOff("x".repeat(4_000), usage)));

  await assert.rejects(
    ask(given.run, openai("/v1/responses", { stream: true, input: "y".repeat(40_000) })),
  );

  const { inputTokens, outputTokens } = await given.door.usage();
  assert.ok(inputTokens > 10_000 && inputTokens < 10_100, `${inputTokens}`);
  assert.equal(outputTokens, 1_000);
});

test("an agent that goes away pays for what it was given, and the provider is left", async (t) => {
  const endless = async function* (): AsyncGenerator<string> {
    for (;;) yield await Promise.resolve("x".repeat(1_000));
  };
  const given = await gatewayForTest(t, always(streams(endless(), usage)));
  const leave = new AbortController();

  const answer = await open(given.run.socket, {
    ...message({ stream: true }),
    signal: leave.signal,
  });
  let bytes = 0;
  await assert.rejects(async () => {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > 100_000) leave.abort();
    }
  });
  await given.door.close();

  const { outputTokens } = await given.door.usage();
  assert.ok(outputTokens > 20_000, `${outputTokens}`);
});

test("an agent that goes away before the bill pays for the time that the model has worked", async (t) => {
  const given = await gatewayForTest(t, always(staysSilent));
  const leave = new AbortController();

  const answer = open(given.run.socket, { ...message(), signal: leave.signal });
  await given.models.arrived(1);
  leave.abort();
  await assert.rejects(answer);
  await given.door.close();

  const [row] = await rowsOf(given);
  assert.ok((row?.outputTokens ?? 0) > 0);
  assert.equal(row?.isEstimate, true);
});

for (const [limit, least, most] of [
  [1_000, 1, 1_000],
  [7, 7, 7],
] as const)
  test(`a request whose time is over costs 100 tokens a second, of ${limit} at most`, async (t) => {
    const given = await gatewayForTest(t, always(staysSilent), { limits: { requestMs: 100 } });

    await ask(given.run, message({ max_tokens: limit }));

    const { outputTokens } = await given.door.usage();
    assert.ok(outputTokens >= least && outputTokens <= most, `${outputTokens}`);
  });

test("a model that nobody knows costs as much as the dearest and is marked so", async (t) => {
  const given = await gatewayForTest(t, always(says("Hi", { ...usage, cached: 0, written: 0 })));

  await ask(given.run, message({ model: "claude-next" }));

  const [row] = await rowsOf(given);
  assert.equal(row?.isEstimate, true);
  assert.equal(row?.usd, (1_000 * 15 + 50 * 75) / 1e6);
});

test("the operator's prices hold for every model whose name begins so", async (t) => {
  const own = { input: 1, output: 1, cached: 1, written: 1, writtenLong: 1, long: null };
  const given = await gatewayForTest(t, always(says("Hi", usage)), {
    prices: { "claude-": own },
  });

  await ask(given.run, message({ model: "claude-next" }));

  const [row] = await rowsOf(given);
  assert.deepEqual([row?.isEstimate, row?.usd], [false, 11_450 / 1e6]);
});

test("counting tokens and listing models cost nothing", async (t) => {
  const given = await gatewayForTest(t, always(says("Hi")));

  const { text } = await ask(given.run, { ...message(), path: "/v1/messages/count_tokens" });
  await ask(given.run, { method: "GET", path: "/v1/models" });

  assert.deepEqual(JSON.parse(text), { input_tokens: 42 });
  assert.deepEqual(await rowsOf(given), []);
});

test("a stream passes piece by piece, as it comes", async (t) => {
  const gates = [1, 2].map(() => Promise.withResolvers<void>());
  const pieces = async function* (): AsyncGenerator<string> {
    yield "first";
    await gates[0]?.promise;
    yield "second";
  };
  const { run } = await gatewayForTest(t, always(streams(pieces())));

  const answer = await open(run.socket, message({ stream: true }));
  let text = "";
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    text += chunk.toString();
    // Only what has passed already opens the way for the rest.
    if (text.includes("first")) gates[0]?.resolve();
  }

  assert.match(text, /second/);
});

test("a hundred megabytes pass a slow reader in little memory", async (t) => {
  const piece = "x".repeat(64 * 1024);
  const hundred = function* (): Generator<string> {
    for (let made = 0; made < 1_600; made += 1) yield piece;
  };
  const { run, door } = await gatewayForTest(t, always(streams(hundred(), usage)));
  const before = process.memoryUsage().rss;

  const answer = await open(run.socket, message({ stream: true }));
  let bytes = 0;
  let most = 0;
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    most = Math.max(most, process.memoryUsage().rss);
  }

  assert.ok(bytes > 100_000_000, `${bytes}`);
  const grown = (most - before) / 1024 / 1024;
  // Model, gateway and agent all live in this process.
  assert.ok(grown < 100, `grown by ${grown} MB`);
  assert.equal((await door.usage()).outputTokens, 50);
});

test("dated names are the same model, longer ones are others", () => {
  const known = (name: string): boolean => !priceOf("anthropic", name).isGuess;

  assert.ok(known("claude-sonnet-5-5") && known("claude-sonnet-5-5-20260901"));
  assert.ok(!known("claude-sonnet-5-6") && !known("claude-sonnet-5-5-max"));
  assert.ok(!priceOf("openai", "gpt-5-2025-08-07").isGuess);
  assert.ok(priceOf("openai", "gpt-5-ultra").isGuess && priceOf("openai", "toString").isGuess);
});

test("a long input costs more where the list says so", () => {
  const { price } = priceOf("anthropic", "claude-haiku-5-5");
  const used = { cached: 0, written: 0, writtenLong: 0, output: 1_000 };

  assert.equal(charge(price, { ...used, input: 100_000 }), 0.0105);
  assert.equal(charge(price, { ...used, input: 100_001 }), (100_001 * 0.5 + 1_000 * 2.5) / 1e6);
});

test("whatever a provider sends, counting it never throws", () => {
  const odd = [
    "",
    "data:",
    "data: {",
    "data: null",
    "data: []",
    'data: {"type":"message_start"}',
    'data: {"type":"message_start","message":{"usage":{"input_tokens":-5}}}',
    'data: {"type":"message_delta","usage":{"output_tokens":"many"}}',
    'data: {"type":"content_block_delta","delta":{"text":7}}',
    'data: {"response":{"usage":{"input_tokens":1e999}}}',
    'data: {"choices":[null],"usage":{}}',
    "event: \u0000",
  ];
  for (const shape of ["messages", "responses", "chat"] as const)
    for (const isStream of [true, false]) {
      const counter = counterFor(shape, isStream, 400);

      for (const line of odd) counter.push(Buffer.from(`${line}\n`));
      counter.end();

      const { tokens, isExact } = counter.count();
      assert.deepEqual([tokens.input, isExact], [100, false], shape);
    }
});

test("an event is read whichever way it is cut into pieces", () => {
  const stream = Buffer.from(
    'event: message_start\r\ndata: {"type":"message_start","message":{"model":"m","usage":{"input_tokens":5,"output_tokens":1}}}\r\n\r\ndata: {"type":"message_delta","usage":{"output_tokens":9}}',
  );
  for (let size = 1; size < stream.length; size += 1) {
    const counter = counterFor("messages", true, 0);
    for (let at = 0; at < stream.length; at += size) counter.push(stream.subarray(at, at + size));
    counter.end();

    const { model, tokens, isExact } = counter.count();
    assert.deepEqual([model, tokens.input, tokens.output, isExact], ["m", 5, 9, true]);
  }
});

test("the last word on the input counts", () => {
  const counter = counterFor("messages", true, 0);

  counter.push(
    Buffer.from('data: {"type":"message_start","message":{"usage":{"input_tokens":5}}}\n'),
  );
  counter.push(
    Buffer.from('data: {"type":"message_delta","usage":{"input_tokens":50,"output_tokens":9}}\n'),
  );

  assert.equal(counter.count().tokens.input, 50);
});

test("a line without end is left out and not kept", () => {
  const counter = counterFor("messages", true, 40);
  const piece = Buffer.alloc(1024 * 1024, "x");
  const before = process.memoryUsage().arrayBuffers;

  for (let pushed = 0; pushed < 64; pushed += 1) counter.push(piece);

  assert.ok(process.memoryUsage().arrayBuffers - before < 24 * 1024 * 1024);
  assert.equal(counter.count().isExact, false);
});
