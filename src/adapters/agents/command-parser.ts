/** Reads the output of a program that we know nothing of: every line is text, and the last report in it counts. */
import { stripVTControlCharacters } from "node:util";
import type { AgentParser, RunEnd } from "./adapter.ts";
import { exitCause, exitOf, type LastWords } from "./ending.ts";
import { reportIn } from "./handover.ts";

/** A reader of one run, whose session is the one that it was told of; null where it cannot be resumed. */
export function commandParser(session: string | null): AgentParser {
  let tail: string[] = [];
  let characters = 0;
  return {
    push: (line) => {
      const text = stripVTControlCharacters(line);
      tail.push(text);
      characters += text.length + 1;
      // Seldom, because taking away the first of many lines costs time for every one of them.
      if (characters > 2 * keptCharacters && tail.length > 1) {
        tail = lastOf(tail);
        characters = tail.reduce((sum, { length }) => sum + length + 1, 0);
      }
      return text.trim() === "" ? [] : [{ type: "text", text, parent: null }];
    },
    end: (end) => exitOf(end, lastWords(tail, session, end)),
  };
}

/** The last lines, at least one, that come to no more than what is kept. */
function lastOf(lines: readonly string[]): string[] {
  let from = lines.length - 1;
  let characters = (lines[from]?.length ?? 0) + 1;
  while (from > 0) {
    characters += (lines[from - 1]?.length ?? 0) + 1;
    if (characters > keptCharacters) break;
    from -= 1;
  }
  return lines.slice(from);
}

/** As much as is searched for a report. */
const keptCharacters = 32_000;
/** Enough to see what a program came to, where it reports nothing. */
const shownLines = 20;

function lastWords(tail: readonly string[], session: string | null, end: RunEnd): LastWords {
  const lastText = tail.slice(-shownLines).join("\n").trim();
  const said = { session, report: reportIn(tail.join("\n")), lastText };
  const code = end.by === "itself" ? end.code : 1;
  if (code === 0) return { ...said, outcome: "finished", why: "" };
  return { ...said, outcome: "crashed", why: exitCause(code) };
}
