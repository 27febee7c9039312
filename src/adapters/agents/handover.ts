/** The agent's last words as a Handover: a JSON block in its final message, or an honest default. */
import { z } from "zod";
import type { Handover, Outcome, Report as Progress } from "../../core/handover.ts";
import { Review } from "./review-report.ts";
import { fencedCode } from "./fenced-code.ts";

/** Agents leave out what does not matter to a status, or write null. */
const Text = z
  .string()
  .nullish()
  .transform((text) => text ?? "");

/** Agents write one line where several are asked for, and numbers where words are. */
const Lines = z
  .union([z.array(z.unknown()), z.string()])
  .nullish()
  .catch(null)
  .transform((found) => (typeof found === "string" ? [found] : (found ?? [])))
  .transform((lines) =>
    lines
      .slice(0, keptLines)
      .map(lineOf)
      .filter((line) => line !== ""),
  );

const Thread = z
  .object({
    id: z.string(),
    // An outcome in other words closes nothing.
    outcome: z.enum(["fixed", "deferred", "pushed-back"]).catch("pushed-back"),
    reply: Text,
  })
  .transform(({ id, outcome, reply }) => ({ thread: id, outcome, text: capped(reply) }));

/** What cannot be read is left out, and costs no report. */
const Threads = z
  .array(z.unknown())
  .nullish()
  .catch(null)
  .transform((threads) =>
    (threads ?? [])
      .slice(0, keptThreads)
      .map((one) => Thread.safeParse(one).data)
      .filter((one) => one !== undefined),
  );

/** The report that the brief asks every agent to end with. */
export const Report = z.object({
  status: z.enum(["COMPLETED", "BLOCKED", "HANDOVER", "FAILED"]),
  summary: Text,
  testing: Text,
  question: Text,
  notes: Text,
  tests: Text,
  blocker: Text,
  done: Lines,
  in_progress: Lines,
  remaining: Lines,
  decisions: Lines,
  tried: Lines,
  discoveries: Lines,
  architecture: Lines,
  gotchas: Lines,
  next_steps: Lines,
  files_to_review: Lines,
  commands: Lines,
  findings: Lines,
  relevant_files: Lines,
  patterns: Lines,
  concerns: Lines,
  recommendation: Text,
  threads: Threads,
  /** One that cannot be read is none, and its Worker has failed. */
  review: Review.nullish().catch(null),
});
export type Report = z.infer<typeof Report>;

/** The last valid report in a final message. */
export function reportIn(message: string): Report | null {
  const blocks = fencedCode(message.slice(-searchedCharacters));
  const reports = blocks.flatMap(({ language, text }) =>
    language === "json" ? asReport(text) : [],
  );
  return reports.at(-1) ?? null;
}

/** What is handed over, given what the agent said and how its process ended. */
export function handoverFrom(end: {
  readonly outcome: Outcome;
  readonly report: Report | null;
  readonly lastText: string;
  /** Why the run failed, if it did. */
  readonly why: string;
}): Handover {
  const { outcome, report, lastText } = end;
  if (report?.status === "FAILED") return failed(report.summary || end.why);
  switch (outcome) {
    case "finished":
      return report === null ? finishedSilently(lastText) : finished(report);
    case "turns-exhausted":
    case "budget-exhausted":
    case "funds-exhausted":
    case "timed-out":
    case "silent":
      return report === null ? unfinished(lastText) : interrupted(report);
    case "flooded":
    case "stopped":
    case "refused-by-provider":
    case "crashed":
    case "lost":
      return failed(end.why);
  }
}

/** The text, at most 4,000 characters long and fit for any store and page. */
export function capped(text: string): string {
  const cut = text.length > shownCharacters ? `${wholeStart(text)}…` : text;
  // PostgreSQL stores neither half characters nor NUL.
  return cut.toWellFormed().replaceAll("\0", "\uFFFD");
}

/** Long enough for a report with every text at its cap, short enough to be parsed in a moment. */
const searchedCharacters = 32_000;
const shownCharacters = 4_000;
const keptLines = 20;
/** As many as a Worker is told of. */
const keptThreads = 50;
const lineCharacters = 300;

const silence = {
  finished: "The agent finished without a summary.",
  blocked: "The agent needs an answer but did not ask anything.",
  unfinished: "The agent left no notes.",
};

const lineOf = (line: unknown): string =>
  (typeof line === "string" ? line : (JSON.stringify(line) ?? ""))
    .slice(0, lineCharacters)
    .toWellFormed()
    .replaceAll("\0", "\uFFFD")
    .trim();

function asReport(text: string): Report[] {
  try {
    const parsed = Report.safeParse(JSON.parse(text));
    return parsed.success ? [parsed.data] : [];
  } catch {
    return [];
  }
}

function finished(report: Report): Handover {
  switch (report.status) {
    case "COMPLETED":
      if (report.review != null) return { kind: "reviewed", report: report.review };
      if (report.recommendation !== "") return found(report);
      return {
        kind: "ready",
        summary: capped(report.summary) || silence.finished,
        testing: capped(report.testing),
        replies: report.threads,
      };
    case "BLOCKED":
      return {
        kind: "blocked",
        question: capped(report.question || report.summary) || silence.blocked,
      };
    case "HANDOVER":
      return handedOver(report);
    case "FAILED":
      return failed(report.summary);
  }
}

/** Work that was cut off is not finished, even where the agent had already called it so. */
function interrupted(report: Report): Handover {
  return report.status === "BLOCKED" ? finished(report) : handedOver(report);
}

/** With what was asked for, or with the notes alone. */
function handedOver(report: Report): Handover {
  const progress = progressOf(report);
  // Every report has a summary and says what was tested.
  const more = { ...progress, summary: "", tests: "" };
  const hasMore = Object.values(more).some(({ length }) => length > 0);
  const left = unfinished(report.notes || report.summary);
  return hasMore ? { ...left, report: progress } : left;
}

const progressOf = (report: Report): Progress => ({
  summary: capped(report.summary),
  tests: capped(report.tests || report.testing),
  done: report.done,
  inProgress: report.in_progress,
  remaining: report.remaining,
  decisions: report.decisions,
  tried: report.tried,
  discoveries: report.discoveries,
  architecture: report.architecture,
  gotchas: report.gotchas,
  blocker: capped(report.blocker),
  nextSteps: report.next_steps,
  filesToReview: report.files_to_review,
  commands: report.commands,
});

const found = (report: Report): Handover => ({
  kind: "found",
  findings: {
    findings: report.findings,
    relevantFiles: report.relevant_files,
    patterns: report.patterns,
    concerns: report.concerns,
    recommendation: capped(report.recommendation),
  },
});

const finishedSilently = (lastText: string): Handover => ({
  kind: "ready",
  summary: capped(lastText) || silence.finished,
  testing: "",
  replies: [],
});

const unfinished = (notes: string): Extract<Handover, { kind: "unfinished" }> => ({
  kind: "unfinished",
  notes: capped(notes) || silence.unfinished,
  report: null,
});

const failed = (why: string): Handover => ({ kind: "failed", why: capped(why) });

function wholeStart(text: string): string {
  const start = text.slice(0, shownCharacters - 1);
  const last = start.charCodeAt(start.length - 1);
  const isHalf = last >= 0xd800 && last <= 0xdbff;
  return isHalf ? start.slice(0, -1) : start;
}
