/** A run as a person reads it: what the agent says and does, without its format. */
import type { AgentEvent } from "../adapters/agents/event.ts";
import type { Sight } from "../adapters/agents/watch.ts";
import type { Granularity } from "./granularity.ts";
import { plainLine, plainText } from "./plain.ts";
import { toolUses } from "./tool-event.ts";

/** Makes the lines for one thing after the other that is seen of a run. */
export function logReader(granularity: Granularity): (sight: Sight) => readonly string[] {
  const usedTool = toolUses();
  return (sight) => {
    const tool = usedTool(sight);
    if (sight.type === "exited") return ["[exited]"];
    if (granularity === "exit") return [];
    if (tool !== null) return [`[tool] ${plainLine(tool)}`];
    return granularity === "all" && sight.type === "event" ? linesOf(sight.event) : [];
  };
}

function linesOf(event: AgentEvent): readonly string[] {
  switch (event.type) {
    case "session":
      return [plainLine(`[session] ${event.id}${event.model === null ? "" : ` ${event.model}`}`)];
    case "text":
      return plainText(event.text).split("\n");
    case "tool-ended":
      return event.isOk ? [] : ["[tool failed]"];
    case "denied":
      return [plainLine(`[denied] ${event.tool}: ${event.why}`)];
    case "retried":
      return [`[model asked again] ${event.status ?? "no answer"}`];
    case "turn-ended":
      return event.isOk ? [] : [plainLine(`[stopped] ${event.reason}`)];
    case "unknown":
      return [plainLine(`[${event.line}]`)];
    case "thinking":
    case "tool-started":
    case "usage":
      return [];
  }
}
