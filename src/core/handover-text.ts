/** The comment by which one Worker hands over to the next, in the seed's sections. */
import type { EndedAttempt } from "./attempt.ts";
import type { Report } from "./handover.ts";
import type { Issue } from "./issue.ts";
import { iso } from "./iso.ts";
import { code, plain } from "./quote.ts";

/** Markdown for between the seed's marks; null where nothing is handed over. */
export function handoverText(issue: Issue, branch: string, attempt: EndedAttempt): string | null {
  const { handover } = attempt;
  if (handover.kind !== "unfinished") return null;
  const at = iso(attempt.endedAt);
  return [
    `# Handover: Issue #${issue.number}`,
    "",
    ...metadata(issue, attempt),
    ...(handover.report === null
      ? section("Notes", handover.notes)
      : sections(branch, handover.report)),
    "",
    "---",
    `*Handover created by ${attempt.worker} at ${at}*`,
  ].join("\n");
}

const metadata = (issue: Issue, attempt: EndedAttempt): readonly string[] => [
  "| | |",
  "|---|---|",
  `| Issue | #${issue.number} |`,
  `| Previous Worker | \`${attempt.worker}\` |`,
  `| Agent | ${attempt.agent} |`,
  `| Ended | ${attempt.outcome} |`,
  `| Timestamp | ${iso(attempt.endedAt)} |`,
  "| Orchestration | Yardmaster |",
  `| Attempt | ${attempt.number} |`,
  `| Files Modified | ${filesOf(attempt)} |`,
];

const filesShown = 20;

/** A mark between columns in a name would break the table. */
function filesOf({ files }: EndedAttempt): string {
  const named = files.slice(0, filesShown).map((file) => code(file.replaceAll("|", "¦")));
  const rest = files.length - named.length;
  return files.length === 0 ? "–" : [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

const sections = (branch: string, report: Report): readonly string[] => [
  ...section("Issue Summary", report.summary),
  "",
  "## Current State",
  "",
  `- **Branch Status:** ${code(branch)}, all work is committed`,
  `- **Tests Status:** ${plain(report.tests === "" ? "unknown" : report.tests)}`,
  "",
  "## Work Completed",
  ...list("Done", report.done),
  ...list("In Progress", report.inProgress),
  ...list("Remaining", report.remaining),
  "",
  "## Context & Decisions",
  ...list("Key Decisions Made", report.decisions),
  ...list("Approaches Tried", report.tried),
  ...list("Important Discoveries", report.discoveries),
  "",
  "## Technical Notes",
  ...list("Architecture Notes", report.architecture),
  ...list("Gotchas", report.gotchas),
  ...section("Current Blocker", report.blocker === "" ? "None" : report.blocker),
  ...section("Recommended Next Steps", bullets(report.nextSteps)),
  ...section("Files to Review First", bullets(report.filesToReview)),
  ...section("Commands to Run", bullets(report.commands)),
];

const section = (title: string, text: string): readonly string[] => [
  "",
  `## ${title}`,
  "",
  plain(text),
];

const list = (title: string, lines: readonly string[]): readonly string[] => [
  "",
  `### ${title}`,
  "",
  plain(bullets(lines)),
];

const bullets = (lines: readonly string[]): string =>
  lines.length === 0 ? "- None" : lines.map((line) => `- ${line}`).join("\n");
