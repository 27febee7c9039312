/** What the demo prints at its end: a table for people, a document for programs. */
import type { DemoIssue } from "./issues.ts";
import type { IssueStory } from "./timeline.ts";

/** One row of the closing table. */
export type DemoRow = {
  readonly issue: number;
  readonly title: string;
  readonly trigger: string;
  readonly attempts: number;
  readonly pull: number | null;
  readonly labelToAgentMs: number | null;
  readonly totalMs: number | null;
  readonly apiRequests: number;
  readonly isDone: boolean;
};

/** Everything that the demo found out. */
export type DemoReport = {
  readonly ok: boolean;
  /** Why it is not ok; one line each. */
  readonly faults: readonly string[];
  readonly seconds: number;
  /** All API requests that Yardmaster made, also those that belong to no issue. */
  readonly apiRequests: number;
  readonly issues: readonly DemoRow[];
};

/** A row from what was opened, what was lived through and what was asked of the API. */
export const rowOf = (issue: DemoIssue, story: IssueStory, apiRequests: number): DemoRow => ({
  issue: story.number,
  title: issue.title,
  trigger: issue.trigger,
  attempts: story.attempts,
  pull: story.pull,
  labelToAgentMs: story.startedAt === null ? null : story.startedAt - story.askedAt,
  totalMs: story.doneAt === null ? null : story.doneAt - story.askedAt,
  apiRequests,
  isDone: story.doneAt !== null,
});

const headings = [
  "issue",
  "trigger",
  "attempts",
  "pull request",
  "label to agent",
  "total",
  "API requests",
];

/** The closing table, columns aligned. */
export function table(rows: readonly DemoRow[]): string {
  const cells = [headings, ...rows.map(cellsOf)];
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => (row[column] ?? "").length)),
  );
  return cells
    .map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "))
    .map((line) => line.trimEnd())
    .join("\n");
}

const cellsOf = (row: DemoRow): readonly string[] => [
  `#${row.issue}`,
  row.trigger,
  String(row.attempts),
  row.pull === null ? "-" : `#${row.pull}`,
  row.labelToAgentMs === null ? "-" : `${row.labelToAgentMs} ms`,
  row.totalMs === null ? "not done" : `${(row.totalMs / 1000).toFixed(1)} s`,
  String(row.apiRequests),
];
