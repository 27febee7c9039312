/** The agent `scripted`: follows the script in its brief instead of a model. For demonstrations and tests. */
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import type { AgentAdapter, AgentParser, RunEnd } from "./adapter.ts";
import { exitCause, exitOf, type LastWords } from "./ending.ts";
import type { AgentEvent } from "./event.ts";
import type { Report } from "./handover.ts";
import { parsedLine } from "./line.ts";
import { ScriptedLine } from "./scripted-lines.ts";

/** A source file before the build, a JavaScript file after it. */
const program = fileURLToPath(
  new URL(`./scripted-agent${extname(import.meta.filename)}`, import.meta.url),
);

/** The agent `scripted`. */
export const scriptedAgent: AgentAdapter = {
  id: "scripted",
  caps: { resume: false, maxTurns: false, budget: false, cost: false },
  preflight: () => Promise.resolve({ ok: true, version: "1" }),
  plan: ({ brief, session }) => ({
    argv: [process.execPath, program, session.id],
    env: {},
    stdin: brief,
  }),
  parser: scriptedParser,
};

function scriptedParser(): AgentParser {
  const heard: Heard = { report: null, lastText: "" };
  return {
    push: (line) => read(heard, ScriptedLine.safeParse(parsedLine(line)).data),
    end: (end) => exitOf(end, lastWords(heard, end)),
  };
}

type Heard = { report: Report | null; lastText: string };

function read(heard: Heard, line: ScriptedLine | undefined): readonly AgentEvent[] {
  switch (line?.type) {
    case undefined:
      return [{ type: "unknown", line: "not an event" }];
    case "started":
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
    case "result":
      heard.report = line;
      return [{ type: "turn-ended", isOk: line.status !== "FAILED", reason: line.status }];
  }
}

function lastWords({ report, lastText }: Heard, end: RunEnd): LastWords {
  const code = end.by === "itself" ? end.code : 1;
  if (code === 0 && report) return { outcome: "finished", why: "", report, lastText };
  return { outcome: "crashed", why: exitCause(code), report, lastText };
}
