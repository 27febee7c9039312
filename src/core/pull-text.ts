/** What a pull request and its commits say, in the seed's form. */
import type { Assignment, PublishingStep } from "./assignment.ts";
import type { Attempt } from "./attempt.ts";
import type { Handover } from "./handover.ts";
import type { Issue } from "./issue.ts";
import { code, plain, unlinked } from "./quote.ts";

const types = ["feat", "fix", "test", "refactor", "docs", "chore", "perf", "build", "ci"];
const filesShown = 50;
const pathShown = 200;

/** `type: description (#N)`. */
export const pullTitle = (issue: Issue): string =>
  `${unlinked(conventional(issue))} (#${issue.number})`;

/** Message of the commit that holds what a Worker left uncommitted. */
export function commitMessage(issue: Issue, attempt: Attempt, handover: Handover): string {
  const subject =
    handover.kind === "ready" ? pullTitle(issue) : "chore: Save progress before handover";
  return `${subject}\n\nWorker: ${attempt.worker}\n`;
}

/** Summary, `Closes #N`, changes, testing, review and who did it. */
export function pullBody(
  assignment: Assignment,
  issue: Issue,
  attempt: Attempt,
  step: Exclude<PublishingStep, { name: "importing" }>,
): string {
  const { summary, testing } = step.summary;
  return [
    "## Summary",
    "",
    // Before the Worker's words: whatever they open and do not close, this line takes effect.
    purpose(assignment, issue),
    "",
    plain(summary),
    "",
    "## Changes",
    "",
    ...changes(step.files),
    "",
    "## Testing",
    "",
    testing === "" ? "The worker reported none." : plain(testing),
    "",
    "## Review",
    "",
    "Written by a coding agent; nobody has reviewed it yet.",
    "",
    "---",
    `*Worker: \`${attempt.worker}\` · Agent: ${attempt.agent} · Orchestration: Yardmaster · Attempt: ${attempt.number} · Requested by: ${assignment.requester.login}*`,
  ].join("\n");
}

/** GitHub closes issues only by what is merged into the default branch, so elsewhere nothing is promised in its words. */
const purpose = ({ flow }: Assignment, { number }: Issue): string =>
  flow === null
    ? `Closes #${number}`
    : `For #${number}, as a part of #${flow.number}, whose branch is ${code(flow.branch)}.`;

function changes(files: readonly string[]): readonly string[] {
  if (files.length === 0) return ["See the commits."];
  const lines = files.slice(0, filesShown).map((file) => `- ${code(file.slice(0, pathShown))}`);
  return files.length > filesShown ? [...lines, `- and ${files.length - filesShown} more`] : lines;
}

/** The issue's title as a commit subject; a type that a person wrote stands. */
function conventional(issue: Issue): string {
  const title = firstLine(issue.title);
  const [type = ""] = title.split(":");
  if (title.includes(":") && types.includes(type.trim().toLowerCase())) return title;
  return `${typeOf(issue.labels)}: ${title}`;
}

function typeOf(labels: readonly string[]): string {
  const lower = labels.map((label) => label.toLowerCase());
  if (lower.includes("bug")) return "fix";
  return lower.includes("documentation") ? "docs" : "feat";
}

/** GitHub refuses titles over 256 characters; what is added later needs room too. */
function firstLine(title: string): string {
  const line = (title.split("\n")[0] ?? "").trim();
  return line === "" ? "Resolve the issue" : line.slice(0, 200).toWellFormed();
}
