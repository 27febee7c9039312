/** What a Worker is told that is to review a pull request of ours, and to change nothing. */
import type { Assignment } from "./assignment.ts";
import { issueFor, mayDefer } from "./artifact.ts";
import type { Reviews } from "./artifact.ts";
import type { Attempt } from "./attempt.ts";
import type { BriefPart } from "./brief-part.ts";
import { data, issueParts, ours, pullParts, section } from "./brief-part.ts";
import type { Issue } from "./issue.ts";
import { isForeign } from "./standing.ts";
import type { ReviewFinding } from "./review-report.ts";
import type { ReviewTask } from "./task.ts";

type Place = {
  readonly assignment: Assignment;
  readonly issue: Issue;
  readonly attempt: Attempt;
};

/** For the first run of a review. */
export const reviewBrief = (
  { assignment, issue, attempt }: Place,
  { pull, base }: ReviewTask,
): readonly BriefPart[] => [
  ours(
    `# Review pull request #${pull.number}`,
    ...section("Worker Identity", [
      `Worker ID: ${attempt.worker}`,
      ...(isForeign(assignment) ? [] : [`Issue: #${issue.number}`]),
      `Pull request: #${pull.number}`,
      `Review: ${assignment.attempts.filter(({ task }) => task.kind === "review").length + 1}`,
      `Attempt: ${attempt.number}`,
      `Base commit: ${base}`,
      `Head commit: ${pull.head}`,
      "Orchestration: Yardmaster",
    ]),
    ...section("Your Mission", mission(subjectOf(assignment), base)),
    ...section("Criteria", criteriaLines),
    ...section("Findings", findingLines(assignment, issue)),
    ...section("Constraints", constraints),
    ...section("On Completion", completion),
  ),
  ...sensitiveParts(assignment.reviews),
  ...knownParts(assignment.reviews),
  ...(isForeign(assignment) ? pullParts(issue) : issueParts(issue)),
  ours(...section("Begin", ["Start now."]), ""),
];

const subjectOf = (assignment: Assignment): string =>
  isForeign(assignment) ? "what the pull request says of itself, below," : "the issue below";

const mission = (subject: string, base: string): readonly string[] => [
  `1. Read ${subject} and the change: \`git diff ${base}...HEAD\`, and the code around it.`,
  "2. Judge it by each of the seven criteria. Look for what is wrong, not for what is right.",
  "3. Report every finding, each with what becomes of it.",
];

const criteriaLines = [
  "1. Blindspots: what was not thought of; edge cases, failures, concurrency.",
  "2. Clarity: names, structure, whether a newcomer understands it.",
  "3. Maintainability: coupling, duplication, tests that would notice a fault.",
  "4. Security: input, secrets, permissions, injection; N/A only where nothing of that is touched.",
  "5. Performance: needless work, growth with size.",
  "6. Documentation: what users and developers would look for.",
  "7. Style: as in the rest of the repository.",
];

const findingLines = (assignment: Assignment, issue: Issue): readonly string[] => [
  `- \`unaddressed\`: it has to be dealt with before the merge${isForeign(assignment) ? "" : "; another worker is called for it"}. Say in \`why\` what would do.`,
  !mayDefer(assignment, issue)
    ? `- \`deferred\` is not allowed here: ${isForeign(assignment) ? "the pull request is not ours" : "the issue is itself a finding of findings"}.`
    : "- `deferred`: it may wait; an issue is opened for it. Say why, with a category, and what has to hold once it is done.",
  "- `fixed`: only for a finding of an earlier review that the change has dealt with since; say how.",
  "- A critical or high finding that this change brings in is never deferred.",
];

const constraints = [
  "- Change nothing: you can read the worktree, not write it.",
  "- Do not use GitHub; nobody reads along.",
  "- At most 50 turns.",
];

const completion = [
  "End with one message that holds a fenced JSON block. Each criterion is `PASS`, `FIXED`, `DEFERRED`, `UNADDRESSED` or `N/A`; `blocked` is true only where",
  "the change cannot go in before something else has. `id` is that of a finding of an earlier review, else empty. Severities are critical, high, medium and low;",
  "categories are out-of-scope, external-dependency, breaking-change and separate-concern.",
  "",
  "```json",
  '{"status": "COMPLETED", "summary": "one sentence", "review": {"scope": "MINOR or MAJOR", "security_sensitive": false, "blocked": false,',
  ' "criteria": {"Blindspots": "PASS", "Clarity": "PASS", "Maintainability": "PASS", "Security": "PASS", "Performance": "PASS", "Documentation": "PASS", "Style": "PASS"},',
  ' "findings": [{"id": "", "severity": "medium", "criterion": "Clarity", "place": "path:line", "finding": "what is wrong", "state": "unaddressed", "why": "what would do",',
  '  "category": "separate-concern", "acceptance": ["what has to hold"]}]}}',
  "```",
];

/** Paths are the names that a Worker gave its files. */
const sensitiveParts = ({ sensitive }: Reviews): readonly BriefPart[] =>
  sensitive.length === 0
    ? []
    : [
        ours(
          ...section("Security-Sensitive Paths", [
            'By their names these paths are security-sensitive: look at them with that in mind, and declare it (`"security_sensitive": true`).',
            "",
          ]),
        ),
        data("paths", sensitive.join("\n")),
      ];

function knownParts(reviews: Reviews): readonly BriefPart[] {
  const findings = reviews.artifact?.findings ?? [];
  if (findings.length === 0) return [];
  return [
    ours(
      ...section("Findings of the Earlier Review", [
        "They are of an earlier commit. Report each of them again under its `id`, as it stands now.",
        "",
      ]),
    ),
    ...findings.map((finding) => data(`finding ${finding.id}`, knownText(finding, reviews))),
  ];
}

function knownText(finding: ReviewFinding, reviews: Reviews): string {
  const issue = issueFor(reviews, finding.id);
  const where = issue?.state === "open" ? ` in #${issue.number}` : "";
  const place = finding.place === "" ? "" : ` ${finding.place}`;
  return [
    `${finding.severity}, ${finding.criterion}, ${finding.state}${where}:${place}`,
    finding.text,
    ...(finding.why === "" ? [] : [finding.why]),
  ].join("\n");
}
