/** The comment on a tracking issue: the seed's records of the state and of sleep for machines, and a table for people. */
import type { Assignment } from "./assignment.ts";
import type { Millis } from "./ids.ts";
import { iso } from "./iso.ts";
import { code } from "./quote.ts";
import type { Report, Sleep, Tracking } from "./report.ts";
import { scopeName } from "./scope.ts";
import type { Scope } from "./scope.ts";
import type { Comment, Record } from "./showing.ts";

/** One comment, edited in place from the first report to the last word. */
export function trackingComment(assignment: Assignment): readonly Comment[] {
  const { phase, shown, requestedAt } = assignment;
  const key = `state-${requestedAt}`;
  if (phase.name === "tracking" && phase.report !== null) {
    const { report, reportedAt } = phase;
    const { sleep } = report;
    const asleep = sleep === null ? [] : [sleepRecord(sleep, phase.asleepSince ?? reportedAt)];
    return [
      {
        key,
        records: [stateRecord(requestedAt, report, reportedAt), ...asleep],
        frame: null,
        text: reportText(requestedAt, report, phase),
      },
    ];
  }
  if (phase.name !== "withdrawn" || shown.comments[key] === undefined) return [];
  return [
    { key, records: [stoppedRecord(requestedAt)], frame: null, text: stoppedText(requestedAt) },
  ];
}

/** In the seed's form. */
const idOf = (startedAt: Millis): string => `orch-${Math.floor(startedAt / 1000)}`;

const stateRecord = (startedAt: Millis, report: Report, at: Millis): Record => ({
  name: "ORCHESTRATION:STATE",
  payload: {
    id: idOf(startedAt),
    status: stateOf(report),
    scope: scopeName(report.scope),
    started: iso(startedAt),
    last_updated: iso(at),
    workers_active: report.inProgress.length,
    issues_pending: report.pending,
    issues_in_progress: report.inProgress,
    issues_in_review: report.inReview,
    issues_blocked: report.blocked,
    issues_complete: report.complete,
    sleep_reason: report.sleep?.reason ?? null,
    waiting_on_prs: report.sleep?.waitingOn ?? [],
  },
});

const stoppedRecord = (startedAt: Millis): Record => ({
  name: "ORCHESTRATION:STATE",
  payload: { id: idOf(startedAt), status: "stopped", scope: "all", started: iso(startedAt) },
});

const sleepRecord = ({ reason, waitingOn }: Sleep, since: Millis): Record => ({
  name: "ORCHESTRATION:SLEEP",
  payload: {
    sleeping: true,
    reason,
    since: iso(since),
    waiting_on: waitingOn,
    // Nothing of ours has to be started again: webhooks wake it.
    resume_session: null,
  },
});

type State = "active" | "sleeping" | "complete";

function stateOf({ sleep, pending, inProgress, inReview }: Report): State {
  if (sleep !== null) return "sleeping";
  const isActive = pending.length + inProgress.length + inReview.length > 0;
  return isActive ? "active" : "complete";
}

function reportText(startedAt: Millis, report: Report, { reportedAt }: Tracking): string {
  const rows: readonly (readonly [string, readonly number[]])[] = [
    ["Ready", report.pending],
    ["In Progress", report.inProgress],
    ["In Review", report.inReview],
    ["Blocked", report.blocked],
    ["Done", report.complete],
  ];
  return [
    "## Orchestration Status",
    "",
    `**ID:** \`${idOf(startedAt)}\``,
    `**Updated:** ${iso(reportedAt)}`,
    `**Status:** ${stateLine(report)}`,
    ...scopeLines(report.scope),
    "",
    "| Status | Count | Issues |",
    "|---|---|---|",
    ...rows.map(([name, numbers]) => `| ${name} | ${numbers.length} | ${referencesTo(numbers)} |`),
    "",
    `**Open PRs:** ${referencesTo(report.pulls)}`,
  ].join("\n");
}

function stateLine(report: Report): string {
  switch (stateOf(report)) {
    case "active":
      return "active";
    case "complete":
      return `complete: nothing ${isLimited(report.scope) ? "in scope " : ""}is waiting, under way or open`;
    case "sleeping":
      return `sleeping: ${sleepText(report.sleep)}`;
  }
}

const isLimited = ({ kind }: Scope): boolean => kind === "milestone" || kind === "epic";

function scopeLines(scope: Scope): readonly string[] {
  if (isLimited(scope)) return [`**Scope:** ${code(scopeName(scope))}`];
  return scope.kind === "unknown"
    ? [
        `**Scope:** all, because ${code(scope.typed)} is none: write \`milestone NAME\`, \`epic-NAME\` or \`all\``,
      ]
    : [];
}

function sleepText(sleep: Sleep | null): string {
  switch (sleep?.reason) {
    case "waiting_for_ci":
      return "nothing but checks is awaited";
    case "waiting_for_review":
      return "pull requests wait for people";
    case "all_remaining_blocked":
    case undefined:
      return "all that remains needs a person";
  }
}

const referencesTo = (numbers: readonly number[]): string =>
  numbers.length === 0 ? "–" : numbers.map((number) => `#${number}`).join(", ");

const stoppedText = (startedAt: Millis): string =>
  [
    "## Orchestration Status",
    "",
    `**ID:** \`${idOf(startedAt)}\``,
    "**Status:** stopped: this is no tracking issue any more",
  ].join("\n");
