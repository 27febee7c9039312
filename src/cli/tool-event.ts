/** Finds the name of a tool in a line of JSON by any agent: the words that agents and their hooks use for it. */

import type { Sight } from "../adapters/agents/watch.ts";

/** Answers with the tool that something in a run begins to use, once for each use; else with null. */
export function toolUses(): (sight: Sight) => string | null {
  let isNamedByLine = false;
  return (sight) => {
    if (sight.type === "line") {
      const tool = toolIn(sight.line);
      isNamedByLine = tool !== null;
      return tool;
    }
    // What a line means comes after the line.
    if (sight.type === "exited" || isNamedByLine) return null;
    return sight.event.type === "tool-started" ? sight.event.name : null;
  };
}

/** The tool that the line says is used; null for any other line. */
export function toolIn(line: string): string | null {
  if (!line.startsWith("{")) return null;
  const told = parsed(line);
  if (!isRecord(told)) return null;
  const event = first(told, ["hook_event_name", "event", "type"]) ?? "";
  const tool =
    first(told, ["tool_name", "tool"]) ??
    inside(told, "tool_input", ["name"]) ??
    inside(told, isRecord(told["payload"]) ? "payload" : "data", ["tool_name", "tool"]);
  const name = event.toLowerCase();
  const isUse = name === "" || name.includes("tooluse") || name.includes("tool_use");
  return isUse ? tool : null;
}

type Fields = Readonly<{ [name: string]: unknown }>;

const isRecord = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function first(fields: Fields, names: readonly string[]): string | null {
  for (const name of names) {
    const value = fields[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return null;
}

function inside(fields: Fields, name: string, names: readonly string[]): string | null {
  const part = fields[name];
  return isRecord(part) ? first(part, names) : null;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
