/** What an integration plan says: a table of its sub-issues for people, a record for machines, and its pull request. */
import type { Assignment } from "./assignment.ts";
import type { Integration, Part } from "./integration.ts";
import type { Issue } from "./issue.ts";
import { code, plain } from "./quote.ts";
import type { Record } from "./showing.ts";
import { isOver, pullOf } from "./standing.ts";

/** Lines of the status comment, below what it says of any issue; none where there is no plan. */
export function integrationLines(assignment: Assignment): readonly string[] {
  const { integration, issue } = assignment;
  if (integration === null || issue === null) return [];
  const { branch, parts, isConflicting } = integration;
  return [
    ...(parts.length === 0 ? [] : ["", ...table(integration, issue)]),
    ...(isConflicting && pullOf(assignment) === null
      ? [
          "",
          `${code(issue.base)} conflicts with ${code(branch)}; that is to be resolved on the plan's own pull request, or by a person before.`,
        ]
      : []),
    ...keptLine(assignment, integration),
  ];
}

/** A plan that ends without its pull request leaves what was merged where it is. */
function keptLine({ phase }: Assignment, { branch, parts }: Integration): readonly string[] {
  if (phase.name !== "withdrawn" || !parts.some(({ place }) => place === "merged")) return [];
  const isThere = phase.ending.kind !== "plan-over";
  return [
    "",
    `What was merged is in the pull requests above${isThere ? ` and in ${code(branch)}` : ""}.`,
  ];
}

const table = ({ branch, parts }: Integration, { base }: Issue): readonly string[] => [
  "| Sub-issue | State | Pull request |",
  "|---|---|---|",
  ...parts.map(
    (part) =>
      `| ${part.reference} | ${stateOf(part, branch)}${part.isApart ? `, for ${code(base)}` : ""} | ${part.pull === null ? "–" : `#${part.pull}`} |`,
  ),
];

function stateOf({ place, isOpen }: Part, branch: string): string {
  switch (place) {
    case "pending":
      return "waits";
    case "in-progress":
      return "under way";
    case "in-review":
      return "in review";
    case "blocked":
      return "needs a person";
    case "merged":
      return `merged into ${code(branch)}`;
    case null:
      return isOpen ? "not asked for" : "closed";
  }
}

/** The plan's state for machines, in the comment that people read. */
export function integrationRecords(assignment: Assignment): readonly Record[] {
  const { integration } = assignment;
  if (integration === null) return [];
  const { branch, parts } = integration;
  const at = (place: Part["place"]): readonly number[] =>
    parts.filter((part) => part.isHere && part.place === place).map(({ number }) => number);
  return [
    {
      name: "INTEGRATION:STATE",
      payload: {
        status: statusOf(assignment),
        issues_pending: at("pending"),
        issues_in_progress: at("in-progress"),
        issues_in_review: at("in-review"),
        issues_blocked: at("blocked"),
        issues_complete: at("merged"),
        pr: pullOf(assignment)?.number ?? null,
        branch,
      },
    },
  ];
}

function statusOf(assignment: Assignment): "active" | "in_review" | "merged" | "stopped" {
  const { phase } = assignment;
  if (phase.name === "done") return "merged";
  if (isOver(assignment)) return "stopped";
  return pullOf(assignment) === null ? "active" : "in_review";
}

/** The text of the plan's pull request: it closes the plan's issue and says what it brings. */
export function integrationBody(
  { requester }: Assignment,
  issue: Issue,
  { branch, parts }: Integration,
): string {
  const merged = parts.filter(({ place }) => place === "merged");
  const others = parts.filter(({ place }) => place !== "merged");
  const list = (some: readonly Part[]): readonly string[] =>
    some.map(({ reference, pull }) => `- ${reference}${pull === null ? "" : ` by #${pull}`}`);
  return [
    "## Summary",
    "",
    // Before the words of others: whatever they open and do not close, this line takes effect.
    `Closes #${issue.number}`,
    "",
    plain(issue.body),
    "",
    "## Changes",
    "",
    `Each was merged into ${code(branch)} by a pull request of its own.`,
    "",
    ...list(merged),
    ...(others.length === 0
      ? []
      : ["", "Closed without a merge into this branch:", "", ...list(others)]),
    "",
    "---",
    `*Integration plan #${issue.number} · Orchestration: Yardmaster · Requested by: ${requester.login}*`,
  ].join("\n");
}
