/** A request's body: read in bounded memory, and freed of what the provider would do on its own account. */
import type { IncomingMessage } from "node:http";

import { z } from "zod";

import { isOvergrown } from "./overgrowth.ts";
import { refusals } from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { hasRemoteContent } from "./remote-content.ts";
import type { Route, Shape } from "./routes.ts";

/** What goes to the provider. */
export type Prepared = {
  readonly body: Buffer;
  /** Empty for a request that names none. */
  readonly model: string;
  /** The most tokens that it lets the model answer; null where it does not say. */
  readonly outputLimit: number | null;
};

/** Something that was read, or why it is refused. */
export type Read<Value> =
  | { readonly isRead: true; readonly value: Value }
  | { readonly isRead: false; readonly refusal: Refusal };

const refused = (refusal: Refusal): Read<never> => ({ isRead: false, refusal });

/** Reads and prepares a request. Rejects when the client goes away. */
export async function readRequest(
  request: IncomingMessage,
  route: Route,
  limitBytes: number,
): Promise<Read<Prepared>> {
  if (route.method === "GET")
    return { isRead: true, value: { body: Buffer.alloc(0), model: "", outputLimit: null } };
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") return refused(refusals.encoded);
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Left early, the request must stay: with it the connection would go before the refusal is said.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > limitBytes) return refused(refusals.tooLarge);
    chunks.push(chunk);
  }
  return prepare(Buffer.concat(chunks), route.shape);
}

const requestBody = z.looseObject({
  model: z.string().min(1),
  stream: z.boolean().nullish(),
  stream_options: z.record(z.string(), z.unknown()).nullish(),
  tools: z.array(z.unknown()).nullish(),
});
type RequestBody = z.infer<typeof requestBody>;

function prepare(given: Buffer, shape: Shape): Read<Prepared> {
  if (isOvergrown(given)) return refused(refusals.tooLarge);
  const read = requestBody.safeParse(parsed(given));
  if (!read.success) return refused(refusals.malformed);
  const body = read.data;
  if (searching.test(body.model)) return refused(refusals.searching);
  if (hasRemoteContent([body["messages"], body["input"], body["system"]]))
    return refused(refusals.remoteContent);
  const text = JSON.stringify(withUsage(curbed(body), shape));
  return {
    isRead: true,
    value: { body: Buffer.from(text), model: body.model, outputLimit: outputLimitOf(body, shape) },
  };
}

/** Each form has its own field, and the others' mean nothing to it. */
const outputLimits: Readonly<Record<Shape, string | null>> = {
  messages: "max_tokens",
  responses: "max_output_tokens",
  chat: "max_completion_tokens",
  free: null,
};

function outputLimitOf(body: RequestBody, shape: Shape): number | null {
  const field = outputLimits[shape];
  const limit = field === null ? null : body[field];
  return typeof limit === "number" && limit >= 0 ? limit : null;
}

function parsed(text: Buffer): unknown {
  try {
    return JSON.parse(text.toString("utf8"));
  } catch {
    return null;
  }
}

/** Without being asked the chat form does not say in a stream what was used. */
function withUsage(body: RequestBody, shape: Shape): RequestBody {
  if (shape !== "chat" || body.stream !== true) return body;
  return { ...body, stream_options: { ...body.stream_options, include_usage: true } };
}

/**
 * What makes the provider reach into the network for the agent (a way out of the sandbox), go on when nobody listens
 * (work that nobody counts), or charge more than the list says.
 */
const curbedFields: ReadonlySet<string> = new Set([
  "background",
  "container",
  "conversation",
  "inference_geo",
  "mcp_servers",
  // Each of several answers to one question may be as long as one.
  "n",
  "prompt",
  "service_tier",
  "speed",
  "web_search_options",
]);

/** Models that search the network without any tool, as in `gpt-5-search-api` and `gpt-4o-search-preview-2025-03-11`. */
const searching = /(?:^|[^a-z])(?:search|deep-research)(?:$|[^a-z])/i;

/** Kinds of tools that the agent itself carries out; a tool without a kind is one of these. */
const ownTools: ReadonlySet<string> = new Set([
  "apply_patch",
  "custom",
  "function",
  "local_shell",
  "namespace",
  "tool_search",
]);
/** Dated kinds of tools that the agent itself carries out. */
const ownToolPrefixes = ["bash_", "computer_", "memory_", "text_editor_", "tool_search_tool_"];

function curbed(body: RequestBody): RequestBody {
  const kept = Object.entries(body).filter(([field]) => !curbedFields.has(field));
  const { tools, input, ...rest } = Object.fromEntries(kept) as RequestBody;
  return {
    ...rest,
    ...(input === undefined
      ? {}
      : { input: Array.isArray(input) ? input.map(withOwnTools) : input }),
    ...(Array.isArray(tools) ? { tools: ownOf(tools) } : {}),
  };
}

const toolKind = z.looseObject({
  type: z.string().nullish(),
  tools: z.array(z.unknown()).nullish(),
});

/** Codex names its tools in an item of the conversation. */
function withOwnTools(item: unknown): unknown {
  const read = toolKind.safeParse(item);
  if (read.data?.type !== "additional_tools") return item;
  return { ...read.data, tools: ownOf(read.data.tools ?? []) };
}

/** A namespace holds further tools. */
function ownOf(tools: readonly unknown[]): unknown[] {
  const own: unknown[] = [];
  for (const tool of tools) {
    const { data } = toolKind.safeParse(tool);
    const kind = data?.type ?? "custom";
    if (data === undefined || !isOwnKind(kind)) continue;
    own.push(Array.isArray(data.tools) ? { ...data, tools: ownOf(data.tools) } : data);
  }
  return own;
}

const isOwnKind = (kind: string): boolean =>
  ownTools.has(kind) || ownToolPrefixes.some((prefix) => kind.startsWith(prefix));
