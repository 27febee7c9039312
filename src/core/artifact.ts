/** Reviews by Workers as an assignment keeps them: the latest, the issues of what it deferred, and what makes a change security-sensitive. */
import type { Assignment, Pull } from "./assignment.ts";
import type { IssueNumber, Millis, PullNumber, Sha, WorkerId } from "./ids.ts";
import type { Issue } from "./issue.ts";
import { isForeign } from "./standing.ts";
import type { ReviewFinding, ReviewReport } from "./review-report.ts";

/** What Workers' reviews of the pull request have come to. */
export type Reviews = {
  /** Whether somebody has asked for one: `now` until it begins; from then on each head needs one, whatever the policy. */
  readonly asked: "no" | "now" | "before";
  /** The latest one; null before the first. */
  readonly artifact: Artifact | null;
  /** How many findings were given an id. */
  readonly numbered: number;
  readonly issues: readonly TrackingIssue[];
  /** Some of the changed paths that make the change security-sensitive. */
  readonly sensitive: readonly string[];
};

/** A review of one head, each finding with its id. */
export type Artifact = ReviewReport & {
  readonly pull: PullNumber;
  readonly head: Sha;
  readonly worker: WorkerId;
  readonly at: Millis;
};

/** The issue in which a deferred finding goes on. */
export type TrackingIssue = { readonly finding: string } & (
  | { readonly state: "owed"; readonly tries: number }
  | { readonly state: "open"; readonly number: IssueNumber }
  | { readonly state: "failed"; readonly tries: number }
);

export const noReviews: Reviews = {
  asked: "no",
  artifact: null,
  numbered: 0,
  issues: [],
  sensitive: [],
};

/** Below findings of findings of findings nobody finds back; the seed's bound. */
export const deepest = 5;

/** How many findings of findings the issue stands below; 0 for one that people wrote. */
export function depthOf({ labels }: Pick<Issue, "labels">): number {
  const depths = labels.map((label) => {
    const [name = "", depth = ""] = label.toLowerCase().split(":");
    return name.trim() === "depth" ? Number.parseInt(depth, 10) || 0 : 0;
  });
  return Math.max(0, ...depths);
}

/** May a review leave something to another issue? On a pull request that is not ours we open none that nobody has asked for. */
export const mayDefer = (assignment: Assignment, issue: Issue): boolean =>
  !isForeign(assignment) && depthOf(issue) < deepest;

const sensitiveParts = [
  "auth",
  "security",
  "middleware",
  "api",
  "password",
  "token",
  "secret",
  "session",
  "routes",
  ".sql",
];
const sensitiveShown = 20;

/** The reviews of a change that has come to touch these files too. */
export function withFiles(reviews: Reviews, files: readonly string[]): Reviews {
  const found = files.filter((path) =>
    sensitiveParts.some((part) => path.toLowerCase().includes(part)),
  );
  if (found.length === 0) return reviews;
  const sensitive = [...new Set([...reviews.sensitive, ...found])].slice(0, sensitiveShown);
  return { ...reviews, sensitive };
}

/** A Worker has reviewed the head: its findings get ids, and those that it defers are owed an issue each. */
export function reviewed(
  assignment: Assignment,
  report: ReviewReport,
  { pull, worker, at }: { readonly pull: Pull; readonly worker: WorkerId; readonly at: Millis },
): Assignment {
  const { issue, reviews } = assignment;
  if (issue === null) return assignment;
  const known = new Set(reviews.artifact?.findings.map(({ id }) => id));
  let { numbered } = reviews;
  const findings = report.findings.map((finding): ReviewFinding => {
    const isKnown = known.delete(finding.id);
    if (!isKnown) numbered += 1;
    const id = isKnown ? finding.id : `F-${issue.number}-${numbered}`;
    // What may not be deferred any further has to be dealt with here.
    const isHere = finding.state === "deferred" && !mayDefer(assignment, issue);
    return { ...finding, id, state: isHere ? "unaddressed" : finding.state };
  });
  const artifact = { ...report, findings, pull: pull.number, head: pull.head, worker, at };
  const deferred = findings.filter(({ state }) => state === "deferred").map(({ id }) => id);
  const issues = deferred.reduce(withOwed, reviews.issues);
  return { ...assignment, reviews: { ...reviews, artifact, numbered, issues } };
}

/** One that failed is tried again. */
function withOwed(issues: readonly TrackingIssue[], finding: string): readonly TrackingIssue[] {
  const at = issues.findIndex((one) => one.finding === finding);
  const known = issues[at];
  if (known === undefined) return [...issues, { finding, state: "owed", tries: 0 }];
  return known.state === "failed"
    ? issues.with(at, { finding, state: "owed", tries: known.tries + 1 })
    : issues;
}

/** GitHub has opened the issue of a finding, or will not: null. */
export function tracked(
  assignment: Assignment,
  finding: string,
  number: IssueNumber | null,
): Assignment {
  const { reviews } = assignment;
  const at = reviews.issues.findIndex((one) => one.finding === finding && one.state === "owed");
  const known = reviews.issues[at];
  if (known === undefined || known.state !== "owed") return assignment;
  const settled: TrackingIssue =
    number === null
      ? { finding, state: "failed", tries: known.tries }
      : { finding, state: "open", number };
  return { ...assignment, reviews: { ...reviews, issues: reviews.issues.with(at, settled) } };
}

/** The issue of a deferred finding as far as it is known. */
export const issueFor = ({ issues }: Reviews, finding: string): TrackingIssue | null =>
  issues.find((one) => one.finding === finding) ?? null;

/** Has each deferred finding of the latest review its issue, or none for good? */
export const isSettled = (reviews: Reviews): boolean =>
  (reviews.artifact?.findings ?? []).every(
    ({ id, state }) => state !== "deferred" || issueFor(reviews, id)?.state !== "owed",
  );
