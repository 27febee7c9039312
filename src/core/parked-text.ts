/** Why work needs a person: in the lines of its status, and in one sentence. */
import type { Assignment, ParkedReason } from "./assignment.ts";
import { blockedLines, whatIsStuck } from "./blocked-text.ts";
import type { Finding } from "./event.ts";
import { code, plain, quoted } from "./quote.ts";

/** For the status, in Markdown. */
export function parkedLines(assignment: Assignment, reason: ParkedReason): readonly string[] {
  switch (reason.kind) {
    case "attempts-used":
    case "repeated":
      return blockedLines(assignment, reason);
    case "blocked":
      return reason.reason === "" ? [lead(reason)] : [lead(reason), "", quoted(reason.reason)];
    case "held":
      return [lead(reason), "", ...findingLines(reason.findings)];
    case "question":
    case "budget":
    case "provider":
    case "refused":
    case "fault":
      return [lead(reason), "", quoted(wordsOf(reason))];
  }
}

/** The same in one line, others' words shortened. */
export const parkedSentence = (reason: ParkedReason): string =>
  `${lead(reason)} ${shortened(wordsOf(reason))}`.trim();

function lead(reason: ParkedReason): string {
  switch (reason.kind) {
    case "question":
      return "The worker asks:";
    case "attempts-used":
    case "repeated":
      return whatIsStuck(reason);
    case "held":
      return "The work is done and not published:";
    case "blocked":
      return `Blocked by ${reason.by}${reason.reason === "" ? "." : ":"}`;
    case "budget":
      return "The money for this is spent. The last worker said:";
    case "provider":
      return `The provider of ${code(reason.agent)} refuses again and again, and does not say until when. The last worker said:`;
    case "refused":
      return "The work was not published:";
    case "fault":
      return `\`${reason.during}\` failed:`;
  }
}

/** What a Worker or a tool said of it. */
function wordsOf(reason: ParkedReason): string {
  switch (reason.kind) {
    case "question":
      return reason.question;
    case "attempts-used":
    case "repeated":
      return "";
    case "held":
      return reason.findings.map(({ where, what }) => `${where}: ${what}`).join("; ");
    case "blocked":
      return reason.reason;
    case "budget":
    case "provider":
      return reason.last;
    case "refused":
    case "fault":
      return reason.why;
  }
}

const shownCharacters = 300;

const shortened = (text: string): string => {
  const line = text.trim().replaceAll("\n", " ");
  if (line === "") return "";
  return plain(line.length > shownCharacters ? `${line.slice(0, shownCharacters)} …` : line);
};

const findingsShown = 20;

const findingLines = (findings: readonly Finding[]): readonly string[] => [
  ...findings.slice(0, findingsShown).map(({ where, what }) => `- ${code(where)}: ${plain(what)}`),
  ...(findings.length > findingsShown ? [`- and ${findings.length - findingsShown} more`] : []),
];
