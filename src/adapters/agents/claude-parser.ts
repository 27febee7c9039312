/** Reads the `stream-json` output of Claude Code, including what is cut off, foreign or newer than we are. */
import type { AgentParser, RunEnd } from "./adapter.ts";
import {
  AnyLine,
  DeniedLine,
  InitLine,
  LimitLine,
  MessageLine,
  ResultLine,
  RetryLine,
  type Block,
} from "./claude-lines.ts";
import { exitCause, exitOf, isOfRequest, timeOf, type LastWords } from "./ending.ts";
import type { Millis } from "../../core/ids.ts";
import type { AgentEvent, ToolKind } from "./event.ts";
import { reportIn } from "./handover.ts";
import { parsedLine } from "./line.ts";

/** A reader of one run. */
export function claudeParser(): AgentParser {
  const heard: Heard = { session: null, result: null, lastText: "", finals: [], retryAt: null };
  return {
    push: (line) => read(heard, parsedLine(line)),
    end: (end) => exitOf(end, lastWords(heard, end)),
  };
}

/** What must be remembered of the lines so far. */
type Heard = {
  session: string | null;
  /** The latest result: one process may print several. */
  result: ResultLine | null;
  /** The latest text of the main agent. */
  lastText: string;
  /** The two latest final messages: a sub-agent that reports late makes another one. */
  finals: string[];
  /** When the limit ends that was reached; null while none is. */
  retryAt: Millis | null;
};

function read(heard: Heard, line: unknown): readonly AgentEvent[] {
  const init = InitLine.safeParse(line).data;
  if (init) {
    const { session_id: id, model = null, claude_code_version: version = null } = init;
    heard.session = id;
    return [{ type: "session", id, model, version }];
  }
  const message = MessageLine.safeParse(line).data;
  if (message) {
    const parent = message.parent_tool_use_id ?? null;
    if (message.type === "assistant" && parent === null) rememberText(heard, message);
    return message.message.content.flatMap((block) => blockEvents(block, parent));
  }
  const result = ResultLine.safeParse(line).data;
  if (result) {
    rememberResult(heard, result);
    return resultEvents(result);
  }
  const limit = LimitLine.safeParse(line).data?.rate_limit_info;
  if (limit) {
    heard.retryAt = limit.status === "rejected" ? timeOf(limit.resetsAt) : null;
    return [];
  }
  return rareEvents(line);
}

function rememberText(heard: Heard, { message }: MessageLine): void {
  const texts = message.content.flatMap((block) => (block.type === "text" ? [block.text] : []));
  if (texts.length > 0) heard.lastText = texts.join("\n");
}

function rememberResult(heard: Heard, result: ResultLine): void {
  heard.result = result;
  if (!result.result || result.is_error) return;
  heard.lastText = result.result;
  heard.finals = [...heard.finals.slice(-1), result.result];
}

function blockEvents(block: Block, parent: string | null): AgentEvent[] {
  switch (block.type) {
    case "text":
      return [{ type: "text", text: block.text, parent }];
    case "thinking":
      return [{ type: "thinking", text: block.thinking }];
    case "tool_use": {
      const { id, name } = block;
      return [{ type: "tool-started", id, name, kind: toolKind(name), parent }];
    }
    case "tool_result":
      return [{ type: "tool-ended", id: block.tool_use_id, isOk: block.is_error !== true }];
    case "other":
      return [];
  }
}

function resultEvents(result: ResultLine): AgentEvent[] {
  const models = Object.values(result.model_usage_since_last_result ?? {});
  const sum = (count: (model: (typeof models)[number]) => number): number =>
    models.reduce((total, model) => total + count(model), 0);
  return [
    {
      type: "usage",
      inputTokens: sum((model) => model.inputTokens),
      outputTokens: sum((model) => model.outputTokens),
      cachedTokens: sum((model) => model.cacheReadInputTokens),
      usd: sum((model) => model.costUSD),
    },
    {
      type: "turn-ended",
      isOk: isSuccess(result),
      reason: result.terminal_reason ?? result.subtype,
    },
  ];
}

