/** Reads the output of `codex exec --json`, including what is cut off, foreign or newer than we are. */
import type { AgentParser, RunEnd } from "./adapter.ts";
import { AnyCodexLine, CodexLine, type Item, type Total } from "./codex-lines.ts";
import type { Millis } from "../../core/ids.ts";
import { exitCause, exitOf, isOfRequest, timeOf, type LastWords } from "./ending.ts";
import type { AgentEvent, ToolKind } from "./event.ts";
import { reportIn } from "./handover.ts";
import { parsedLine } from "./line.ts";

/** A reader of one run. Of a resumed one it cannot say what its first turn has used: the counts begin with the thread. */
export function codexParser(isResumed = false): AgentParser {
  const total = isResumed ? null : { input_tokens: 0, cached_input_tokens: 0, output_tokens: 0 };
  const heard: Heard = {
    isResumed,
    session: null,
    lastText: "",
    lastError: null,
    turn: null,
    total,
  };
  const started = new Set<string>();
  return {
    push: (line) => read(heard, started, parsedLine(line)),
    end: (end) => exitOf(end, lastWords(heard, end)),
  };
}

/** What must be remembered of the lines so far. */
type Heard = {
  readonly isResumed: boolean;
  session: string | null;
  lastText: string;
  /** The latest complaint, which is fatal only if nothing came after it. */
  lastError: string | null;
  /** How the latest turn ended; null while one is under way. */
  turn: { readonly isOk: boolean; readonly why: string } | null;
  /** What was used until the latest turn ended; null when that is unknown. */
  total: Total | null;
};

function read(heard: Heard, started: Set<string>, value: unknown): readonly AgentEvent[] {
  const line = CodexLine.safeParse(value).data;
  switch (line?.type) {
    case undefined:
      return [{ type: "unknown", line: nameOf(value) }];
    case "thread.started":
      heard.session = line.thread_id;
      return [{ type: "session", id: line.thread_id, model: null, version: null }];
    case "turn.started":
      heard.turn = null;
      return [];
    case "item.started":
      return startedItem(started, line.item);
    case "item.updated":
      return [];
    case "item.completed":
      return completedItem(heard, started, line.item);
    case "turn.completed":
      heard.turn = { isOk: true, why: "" };
      return [...used(heard, line.usage ?? null), ended(true, "completed")];
    case "turn.failed": {
      const why = line.error?.message ?? "no reason given";
      heard.turn = { isOk: false, why };
      return [ended(false, why)];
    }
    case "error":
      heard.lastError = line.message;
      return complaint(line.message);
  }
}

const ended = (isOk: boolean, reason: string): AgentEvent => ({ type: "turn-ended", isOk, reason });

function startedItem(started: Set<string>, item: Item): readonly AgentEvent[] {
  const tool = toolOf(item);
  if (tool === null) return [];
  started.add(tool.id);
  return [startOf(tool)];
}

const startOf = (tool: Tool): AgentEvent => ({ type: "tool-started", ...tool, parent: null });

function completedItem(heard: Heard, started: Set<string>, item: Item): readonly AgentEvent[] {
  switch (item.type) {
    case "agent_message":
      heard.lastText = item.text;
      return [{ type: "text", text: item.text, parent: null }];
    case "reasoning":
      return [{ type: "thinking", text: item.text }];
    case "error":
      return [{ type: "text", text: item.message, parent: null }];
    case "command_execution":
    case "file_change":
    case "mcp_tool_call":
    case "collab_tool_call":
    case "web_search":
      return endedTool(started, item);
  }
}

/** Some tools are told of only when they have ended. */
function endedTool(started: Set<string>, item: Item): readonly AgentEvent[] {
  const tool = toolOf(item);
  if (tool === null) return [];
  const end: AgentEvent = { type: "tool-ended", id: tool.id, isOk: isOk(item) };
  return started.delete(tool.id) ? [end] : [startOf(tool), end];
}

type Tool = { readonly id: string; readonly name: string; readonly kind: ToolKind };

function toolOf(item: Item): Tool | null {
  switch (item.type) {
    case "command_execution":
      return { id: item.id, name: "shell", kind: "exec" };
    case "file_change":
      return { id: item.id, name: "apply_patch", kind: "edit" };
    case "mcp_tool_call":
      return { id: item.id, name: `${item.server}.${item.tool}`, kind: "mcp" };
    case "collab_tool_call":
      return { id: item.id, name: item.tool, kind: "agent" };
    case "web_search":
      return { id: item.id, name: "web_search", kind: "net" };
    case "agent_message":
    case "reasoning":
    case "error":
      return null;
  }
}

const isOk = (item: Item): boolean =>
  !("status" in item && (item.status === "failed" || item.status === "declined")) &&
  !("exit_code" in item && item.exit_code != null && item.exit_code !== 0);

/** As in `Reconnecting... 2/5 (unexpected status 401 Unauthorized: …)`. */
const reconnecting = "Reconnecting... ";

function complaint(message: string): readonly AgentEvent[] {
  if (!message.startsWith(reconnecting)) return [{ type: "text", text: message, parent: null }];
  const attempt = Number.parseInt(message.slice(reconnecting.length), 10) || 1;
  return [{ type: "retried", attempt, status: statusIn(message) }];
}

function statusIn(message: string): number | null {
  const [, status = ""] = message.split("unexpected status ");
  return Number.parseInt(status, 10) || null;
}

/** As in `{"error":{"type":"usage_limit_reached","resets_at":1788879437,"resets_in_seconds":9568}}`. */
function resetIn(message: string): Millis | null {
  const [, seconds = ""] = message.split('"resets_at":');
  return timeOf(Number.parseInt(seconds.trim(), 10));
}

function used(heard: Heard, total: Total | null): readonly AgentEvent[] {
  if (total === null) return [];
  const before = heard.total;
  heard.total = total;
  if (before === null) return [];
  return [
    {
      type: "usage",
      inputTokens: total.input_tokens - before.input_tokens,
      outputTokens: total.output_tokens - before.output_tokens,
      cachedTokens: (total.cached_input_tokens ?? 0) - (before.cached_input_tokens ?? 0),
      usd: null,
    },
  ];
}

function nameOf(value: unknown): string {
  const any = AnyCodexLine.safeParse(value).data;
  if (!any) return "not an event";
  return any.item ? `${any.type}/${any.item.type}` : any.type;
}

function lastWords(heard: Heard, end: RunEnd): LastWords {
  const { session, turn, lastText } = heard;
  const said = { session, report: reportIn(lastText), lastText };
  if (turn !== null && !turn.isOk) {
    const why = `The model provider refused: ${turn.why}`;
    if (isOfRequest(statusIn(turn.why))) return { ...said, report: null, outcome: "crashed", why };
    const retryAt = resetIn(turn.why);
    return { ...said, report: null, outcome: "refused-by-provider", why, retryAt };
  }
  const code = end.by === "itself" ? end.code : 1;
  if (code === 0 && turn !== null) return { ...said, outcome: "finished", why: "" };
  return { ...said, outcome: "crashed", why: crashCause(heard, code) };
}

function crashCause({ isResumed, session, lastError }: Heard, code: number): string {
  if (lastError !== null) return `The agent failed: ${lastError}`;
  if (code === 0) return "The agent exited without a result.";
  // The cause is told on standard error only.
  if (isResumed && session === null) return "The agent could not go on with its session.";
  return exitCause(code);
}
