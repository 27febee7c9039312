/** A run as a person reads it: what the agent says and does, without its format. */
import { linesOf } from "../adapters/agents/event-lines.ts";
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
    // Tools are known by the words of the line, whatever its agent.
    const isShown = sight.type === "event" && sight.event.type !== "tool-started";
    return granularity === "all" && isShown ? linesOf(sight.event).map(plainText) : [];
  };
}
