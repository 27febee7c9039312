/** Answers of the scripted model as OpenAI's responses and chat completions give them. */
import type { ServerResponse } from "node:http";

import { breakConnection, writeEvent } from "./model-events.ts";
import type { ServerEvent } from "./model-events.ts";
import type { ModelReply, ModelTurn, ModelUsage } from "./model-scenario.ts";

type Item = { readonly type?: string; readonly role?: string; readonly tools?: readonly Tool[] };
type Tool = {
  readonly type?: string;
  readonly name?: string;
  readonly tools?: readonly Tool[];
  readonly function?: { readonly name?: string };
};
type Body = {
  readonly input?: unknown;
  readonly messages?: readonly Item[];
  readonly tools?: readonly Tool[];
  readonly model?: string;
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
};

/** Where the conversation of a request is. */
export function openaiTurn(body: Body, text: string): ModelTurn {
  const items = Array.isArray(body.input) ? (body.input as readonly Item[]) : [];
  const results = [
    ...items.filter(({ type }) => type?.endsWith("_call_output")),
    ...(body.messages ?? []).filter(({ role }) => role === "tool"),
  ];
  // For newer models Codex names its tools in an item of the conversation.
  const named = items.filter(({ type }) => type === "additional_tools");
  const tools = [...(body.tools ?? []), ...named.flatMap(({ tools: more }) => more ?? [])];
  return { results: results.length, tools: tools.flatMap(namesOf), text };
}

const namesOf = (tool: Tool): readonly string[] =>
  tool.tools === undefined
    ? [tool.name ?? tool.function?.name ?? tool.type ?? ""]
    : tool.tools.flatMap(namesOf);

/** Error bodies. */
export const openaiError = (status: number): object => ({
  error: {
    message: `scripted ${status}`,
    type: status === 429 ? "rate_limit_exceeded" : "invalid_request_error",
    param: null,
    code: status === 401 ? "invalid_api_key" : null,
  },
});

type Content = Extract<ModelReply, { kind: "text" | "tool" | "command" | "broken" }>;

let numbers = 0;

/** Writes a reply of the responses API, as a stream of events or in one piece. */
export async function answerResponses(
  response: ServerResponse,
  body: Body,
  reply: Content,
): Promise<void> {
  const id = `resp_scripted_${(numbers += 1)}`;
  const common = { id, object: "response", model: body.model ?? "gpt-6-sol" };
  if (body.stream !== true) {
    const output = [itemOf(reply, await wholeText(reply), body)];
    response.writeHead(200, { "content-type": "application/json" });
    const usage = responseUsage(reply.usage);
    response.end(JSON.stringify({ ...common, status: "completed", output, usage }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const event = (data: ServerEvent): Promise<void> => writeEvent(response, data, data.type);
  await event({
    type: "response.created",
    response: { ...common, status: "in_progress", output: [], usage: null },
  });
  let text = "";
  if (reply.kind === "text" || reply.kind === "broken")
    await event({
      type: "response.output_item.added",
      output_index: 0,
      item: itemOf(reply, "", body),
    });
  for await (const delta of textOf(reply)) {
    if (response.destroyed) return;
    text += delta;
    await event({ type: "response.output_text.delta", item_id: `msg_${id}`, delta });
  }
  if (reply.kind === "broken") {
    await breakConnection(response);
    return;
  }
  const item = itemOf(reply, text, body);
  await event({ type: "response.output_item.done", output_index: 0, item });
  const done = { ...common, status: "completed", usage: responseUsage(reply.usage) };
  await event({ type: "response.completed", response: { ...done, output: [item] } });
  response.end();
}

const textOf = (reply: Content): Iterable<string> | AsyncIterable<string> => {
  if (reply.kind === "text") return reply.pieces;
  return reply.kind === "broken" ? [reply.text] : [];
};

async function wholeText(reply: Content): Promise<string> {
  let text = "";
  for await (const piece of textOf(reply)) text += piece;
  return text;
}

const responseUsage = ({ input, cached, written, output }: ModelUsage): object => ({
  input_tokens: input + cached + written,
  input_tokens_details: { cached_tokens: cached, cache_write_tokens: written },
  output_tokens: output,
  output_tokens_details: { reasoning_tokens: 0 },
  total_tokens: input + cached + written + output,
});

function itemOf(reply: Content, text: string, body: Body): object {
  if (reply.kind === "tool" || reply.kind === "command") return callItem(reply, body);
  const content = [{ type: "output_text", text, annotations: [] }];
  return { type: "message", id: `msg_${(numbers += 1)}`, role: "assistant", content };
}

function callItem(reply: Extract<Content, { kind: "tool" | "command" }>, body: Body): object {
  const ids = { id: `fc_${(numbers += 1)}`, call_id: `call_${numbers}`, status: "completed" };
  if (reply.kind === "tool")
    return {
      type: "function_call",
      ...ids,
      name: reply.name,
      arguments: JSON.stringify(reply.input),
    };
  const { command } = reply;
  const offered = openaiTurn(body, "").tools;
  if (offered.includes("local_shell")) {
    const action = { type: "exec", command: ["bash", "-lc", command], env: {} };
    return { type: "local_shell_call", ...ids, action };
  }
  if (offered.includes("exec")) {
    const input = `text(await tools.exec_command(${JSON.stringify({ cmd: command })}));`;
    return { type: "custom_tool_call", ...ids, namespace: "functions", name: "exec", input };
  }
  const [name, input] = shellCalls(command).find(([one]) => offered.includes(one)) ?? [
    "shell",
    { command: ["bash", "-lc", command] },
  ];
  return { type: "function_call", ...ids, name, arguments: JSON.stringify(input) };
}

/** The names that Codex has had for its shell, with what each takes. */
const shellCalls = (command: string): readonly (readonly [string, object])[] => [
  ["exec_command", { cmd: command }],
  ["shell_command", { command }],
  ["shell", { command: ["bash", "-lc", command] }],
];

/** Writes a reply of the chat completions API. */
export async function answerChat(
  response: ServerResponse,
  body: Body,
  reply: Content,
): Promise<void> {
  const { usage } = reply;
  const prompt = usage.input + usage.cached + usage.written;
  const counted = {
    prompt_tokens: prompt,
    completion_tokens: usage.output,
    total_tokens: prompt + usage.output,
    prompt_tokens_details: { cached_tokens: usage.cached },
  };
  const common = { id: `chatcmpl_${(numbers += 1)}`, model: body.model ?? "gpt-6-sol" };
  if (body.stream !== true) {
    const message = { role: "assistant", content: await wholeText(reply) };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...common, object: "chat.completion", choices, usage: counted }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const chunk = (more: object): Promise<void> =>
    writeEvent(response, { ...common, object: "chat.completion.chunk", ...more }, null);
  for await (const content of textOf(reply)) {
    if (response.destroyed) return;
    await chunk({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
  }
  if (reply.kind === "broken") {
    await breakConnection(response);
    return;
  }
  await chunk({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
  if (body.stream_options?.include_usage === true) await chunk({ choices: [], usage: counted });
  response.end("data: [DONE]\n\n");
}
