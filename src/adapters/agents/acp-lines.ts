/** What the driver of an ACP agent is told, and the lines that it writes. */
import { z } from "zod";
import { SessionId } from "./session-id.ts";

/** One run, as the driver reads it from its standard input. It holds no secret. */
export const AcpOrder = z.object({
  /** The agent's program and arguments. */
  argv: z.array(z.string()),
  prompt: z.string(),
  /** The session to go on with; null begins a new one. */
  session: z.string().nullable(),
  /** To be chosen by the protocol; null where it is named otherwise or not at all. */
  model: z.string().nullable(),
  mode: z.string().nullable(),
  /** How to log in, where the agent asks for it. */
  login: z.string().nullable(),
});
export type AcpOrder = z.infer<typeof AcpOrder>;

/** What became of the session that was asked for. */
const Beginning = z.enum(["begun", "resumed", "begun-anew"]);

/** What an agent tells of its work; kinds that we do not read are passed on as they are. */
export const AcpUpdate = z.discriminatedUnion("sessionUpdate", [
  z.object({ sessionUpdate: z.literal("agent_message_chunk"), content: z.unknown() }),
  z.object({ sessionUpdate: z.literal("agent_thought_chunk"), content: z.unknown() }),
  z.object({
    sessionUpdate: z.literal("tool_call"),
    toolCallId: z.string(),
    title: z.string(),
    name: z.string().nullish(),
    kind: z.string().nullish(),
    status: z.string().nullish(),
  }),
  z.object({
    sessionUpdate: z.literal("tool_call_update"),
    toolCallId: z.string(),
    status: z.string().nullish(),
  }),
  z.object({
    sessionUpdate: z.literal("usage_update"),
    cost: z.object({ amount: z.number(), currency: z.string() }).nullish(),
  }),
]);
export type AcpUpdate = z.infer<typeof AcpUpdate>;

/** The part of a message that is text. */
export const TextContent = z.object({ type: z.literal("text"), text: z.string() });

export const AcpLine = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("session"),
    id: SessionId,
    beginning: Beginning,
    agent: z.string().nullable(),
    model: z.string().nullable(),
  }),
  z.object({ type: z.literal("update"), update: z.unknown() }),
  z.object({ type: z.literal("denied"), tool: z.string() }),
  z.object({ type: z.literal("ended"), reason: z.string() }),
  z.object({ type: z.literal("failed"), why: z.string(), isLogin: z.boolean() }),
]);
export type AcpLine = z.infer<typeof AcpLine>;

/** Any update at all, to be named when it is none of the others. */
export const AnyUpdate = z.object({ sessionUpdate: z.string() });
