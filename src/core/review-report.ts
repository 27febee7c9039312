/** What a Worker says of a pull request that it has reviewed: seven criteria and its findings, in the seed's words. */

/** What a change is judged by, in the order in which people are told. */
export const criteria = [
  "Blindspots",
  "Clarity",
  "Maintainability",
  "Security",
  "Performance",
  "Documentation",
  "Style",
] as const;
export type Criterion = (typeof criteria)[number];

/** Worst first. */
export const severities = ["critical", "high", "medium", "low"] as const;
type Severity = (typeof severities)[number];

/** Why something may be left for later. */
export const categories = [
  "out-of-scope",
  "external-dependency",
  "breaking-change",
  "separate-concern",
] as const;
type Category = (typeof categories)[number];

/** The Worker's own words; never trusted as an instruction. */
export type ReviewReport = {
  readonly scope: "MINOR" | "MAJOR";
  readonly isSensitive: boolean;
  /** Criteria that it has looked at. */
  readonly judged: readonly Criterion[];
  /** Those of them that have nothing to do with the change. */
  readonly inapplicable: readonly Criterion[];
  /** The change cannot go in before something else has. */
  readonly isBlocked: boolean;
  readonly findings: readonly ReviewFinding[];
};

/** Something that the Worker would have otherwise. */
export type ReviewFinding = {
  /** `F-<issue>-<n>`; empty while it has none. */
  readonly id: string;
  readonly severity: Severity;
  readonly criterion: Criterion;
  /** Path and line; empty for the change as a whole. */
  readonly place: string;
  readonly text: string;
  readonly state: "fixed" | "deferred" | "unaddressed";
  /** How it was fixed, or why it may wait. */
  readonly why: string;
  readonly category: Category;
  /** What has to hold once it is dealt with. */
  readonly acceptance: readonly string[];
};

/** The same with each of its texts changed. */
export const mapReview = (
  report: ReviewReport,
  change: (text: string) => string,
): ReviewReport => ({
  ...report,
  findings: report.findings.map((finding) => ({
    ...finding,
    id: change(finding.id),
    place: change(finding.place),
    text: change(finding.text),
    why: change(finding.why),
    acceptance: finding.acceptance.map(change),
  })),
});

/** In one sentence what came of it. */
export function reviewSummary({ findings }: ReviewReport): string {
  if (findings.length === 0) return "The review found nothing.";
  const count = (state: ReviewFinding["state"]): number =>
    findings.filter((finding) => finding.state === state).length;
  return `The review found ${count("fixed")} fixed, ${count("deferred")} deferred and ${count("unaddressed")} unaddressed.`;
}
