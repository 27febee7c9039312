/** The lines of Claude Code's `stream-json` output, only the fields that we read. */
import { z } from "zod";
import { SessionId } from "./session-id.ts";

export const InitLine = z.object({
  type: z.literal("system"),
  subtype: z.literal("init"),
  session_id: SessionId,
  model: z.string().nullish(),
  claude_code_version: z.string().nullish(),
});

export const RetryLine = z.object({
  type: z.literal("system"),
  subtype: z.literal("api_retry"),
  attempt: z.number(),
  error_status: z.number().nullish(),
});

/** How far a plan's limits are used; `resetsAt` in seconds since 1970. */
export const LimitLine = z.object({
  type: z.literal("rate_limit_event"),
  rate_limit_info: z.object({ status: z.string(), resetsAt: z.number().nullish().catch(null) }),
});

export const DeniedLine = z.object({
  type: z.literal("system"),
  subtype: z.literal("permission_denied"),
  tool_name: z.string(),
  message: z.string().nullish(),
});

const Block = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("thinking"), thinking: z.string() }),
  z.object({ type: z.literal("tool_use"), id: z.string(), name: z.string() }),
  z.object({
    type: z.literal("tool_result"),
    tool_use_id: z.string(),
    is_error: z.boolean().nullish(),
  }),
  z.object({ type: z.literal("other") }),
]);
export type Block = z.infer<typeof Block>;

/** A message has a few; judging a foreign one takes many times as long as reading it. */
const mostBlocks = 1_000;
const Blocks = z
  .array(z.unknown())
  .transform((blocks) => blocks.slice(0, mostBlocks))
  .pipe(z.array(Block.catch({ type: "other" })));

export const MessageLine = z.object({
  type: z.enum(["assistant", "user"]),
  message: z.object({ content: Blocks }),
  parent_tool_use_id: z.string().nullish(),
});

export type MessageLine = z.infer<typeof MessageLine>;

const ModelUsage = z.object({
  inputTokens: z.number(),
  outputTokens: z.number(),
  cacheReadInputTokens: z.number(),
  costUSD: z.number(),
});

export const ResultLine = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean(),
  terminal_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  result: z.string().nullish(),
  errors: z.array(z.string()).nullish().catch(null),
  permission_denials: z
    .array(z.object({ tool_name: z.string() }))
    .nullish()
    .catch(null),
  // The totals beside it are of the whole session and would be counted again after a resume.
  model_usage_since_last_result: z.record(z.string(), ModelUsage).nullish().catch(null),
});
export type ResultLine = z.infer<typeof ResultLine>;

/** Any line at all, to be named when it is none of the others. */
export const AnyLine = z.object({ type: z.string(), subtype: z.string().nullish().catch(null) });
