/** The review artifact in the seed's exact form, and the one-line reasons of its gate. */
import type { Artifact, Reviews } from "./artifact.ts";
import { issueFor } from "./artifact.ts";
import { iso } from "./iso.ts";
import type { Issue } from "./issue.ts";
import { code, plain } from "./quote.ts";
import { criteria } from "./review-report.ts";
import type { Criterion, ReviewFinding } from "./review-report.ts";

/** Why nothing is merged yet, each as the end of a sentence that has a “not merged” before it. */
export const reviewWants = {
  first: "it waits for its review by a worker",
  fresh: "its review is of an earlier commit; another one follows",
  another: "its review has failed; the command `review` asks for another one",
  criteria: (missing: readonly Criterion[]): string =>
    `its review is not complete: it does not judge ${missing.join(", ")}`,
  dependencies: "its review waits for what it depends on",
  addressed: (open: number): string =>
    open === 1
      ? "1 finding of its review is unaddressed"
      : `${open} findings of its review are unaddressed`,
  issue: (finding: string): string => `${finding} is deferred and has no issue`,
  issues: "issues of deferred findings are being opened",
  declared: (path: string): string =>
    `its review does not declare ${code(path)} as security-sensitive`,
} as const;

/** Markdown for between the seed's marks. */
export function artifactText(
  issue: Pick<Issue, "number">,
  artifact: Artifact,
  reviews: Reviews,
): string {
  const inState = (state: ReviewFinding["state"]): readonly ReviewFinding[] =>
    artifact.findings.filter((finding) => finding.state === state);
  const [fixed, deferred, open] = [inState("fixed"), inState("deferred"), inState("unaddressed")];
  return [
    "## Code Review Complete",
    "",
    ...properties(issue, artifact),
    "",
    "### Criteria Results",
    "",
    "| # | Criterion | Status | Findings |",
    "|---|-----------|--------|----------|",
    ...criteria.map((criterion, index) => criterionRow(artifact, criterion, index + 1)),
    "",
    "### Findings Fixed in This PR",
    "",
    ...table(
      ["Severity", "Finding", "Resolution"],
      fixed.map((one) => [one.severity.toUpperCase(), what(one), cell(one.why)]),
    ),
    "",
    "### Findings Deferred (With Tracking Issues)",
    "",
    ...table(
      ["Severity", "Finding", "Tracking Issue", "Justification"],
      deferred.map((one) => deferredCells(one, reviews)),
    ),
    ...(open.length === 0 ? [] : unaddressed(open)),
    "",
    "### Summary",
    "",
    "| Category | Count |",
    "|----------|-------|",
    `| Fixed in PR | ${fixed.length} |`,
    `| Deferred (with tracking) | ${deferred.length} |`,
    `| Unaddressed | ${open.length} |`,
    "",
    `**Review Status:** ${artifact.isBlocked ? "⏸️ BLOCKED_ON_DEPENDENCIES" : statusOf(artifact)}`,
  ].join("\n");
}

const properties = (issue: Pick<Issue, "number">, artifact: Artifact): readonly string[] => [
  "| Property | Value |",
  "|----------|-------|",
  `| Worker | \`${artifact.worker}\` |`,
  `| Issue | #${issue.number} |`,
  `| Scope | ${artifact.scope} |`,
  `| Security-Sensitive | ${artifact.isSensitive ? "YES" : "NO"} |`,
  `| Reviewed | ${iso(artifact.at)} |`,
  `| Pull Request | #${artifact.pull} |`,
  `| Commit | \`${artifact.head}\` |`,
];

/** The seed knows no third word; what is not judged is no complete review. */
const statusOf = ({ judged }: Artifact): string =>
  criteria.every((criterion) => judged.includes(criterion)) ? "✅ COMPLETE" : "⏸️ INCOMPLETE";

function criterionRow(artifact: Artifact, criterion: Criterion, number: number): string {
  const findings = artifact.findings.filter((finding) => finding.criterion === criterion);
  return `| ${number} | ${criterion} | ${verdictOn(artifact, criterion, findings)} | ${findings.length} |`;
}

function verdictOn(
  { judged, inapplicable }: Artifact,
  criterion: Criterion,
  findings: readonly ReviewFinding[],
): string {
  const has = (state: ReviewFinding["state"]): boolean =>
    findings.some((finding) => finding.state === state);
  if (has("unaddressed")) return "❌ UNADDRESSED";
  if (has("deferred")) return "⚠️ DEFERRED";
  if (has("fixed")) return "✅ FIXED";
  if (!judged.includes(criterion)) return "❌ NOT JUDGED";
  return inapplicable.includes(criterion) ? "N/A" : "✅ PASS";
}

function deferredCells(finding: ReviewFinding, reviews: Reviews): readonly string[] {
  const issue = issueFor(reviews, finding.id);
  const number = issue?.state === "open" ? `#${issue.number}` : "none";
  const why = `${finding.category}: ${cell(finding.why)}`;
  return [finding.severity.toUpperCase(), what(finding), number, why];
}

const unaddressed = (open: readonly ReviewFinding[]): readonly string[] => [
  "",
  "### Findings Unaddressed",
  "",
  ...table(
    ["Severity", "Finding", "Criterion"],
    open.map((one) => [one.severity.toUpperCase(), what(one), one.criterion]),
  ),
];

function table(heads: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  if (rows.length === 0) return ["None."];
  return [
    `| # | ${heads.join(" | ")} |`,
    `|---|${heads.map((head) => `${"-".repeat(head.length + 2)}|`).join("")}`,
    ...rows.map((cells, index) => `| ${index + 1} | ${cells.join(" | ")} |`),
  ];
}

const what = ({ id, text, place }: ReviewFinding): string =>
  `${id}: ${cell(text)}${place === "" ? "" : ` (${cell(place)})`}`;

/** In a table a line ends a row and a stroke ends a cell. */
const cell = (text: string): string =>
  plain(text).replaceAll("\n", " ").replaceAll("|", "\\|").trim();
