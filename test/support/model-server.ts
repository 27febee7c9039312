/**
 * A scripted model on loopback that speaks Anthropic's messages and OpenAI's responses and chat completions, streaming
 * and whole, well enough for the real `claude` and `codex`:
 *
 *     const models = await startModelServer(t, inTurn(runs("echo hi > a.txt"), says("Done.")));
 *     // ANTHROPIC_BASE_URL = models.url, OPENAI base_url = `${models.url}/v1`; behind a gateway these are the upstreams
 *     assert.equal(models.requests[0]?.key, "sk-test");
 *
 * The replies are in `model-scenario.ts`: `says`, `calls`, `runs`, `streams`, `fails(429, { "retry-after": "1" })`,
 * `breaksOff`, `staysSilent`; `always(runs("true"))` loops for ever. The n-th reply of `inTurn` answers the
 * conversation that holds n results of tools, so repetitions and questions on the side do no harm.
 */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";

import { atEnd } from "./cleanup.ts";
import { anthropicError, anthropicTurn, answerAnthropic } from "./model-anthropic.ts";
import { answerChat, answerResponses, openaiError, openaiTurn } from "./model-openai.ts";
import type { ModelReply, Scenario } from "./model-scenario.ts";

/** What arrived. */
export type ModelRequest = {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Key or token that came along, in whichever header. */
  readonly key: string | null;
  /** Empty where there was none. */
  readonly text: string;
};

export type ModelServer = {
  readonly url: string;
  /** Everything that arrived, in order. */
  readonly requests: readonly ModelRequest[];
  /** Settles when so many requests have arrived. */
  arrived(count: number): Promise<void>;
};

/** Starts it for one test. With a `key` every other one is answered by 401. */
export async function startModelServer(
  t: TestContext,
  scenario: Scenario,
  { key = null }: { readonly key?: string | null } = {},
): Promise<ModelServer> {
  const requests: ModelRequest[] = [];
  const waiting = new Set<() => void>();
  const server = createServer((request, response) => {
    const answered = read(request).then((taken) => {
      requests.push(taken);
      for (const look of waiting) look();
      const isRefused = key !== null && taken.key !== key;
      return answer(response, taken, isRefused ? refusesKey : scenario);
    });
    // Clients that go away in the middle are a part of the tests.
    answered.catch(() => response.destroy());
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", () => listening.resolve());
  await listening.promise;
  atEnd(t, () => {
    server.closeAllConnections();
    server.close();
  });
  // Listening on a port, it has an address of this form.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    arrived: (count) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const look = (): void => {
        if (requests.length >= count) resolve();
      };
      waiting.add(look);
      look();
      return promise.finally(() => waiting.delete(look));
    },
  };
}

const noTokens = { input: 0, cached: 0, written: 0, output: 0 };
const refusesKey: Scenario = () => ({ kind: "error", status: 401, headers: {}, usage: noTokens });

async function read(request: IncomingMessage): Promise<ModelRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  const { headers, method = "", url = "" } = request;
  const own = headers["x-api-key"];
  const bearer = headers.authorization?.replace(/^Bearer /, "");
  return {
    method,
    path: url,
    headers,
    key: typeof own === "string" ? own : (bearer ?? null),
    text: Buffer.concat(chunks).toString("utf8"),
  };
}

async function answer(
  response: ServerResponse,
  { method, path, text }: ModelRequest,
  scenario: Scenario,
): Promise<void> {
  const name = path.replace(/\?.*$/, "");
  if (method === "GET" || name === "/v1/messages/count_tokens") {
    json(response, 200, {}, method === "GET" ? models : { input_tokens: 42 });
    return;
  }
  // Whatever it holds, the fields that are read are optional.
  const body = JSON.parse(text) as object;
  const isAnthropic = name === "/v1/messages";
  const reply = scenario(isAnthropic ? anthropicTurn(body, text) : openaiTurn(body, text));
  switch (reply.kind) {
    case "silence":
      return;
    case "error":
      return json(
        response,
        reply.status,
        reply.headers,
        isAnthropic ? anthropicError(reply.status) : openaiError(reply.status),
      );
    case "text":
    case "tool":
    case "command":
    case "broken":
      return write(response, name, body, reply);
  }
}

const models = {
  object: "list",
  has_more: false,
  data: [{ id: "claude-sonnet-5-5", type: "model", display_name: "Scripted" }],
  models: [],
};

function write(
  response: ServerResponse,
  name: string,
  body: object,
  reply: Extract<ModelReply, { kind: "text" | "tool" | "command" | "broken" }>,
): Promise<void> {
  switch (name) {
    case "/v1/messages":
      return answerAnthropic(response, body, reply);
    case "/v1/responses":
      return answerResponses(response, body, reply);
    case "/v1/chat/completions":
      return answerChat(response, body, reply);
    default:
      json(response, 404, {}, { error: { message: "no such path" } });
      return Promise.resolve();
  }
}

function json(
  response: ServerResponse,
  status: number,
  headers: Readonly<{ [name: string]: string }>,
  body: object,
): void {
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(JSON.stringify(body));
}
