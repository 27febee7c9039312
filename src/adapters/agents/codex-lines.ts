/** The lines of `codex exec --json`, only the fields that we read. */
import { z } from "zod";
import { SessionId } from "./session-id.ts";

const Item = z.discriminatedUnion("type", [
  z.object({ type: z.literal("agent_message"), text: z.string() }),
  z.object({ type: z.literal("reasoning"), text: z.string() }),
  z.object({
    type: z.literal("command_execution"),
    id: z.string(),
    exit_code: z.number().nullish(),
    status: z.string().nullish(),
  }),
  z.object({ type: z.literal("file_change"), id: z.string(), status: z.string().nullish() }),
  z.object({
    type: z.literal("mcp_tool_call"),
    id: z.string(),
    server: z.string(),
    tool: z.string(),
    status: z.string().nullish(),
  }),
  z.object({
    type: z.literal("collab_tool_call"),
    id: z.string(),
    tool: z.string(),
    status: z.string().nullish(),
  }),
  z.object({ type: z.literal("web_search"), id: z.string() }),
  z.object({ type: z.literal("error"), message: z.string() }),
]);
/** Something that the agent said or did. */
export type Item = z.infer<typeof Item>;

const Total = z.object({
  input_tokens: z.number(),
  cached_input_tokens: z.number().nullish(),
  output_tokens: z.number(),
});
/** What the whole thread has used, earlier runs included. */
export type Total = z.infer<typeof Total>;

export const CodexLine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("thread.started"), thread_id: SessionId }),
  z.object({ type: z.literal("turn.started") }),
  z.object({ type: z.literal("item.started"), item: Item }),
  z.object({ type: z.literal("item.updated") }),
  z.object({ type: z.literal("item.completed"), item: Item }),
  z.object({ type: z.literal("turn.completed"), usage: Total.nullish().catch(null) }),
  z.object({
    type: z.literal("turn.failed"),
    error: z.object({ message: z.string() }).nullish().catch(null),
  }),
  z.object({ type: z.literal("error"), message: z.string() }),
]);
export type CodexLine = z.infer<typeof CodexLine>;

/** Any line at all, to be named when it is none of the others. */
export const AnyCodexLine = z.object({
  type: z.string(),
  item: z.object({ type: z.string() }).nullish().catch(null),
});
