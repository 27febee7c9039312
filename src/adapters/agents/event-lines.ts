/** What an agent tells, in lines that a person reads: what it says and does, without its format. */
import type { AgentEvent } from "./event.ts";

/** As the agent wrote it, so not yet harmless where it is shown; none for what only programs want to know. */
export function linesOf(event: AgentEvent): readonly string[] {
  switch (event.type) {
    case "session":
      return inOneLine(`[session] ${event.id}${event.model === null ? "" : ` ${event.model}`}`);
    case "text":
      return event.text.split("\n");
    case "tool-started":
      return inOneLine(`[tool] ${event.name}`);
    case "tool-ended":
      return event.isOk ? [] : ["[tool failed]"];
    case "denied":
      return inOneLine(`[denied] ${event.tool}: ${event.why}`);
    case "retried":
      return [`[model asked again] ${event.status ?? "no answer"}`];
    case "turn-ended":
      return event.isOk ? [] : inOneLine(`[stopped] ${event.reason}`);
    case "unknown":
      return inOneLine(`[${event.line}]`);
    case "thinking":
    case "usage":
      return [];
  }
}

const inOneLine = (text: string): readonly string[] => [
  text.replaceAll("\n", " ").replaceAll("\t", " "),
];