function rareEvents(line: unknown): AgentEvent[] {
  const retry = RetryLine.safeParse(line).data;
  if (retry) {
    return [{ type: "retried", attempt: retry.attempt, status: retry.error_status ?? null }];
  }
  const denied = DeniedLine.safeParse(line).data;
  if (denied) return [{ type: "denied", tool: denied.tool_name, why: denied.message ?? "" }];
  const any = AnyLine.safeParse(line).data;
  if (!any) return [{ type: "unknown", line: "not an event" }];
  return [{ type: "unknown", line: any.subtype ? `${any.type}/${any.subtype}` : any.type }];
}

const isSuccess = (result: ResultLine): boolean => result.subtype === "success" && !result.is_error;

/** The exit code alone proves nothing: an interrupted run exits 0, and a refused one calls itself `success`. */
function lastWords(heard: Heard, end: RunEnd): LastWords {
  const { session, result, lastText } = heard;
  const said = { session, report: lastReport(heard.finals, lastText), lastText };
  if (result?.subtype === "error_max_turns") {
    return { ...said, outcome: "turns-exhausted", why: "The agent's turns were used up." };
  }
  if (result?.subtype === "error_max_budget_usd") {
    return { ...said, outcome: "budget-exhausted", why: "The agent's budget was used up." };
  }
  if (result && (result.terminal_reason === "api_error" || isRefusal(result))) {
    return { ...said, report: null, ...refusalOf(heard, result) };
  }
  const code = end.by === "itself" ? end.code : 1;
  const denied = said.report === null ? deniedTools(result) : [];
  if (denied.length > 0) {
    return {
      ...said,
      outcome: "crashed",
      why: `The agent was not allowed to use ${denied.join(", ")}.`,
    };
  }
  if (code === 0 && result && isSuccess(result)) return { ...said, outcome: "finished", why: "" };
  return { ...said, outcome: "crashed", why: crashCause(result, code) };
}

/** Work that was denied ends as a success all the same. */
const deniedTools = (result: ResultLine | null): readonly string[] => [
  ...new Set(result?.permission_denials?.map((denial) => denial.tool_name)),
];

/** Reports count in final messages, or in the last text of a run that came to none. */
function lastReport(finals: readonly string[], lastText: string): LastWords["report"] {
  for (const message of [...finals, lastText].toReversed()) {
    const report = reportIn(message);
    if (report) return report;
  }
  return null;
}

const isRefusal = (result: ResultLine): boolean => result.subtype === "success" && result.is_error;

/** Of one request the next one says nothing: then it is only this run that failed. */
function refusalOf(
  { retryAt }: Heard,
  result: ResultLine,
): Pick<LastWords, "outcome" | "why" | "retryAt"> {
  const why = refusalCause(result);
  return isOfRequest(result.api_error_status)
    ? { outcome: "crashed", why }
    : { outcome: "refused-by-provider", why, retryAt: retryAt ?? limitIn(result.result ?? "") };
}

/** As in `Claude AI usage limit reached|1749924000`. */
function limitIn(text: string): Millis | null {
  const [, seconds = ""] = text.split("usage limit reached|");
  return timeOf(Number.parseInt(seconds, 10));
}

function refusalCause({ api_error_status: status, result }: ResultLine): string {
  const answer =
    status == null ? "The model provider refused" : `The model provider refused (${status})`;
  return result ? `${answer}: ${result}` : `${answer}.`;
}

function crashCause(result: ResultLine | null, code: number): string {
  if (result === null) {
    return code === 0 ? "The agent exited without a result." : exitCause(code);
  }
  const errors = result.errors?.join("; ") ?? "";
  if (errors.startsWith(lostSession))
    return "The agent's session is gone; it has to begin a new one.";
  if (result.terminal_reason === "aborted_tools") return "The agent was interrupted.";
  return errors
    ? `The agent failed: ${errors}`
    : `The agent exited with code ${code} after ${result.subtype}.`;
}

/** As in `No conversation found with session ID: 11111111-2222-4333-8444-555555555555`. */
const lostSession = "No conversation found with session ID";

const kinds: ReadonlyMap<string, ToolKind> = new Map([
  ["Bash", "exec"],
  ["Edit", "edit"],
  ["Write", "edit"],
  ["NotebookEdit", "edit"],
  ["Read", "read"],
  ["Grep", "read"],
  ["Glob", "read"],
  ["WebFetch", "net"],
  ["WebSearch", "net"],
  ["Agent", "agent"],
  ["Task", "agent"],
]);

const toolKind = (name: string): ToolKind =>
  name.startsWith("mcp__") ? "mcp" : (kinds.get(name) ?? "other");
