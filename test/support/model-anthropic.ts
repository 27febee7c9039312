/** Answers of the scripted model as Anthropic's messages API gives them, https://platform.claude.com/docs/en/build-with-claude/streaming. */
import type { ServerResponse } from "node:http";

import type { ModelReply, ModelTurn, ModelUsage } from "./model-scenario.ts";
import { breakConnection, writeEvent } from "./model-events.ts";
import type { ServerEvent } from "./model-events.ts";

type Block = { readonly type?: string; readonly content?: unknown };
type Body = {
  readonly messages?: readonly { readonly content?: unknown }[];
  readonly tools?: readonly { readonly name?: string }[];
  readonly model?: string;
  readonly stream?: boolean;
};

/** Where the conversation of a request is. */
export function anthropicTurn(body: Body, text: string): ModelTurn {
  const blocks = (body.messages ?? []).flatMap(({ content }) =>
    Array.isArray(content) ? (content as readonly Block[]) : [],
  );
  return {
    results: blocks.filter(({ type }) => type === "tool_result").length,
    tools: (body.tools ?? []).flatMap(({ name }) => (name === undefined ? [] : [name])),
    text,
  };
}

/** Error bodies. */
export const anthropicError = (status: number): object => ({
  type: "error",
  error: { type: types[status] ?? "api_error", message: `scripted ${status}` },
  request_id: "req_scripted",
});
const types: Readonly<{ [status: number]: string }> = {
  400: "invalid_request_error",
  401: "authentication_error",
  429: "rate_limit_error",
  529: "overloaded_error",
};

type Content = Extract<ModelReply, { kind: "text" | "tool" | "command" | "broken" }>;

/** Writes a reply, as a stream of events or in one piece. */
export async function answerAnthropic(
  response: ServerResponse,
  body: Body,
  reply: Content,
): Promise<void> {
  const message = {
    id: `msg_scripted_${(numbers += 1)}`,
    type: "message",
    role: "assistant",
    model: body.model ?? "claude-sonnet-5-5",
    stop_sequence: null,
  };
  const stop = reply.kind === "tool" || reply.kind === "command" ? "tool_use" : "end_turn";
  if (body.stream !== true) {
    const content = [await wholeBlock(reply)];
    const usage = { ...inputOf(reply.usage), output_tokens: reply.usage.output };
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...message, content, stop_reason: stop, usage }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-cache" });
  const usage = { ...inputOf(reply.usage), output_tokens: 1 };
  await event(response, {
    type: "message_start",
    message: { ...message, content: [], stop_reason: null, usage },
  });
  await event(response, { type: "ping" });
  await writeBlock(response, reply);
  if (reply.kind === "broken") {
    await breakConnection(response);
    return;
  }
  await event(response, { type: "content_block_stop", index: 0 });
  await event(response, {
    type: "message_delta",
    delta: { stop_reason: stop, stop_sequence: null },
    usage: { output_tokens: reply.usage.output },
  });
  await event(response, { type: "message_stop" });
  response.end();
}

let numbers = 0;

const event = (response: ServerResponse, data: ServerEvent): Promise<void> =>
  writeEvent(response, data, data.type);

const inputOf = ({ input, cached, written }: ModelUsage): object => ({
  input_tokens: input,
  cache_creation_input_tokens: written,
  cache_read_input_tokens: cached,
  cache_creation: { ephemeral_5m_input_tokens: written, ephemeral_1h_input_tokens: 0 },
});

async function writeBlock(response: ServerResponse, reply: Content): Promise<void> {
  const delta = (value: object): Promise<void> =>
    event(response, {
      type: "content_block_delta",
      index: 0,
      delta: value,
    });
  const start = (block: object): Promise<void> =>
    event(response, { type: "content_block_start", index: 0, content_block: block });
  if (reply.kind === "tool" || reply.kind === "command") {
    const { id, name, input } = toolCall(reply);
    await start({ type: "tool_use", id, name, input: {} });
    await delta({ type: "input_json_delta", partial_json: JSON.stringify(input) });
    return;
  }
  await start({ type: "text", text: "" });
  for await (const text of reply.kind === "broken" ? [reply.text] : reply.pieces)
    if (!response.destroyed) await delta({ type: "text_delta", text });
    else return;
}

async function wholeBlock(reply: Content): Promise<object> {
  if (reply.kind === "tool" || reply.kind === "command")
    return { type: "tool_use", ...toolCall(reply) };
  let text = "";
  for await (const piece of reply.kind === "broken" ? [reply.text] : reply.pieces) text += piece;
  return { type: "text", text };
}

function toolCall(reply: Extract<Content, { kind: "tool" | "command" }>): {
  readonly id: string;
  readonly name: string;
  readonly input: object;
} {
  const id = `toolu_scripted_${(numbers += 1)}`;
  if (reply.kind === "tool") return { id, name: reply.name, input: reply.input };
  return { id, name: "Bash", input: { command: reply.command, description: "scripted" } };
}
