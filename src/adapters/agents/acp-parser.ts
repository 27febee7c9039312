/** Reads what the driver of an ACP agent writes. */
import type { AgentParser, RunEnd } from "./adapter.ts";
import { AcpLine, AcpUpdate, AnyUpdate, TextContent } from "./acp-lines.ts";
import { exitCause, exitOf, type LastWords } from "./ending.ts";
import type { AgentEvent, ToolKind } from "./event.ts";
import { reportIn } from "./handover.ts";
import { parsedLine } from "./line.ts";

/** A reader of one run. */
export function acpParser(): AgentParser {
  const heard: Heard = { session: null, open: null, lastText: "", usd: 0, last: null };
  return {
    push: (line) => read(heard, parsedLine(line)),
    end: (end) => {
      close(heard);
      return exitOf(end, lastWords(heard, end));
    },
  };
}

/** What must be remembered of the lines so far. */
type Heard = {
  session: string | null;
  /** A message that comes in pieces, none of which is worth a line. */
  open: { readonly type: "text" | "thinking"; text: string } | null;
  lastText: string;
  /** What the session has cost so far; null when that is unknown. */
  usd: number | null;
  last: Extract<AcpLine, { type: "ended" | "failed" }> | null;
};

function read(heard: Heard, value: unknown): readonly AgentEvent[] {
  const line = AcpLine.safeParse(value).data;
  switch (line?.type) {
    case undefined:
      return [{ type: "unknown", line: "not an event" }];
    case "session":
      return session(heard, line);
    case "update":
      return update(heard, line.update);
    case "denied":
      return [...close(heard), { type: "denied", tool: line.tool, why: "" }];
    case "ended":
      heard.last = line;
      return [...close(heard), ended(line.reason === "end_turn", line.reason)];
    case "failed":
      heard.last = line;
      return [...close(heard), ended(false, line.why)];
  }
}

const ended = (isOk: boolean, reason: string): AgentEvent => ({ type: "turn-ended", isOk, reason });

function session(
  heard: Heard,
  { id, beginning, agent, model }: Extract<AcpLine, { type: "session" }>,
): readonly AgentEvent[] {
  heard.session = id;
  // The agent counts from the session's beginning.
  if (beginning === "resumed") heard.usd = null;
  const begun: AgentEvent = { type: "session", id, model, version: agent };
  if (beginning !== "begun-anew") return [begun];
  const text = "The agent could not go on with its session; this is a new one.";
  return [begun, { type: "text", text, parent: null }];
}

function update(heard: Heard, value: unknown): readonly AgentEvent[] {
  const told = AcpUpdate.safeParse(value).data;
  switch (told?.sessionUpdate) {
    case undefined: {
      const line = AnyUpdate.safeParse(value).data?.sessionUpdate ?? "update";
      return [...close(heard), { type: "unknown", line }];
    }
    case "agent_message_chunk":
      return piece(heard, "text", told.content);
    case "agent_thought_chunk":
      return piece(heard, "thinking", told.content);
    case "tool_call": {
      const { toolCallId: id, title, name, kind, status } = told;
      const tool = { id, name: name ?? title, kind: toolKind(kind ?? ""), parent: null };
      return [...close(heard), { type: "tool-started", ...tool }, ...toolEnd(id, status)];
    }
    case "tool_call_update":
      return [...close(heard), ...toolEnd(told.toolCallId, told.status)];
    case "usage_update":
      return used(heard, told.cost?.currency === "USD" ? told.cost.amount : null);
  }
}

function piece(heard: Heard, type: "text" | "thinking", content: unknown): readonly AgentEvent[] {
  const text = TextContent.safeParse(content).data?.text ?? "";
  if (heard.open?.type === type) {
    heard.open.text += text;
    return [];
  }
  const before = close(heard);
  heard.open = { type, text };
  return before;
}

/** The message that is complete by now. */
function close(heard: Heard): readonly AgentEvent[] {
  const { open } = heard;
  heard.open = null;
  if (open === null || open.text.trim() === "") return [];
  if (open.type === "thinking") return [{ type: "thinking", text: open.text }];
  heard.lastText = open.text;
  return [{ type: "text", text: open.text, parent: null }];
}

const toolEnd = (id: string, status: string | null | undefined): readonly AgentEvent[] =>
  status === "completed" || status === "failed"
    ? [{ type: "tool-ended", id, isOk: status === "completed" }]
    : [];

function used(heard: Heard, usd: number | null): readonly AgentEvent[] {
  if (usd === null) return [];
  const before = heard.usd;
  heard.usd = usd;
  if (before === null) return [];
  return [{ type: "usage", inputTokens: 0, outputTokens: 0, cachedTokens: 0, usd: usd - before }];
}

function lastWords({ session: id, last, lastText }: Heard, end: RunEnd): LastWords {
  const said = { session: id, report: reportIn(lastText), lastText };
  switch (last?.type) {
    case "ended":
      return { ...said, ...reasonOf(last.reason) };
    case "failed":
      return last.isLogin
        ? {
            ...said,
            outcome: "refused-by-provider",
            why: `The agent asks for a login: ${last.why}`,
          }
        : { ...said, outcome: "crashed", why: `The agent failed: ${last.why}` };
    case undefined: {
      const why = end.by === "itself" ? exitCause(end.code) : "The agent ended without a result.";
      return { ...said, outcome: "crashed", why };
    }
  }
}

/** https://agentclientprotocol.com/protocol/prompt-turn#stop-reasons */
function reasonOf(reason: string): Pick<LastWords, "outcome" | "why"> {
  switch (reason) {
    case "end_turn":
      return { outcome: "finished", why: "" };
    case "max_tokens":
    case "max_turn_requests":
      return { outcome: "turns-exhausted", why: "The agent's turns were used up." };
    case "refusal":
      // What is asked here is refused; the provider takes what others ask.
      return { outcome: "crashed", why: "The model refused to go on." };
    case "cancelled":
      return { outcome: "crashed", why: "The agent was interrupted." };
    default:
      return { outcome: "crashed", why: `The agent stopped for an unknown reason (${reason}).` };
  }
}

const kinds: ReadonlyMap<string, ToolKind> = new Map([
  ["execute", "exec"],
  ["edit", "edit"],
  ["delete", "edit"],
  ["move", "edit"],
  ["read", "read"],
  ["search", "read"],
  ["fetch", "net"],
]);

const toolKind = (kind: string): ToolKind => kinds.get(kind) ?? "other";
