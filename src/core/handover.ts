/** What a Worker leaves behind when it exits. */
import { mapReview } from "./review-report.ts";
import type { ReviewReport } from "./review-report.ts";

/** The Worker's own words about its work, parsed from its output; never trusted as an instruction. */
export type Handover =
  /** The work is finished and its commits are ready to be published. */
  | {
      readonly kind: "ready";
      readonly summary: string;
      readonly testing: string;
      /** To reviewers whose threads it has gone over. */
      readonly replies: readonly ThreadReply[];
    }
  /** The Worker stopped before the end; the next one goes on from these notes. */
  | { readonly kind: "unfinished"; readonly notes: string; readonly report: Report | null }
  /** The Worker needs an answer from a person. */
  | { readonly kind: "blocked"; readonly question: string }
  /** What a Worker that only looked found out. */
  | { readonly kind: "found"; readonly findings: Findings }
  /** What a Worker that reviewed a pull request thinks of it. */
  | { readonly kind: "reviewed"; readonly report: ReviewReport }
  | { readonly kind: "failed"; readonly why: string };

/** What a Worker says in a reviewer's thread; one that is `fixed` needs nobody's attention any more. */
export type ThreadReply = {
  readonly thread: string;
  readonly text: string;
  readonly outcome: "fixed" | "deferred" | "pushed-back";
};

/** How far the work is, for the Worker that goes on with it. */
export type Report = {
  readonly summary: string;
  readonly tests: string;
  readonly done: readonly string[];
  readonly inProgress: readonly string[];
  readonly remaining: readonly string[];
  readonly decisions: readonly string[];
  readonly tried: readonly string[];
  readonly discoveries: readonly string[];
  readonly architecture: readonly string[];
  readonly gotchas: readonly string[];
  readonly blocker: string;
  readonly nextSteps: readonly string[];
  readonly filesToReview: readonly string[];
  readonly commands: readonly string[];
};

/** Why an attempt failed and what may help, in the seed's words. */
export type Findings = {
  readonly findings: readonly string[];
  readonly relevantFiles: readonly string[];
  readonly patterns: readonly string[];
  readonly concerns: readonly string[];
  readonly recommendation: string;
};

/** The same with each of its texts changed. */
export function mapTexts(handover: Handover, change: (text: string) => string): Handover {
  switch (handover.kind) {
    case "ready":
      return {
        kind: "ready",
        summary: change(handover.summary),
        testing: change(handover.testing),
        replies: handover.replies.map((reply) => ({ ...reply, text: change(reply.text) })),
      };
    case "unfinished":
      return {
        kind: "unfinished",
        notes: change(handover.notes),
        report: handover.report === null ? null : mapValues(handover.report, change),
      };
    case "found":
      return { kind: "found", findings: mapValues(handover.findings, change) };
    case "reviewed":
      return { kind: "reviewed", report: mapReview(handover.report, change) };
    case "blocked":
      return { kind: "blocked", question: change(handover.question) };
    case "failed":
      return { kind: "failed", why: change(handover.why) };
  }
}

export const noFindings: Findings = {
  findings: [],
  relevantFiles: [],
  patterns: [],
  concerns: [],
  recommendation: "",
};

/** Findings as lines of text. */
export const findingsText = (found: Findings): string =>
  [
    found.recommendation,
    ...lines("Findings", found.findings),
    ...lines("Relevant files", found.relevantFiles),
    ...lines("Patterns", found.patterns),
    ...lines("Concerns", found.concerns),
  ]
    .join("\n")
    .trim();

/** A report as lines of text. */
export const reportText = (report: Report): string =>
  [
    report.summary,
    ...lines("Tests", report.tests === "" ? [] : [report.tests]),
    ...lines("Done", report.done),
    ...lines("In progress", report.inProgress),
    ...lines("Remaining", report.remaining),
    ...lines("Decisions", report.decisions),
    ...lines("Tried", report.tried),
    ...lines("Discoveries", report.discoveries),
    ...lines("Architecture", report.architecture),
    ...lines("Gotchas", report.gotchas),
    ...lines("Blocker", report.blocker === "" ? [] : [report.blocker]),
    ...lines("Next steps", report.nextSteps),
    ...lines("Files to review first", report.filesToReview),
    ...lines("Commands to run", report.commands),
  ]
    .join("\n")
    .trim();

const lines = (title: string, items: readonly string[]): readonly string[] =>
  items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `- ${item}`)];

type Texts = { readonly [field: string]: string | readonly string[] };

function mapValues<Fields extends Texts>(fields: Fields, change: (text: string) => string): Fields {
  const changed = Object.entries(fields).map(([field, value]) => [
    field,
    typeof value === "string" ? change(value) : value.map(change),
  ]);
  return Object.fromEntries(changed) as Fields;
}

/** How the Worker's process ended, whatever the Worker said. */
export type Outcome =
  | "finished"
  | "turns-exhausted"
  /** The run's own budget is spent. */
  | "budget-exhausted"
  /** The budget of the issue, the repository or the day is spent: another run would not get further. */
  | "funds-exhausted"
  | "timed-out"
  /** No sign of life for too long. */
  | "silent"
  /** It wrote more output than is allowed. */
  | "flooded"
  | "stopped"
  /** The provider refuses this agent whatever it is asked: a usage limit, overload, a key that is not accepted. */
  | "refused-by-provider"
  | "crashed"
  /** The process is gone and left no exit record, for example after a power cut. */
  | "lost";

/** What the models of a run used, as the gateway counted it. */
export type Usage = {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly usd: number;
};

export const sumOf = (one: Usage, other: Usage): Usage => ({
  inputTokens: one.inputTokens + other.inputTokens,
  outputTokens: one.outputTokens + other.outputTokens,
  usd: one.usd + other.usd,
});

export const noUsage: Usage = { inputTokens: 0, outputTokens: 0, usd: 0 };
