/** The lines that the scripted agent writes and its adapter reads. */
import { z } from "zod";
import { Report } from "./handover.ts";
import { SessionId } from "./session-id.ts";

export const ScriptedLine = z.discriminatedUnion("type", [
  z.object({ type: z.literal("started"), session: SessionId, attempt: z.number() }),
  z.object({ type: z.literal("step"), number: z.number(), name: z.string() }),
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("limit"), retryAt: z.number() }),
  Report.extend({ type: z.literal("result") }),
]);
export type ScriptedLine = z.infer<typeof ScriptedLine>;
/** A line as the program writes it, without what does not matter to it. */
export type WrittenLine = z.input<typeof ScriptedLine>;
