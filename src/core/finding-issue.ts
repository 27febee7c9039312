/** The issue in which a deferred finding goes on, in the seed's form, and who is owed one. */
import type { Assignment } from "./assignment.ts";
import { deepest, depthOf, isSettled, tracked } from "./artifact.ts";
import type { Artifact, TrackingIssue } from "./artifact.ts";
import type { Effect } from "./effect.ts";
import type { IssueNumber } from "./ids.ts";
import type { Issue, RepositoryRef } from "./issue.ts";
import { askAbout } from "./review.ts";
import { code, plain, unlinked } from "./quote.ts";
import { reviewSummary } from "./review-report.ts";
import type { ReviewFinding } from "./review-report.ts";

/** From this depth on a person should say whether it is worth going on. */
const forHumansFrom = 3;
const titleLength = 120;

/** Open the issue in which a deferred finding goes on, or find the one that is there. */
export type FindingOrder = {
  readonly repository: RepositoryRef;
  readonly parent: IssueNumber;
  readonly finding: string;
  /** An earlier order for it failed, perhaps only in its answer. */
  readonly isRepeat: boolean;
  /** By which the issue is found again. */
  readonly mark: string;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
};

/** The issues that deferred findings are owed, whatever the phase. */
export function findingIssues(assignment: Assignment, issue: Issue): readonly Effect[] {
  const { artifact, issues } = assignment.reviews;
  if (artifact === null) return [];
  return issues.flatMap((one): readonly Effect[] => {
    const finding = artifact.findings.find(({ id }) => id === one.finding);
    return one.state === "owed" && finding !== undefined
      ? [order(assignment, issue, { artifact, finding, tries: one.tries })]
      : [];
  });
}

type Owed = Pick<Extract<TrackingIssue, { state: "owed" }>, "tries"> & {
  readonly artifact: Artifact;
  readonly finding: ReviewFinding;
};

function order(
  { id: assignment }: Assignment,
  issue: Issue,
  { artifact, finding, tries }: Owed,
): Effect {
  return {
    key: findingKey({ id: assignment }, finding.id, tries),
    assignment,
    type: "finding.track",
    repository: issue.repository,
    parent: issue.number,
    finding: finding.id,
    isRepeat: tries > 0,
    mark: `finding ${assignment} ${finding.id}`,
    title: titleOf(issue, finding),
    body: bodyOf(issue, artifact, finding),
    labels: labelsOf(issue, finding),
  };
}

/** Key of the order for a finding's issue. */
const findingKey = ({ id }: Pick<Assignment, "id">, finding: string, tries: number): string =>
  `${id}/finding/${finding}/${tries}`;

/** The finding that an order with this key is for; null when none is waited for under it. */
export const findingOf = (assignment: Assignment, key: string): string | null =>
  assignment.reviews.issues.find(
    (one) => one.state === "owed" && findingKey(assignment, one.finding, one.tries) === key,
  )?.finding ?? null;

/** The issue of a deferred finding is there, or will not be: with the last of them the pull request is judged anew. */
export function findingSettled(
  assignment: Assignment,
  finding: string,
  number: IssueNumber | null,
): Assignment {
  const next = tracked(assignment, finding, number);
  const isLast = next !== assignment && isSettled(next.reviews);
  return isLast && next.phase.name === "reviewing" ? askAbout(next, null) : next;
}

function titleOf(issue: Issue, { text }: ReviewFinding): string {
  const [line = ""] = text.trim().split("\n");
  const short = line.length > titleLength ? `${line.slice(0, titleLength - 1).trimEnd()}…` : line;
  return `[Finding] ${unlinked(short.toWellFormed())} (from #${issue.number})`;
}

/** Lineage only, in the seed's words. */
function labelsOf(issue: Issue, { severity, criterion }: ReviewFinding): readonly string[] {
  const depth = depthOf(issue) + 1;
  return [
    "review-finding",
    severity,
    `spawned-from:#${issue.number}`,
    `depth:${depth}`,
    ...(criterion === "Security" ? ["security"] : []),
    ...issue.labels.filter((label) => label.toLowerCase().startsWith("epic-")),
    ...(depth >= forHumansFrom ? ["needs-human"] : []),
  ];
}

function bodyOf(issue: Issue, artifact: Artifact, finding: ReviewFinding): string {
  const depth = depthOf(issue) + 1;
  const acceptance =
    finding.acceptance.length === 0 ? ["The finding is resolved"] : finding.acceptance;
  return [
    "## Origin",
    "",
    "| Property | Value |",
    "|----------|-------|",
    `| Parent Issue | #${issue.number} |`,
    `| Parent PR | #${artifact.pull} |`,
    `| Finding ID | ${finding.id} |`,
    `| Severity | ${finding.severity.toUpperCase()} |`,
    `| Criterion | ${finding.criterion} |`,
    `| Depth | ${depth} of ${deepest} |`,
    "",
    "## Details",
    "",
    plain(finding.text),
    ...(finding.place === "" ? [] : ["", `Where: ${code(finding.place)}`]),
    "",
    "## Why Deferred",
    "",
    `**Category:** ${finding.category}`,
    "",
    plain(finding.why === "" ? "The review gives no reason." : finding.why),
    "",
    "## Acceptance Criteria",
    "",
    ...acceptance.map((one) => `- [ ] ${plain(one).replaceAll("\n", " ")}`),
    "",
    "## Links",
    "",
    `- Found by worker \`${artifact.worker}\` in its review of #${artifact.pull} at \`${artifact.head}\`. ${reviewSummary(artifact)}`,
    ...(depth >= forHumansFrom
      ? [
          "",
          `This is a finding of depth ${depth}: a person should say whether it is worth going on.`,
        ]
      : []),
  ].join("\n");
}
