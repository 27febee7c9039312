/** The agent `scripted`: follows the script in its brief instead of a model. For demonstrations and tests. */
import type { AgentAdapter, AgentParser, RunEnd } from "./adapter.ts";
import type { Millis } from "../../core/ids.ts";
import { millis } from "../../core/ids.ts";
import { exitCause, exitOf, type LastWords } from "./ending.ts";
import type { AgentEvent } from "./event.ts";
import type { Report } from "./handover.ts";
import { parsedLine } from "./line.ts";
import { ownProgram } from "./own-program.ts";
import { scriptOf } from "./script.ts";
import { ScriptedLine } from "./scripted-lines.ts";

const program = ownProgram("scripted-agent", []);

/** The agent `scripted`. */
export const scriptedAgent: AgentAdapter = {
  id: "scripted",
  caps: { resume: true, maxTurns: false, budget: false, cost: false },
  provider: null,
  preflight: () => Promise.resolve({ ok: true, version: "1" }),
  plan: ({ brief, session }) => ({
    argv: [...program.argv, session.id, session.isResumed ? "resumed" : "begun"],
    env: {},
    stdin: JSON.stringify(scriptOf(brief)),
    programs: program.programs,
    homeFiles: {},
  }),
  parser: scriptedParser,
};

function scriptedParser(): AgentParser {
  const heard: Heard = { session: null, report: null, lastText: "", retryAt: null };
  return {
    push: (line) => read(heard, ScriptedLine.safeParse(parsedLine(line)).data),
    end: (end) => exitOf(end, lastWords(heard, end)),
  };
}

type Heard = {
  session: string | null;
  report: Report | null;
  lastText: string;
  retryAt: Millis | null;
};

function read(heard: Heard, line: ScriptedLine | undefined): readonly AgentEvent[] {
  switch (line?.type) {
    case undefined:
      return [{ type: "unknown", line: "not an event" }];
    case "started":
      heard.session = line.session;
      return [{ type: "session", id: line.session, model: null, version: null }];
    case "step": {
      const kind = line.name === "edit" || line.name === "append" ? "edit" : "exec";
      return [
        { type: "tool-started", id: String(line.number), name: line.name, kind, parent: null },
      ];
    }
    case "text":
      heard.lastText = line.text;
      return [{ type: "text", text: line.text, parent: null }];
    case "limit":
      heard.retryAt = millis(line.retryAt);
      return [{ type: "turn-ended", isOk: false, reason: "limit" }];
    case "result":
      heard.report = line;
      return [{ type: "turn-ended", isOk: line.status !== "FAILED", reason: line.status }];
  }
}

function lastWords(heard: Heard, end: RunEnd): LastWords {
  const code = end.by === "itself" ? end.code : 1;
  if (heard.retryAt !== null) {
    const why = "The model provider refused: the usage limit is reached.";
    return { ...heard, outcome: "refused-by-provider", why };
  }
  // It ends with 1 when its script says that it fails.
  if (code <= 1 && heard.report) return { ...heard, outcome: "finished", why: "" };
  return { ...heard, outcome: "crashed", why: exitCause(code) };
}
