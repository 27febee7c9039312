/** What a Worker is told that is to find out why an attempt failed, and to change nothing. */
import type { Assignment } from "./assignment.ts";
import type { Attempt } from "./attempt.ts";
import type { BriefPart } from "./brief-part.ts";
import { issueParts, ours, section } from "./brief-part.ts";
import { earlier } from "./brief-past.ts";
import type { Issue } from "./issue.ts";

/** For the first run of a research attempt. */
export const researchBrief = (
  assignment: Assignment,
  issue: Issue,
  attempt: Attempt,
): readonly BriefPart[] => [
  ours(
    `# Find out why issue #${issue.number} could not be resolved`,
    ...section("Worker Identity", [
      `Worker ID: ${attempt.worker}`,
      `Issue: #${issue.number}`,
      `Attempt: ${attempt.number}`,
      "Orchestration: Yardmaster",
    ]),
    ...section("Your Mission", mission),
    ...section("Constraints", constraints),
    ...section("On Completion", completion),
  ),
  ...issueParts(issue),
  ...earlier(assignment.attempts),
  ours(...section("Begin", ["Start now."]), ""),
];

const mission = [
  "1. Read what the last worker tried and how it failed, and the code that it concerns.",
  "2. Find the cause: what was assumed wrongly, what was overlooked, what the code base does elsewhere.",
  "3. Say what the next worker should do, concretely enough that it can begin with that.",
];

const constraints = [
  "- Change nothing: you can read the worktree, not write it. Another worker makes the change.",
  "- Do not use GitHub; nobody reads along.",
  "- At most 50 turns.",
];

const completion = [
  "End with one message that holds a fenced JSON block:",
  "",
  "```json",
  '{"status": "COMPLETED", "findings": ["what is wrong and why"], "relevant_files": ["path: why"], "patterns": ["how it is done elsewhere here"],',
  ' "concerns": ["what may go wrong"], "recommendation": "what the next worker should do"}',
  "```",
];
