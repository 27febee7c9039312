/** What a Worker is told for a run, in the sections of the seed. */
import type { Assignment } from "./assignment.ts";
import type { Attempt, Run } from "./attempt.ts";
import { branchOf } from "./branch.ts";
import type { BriefPart } from "./brief-part.ts";
import { completion, data, issueParts, ours, section } from "./brief-part.ts";
import { earlier, messages } from "./brief-past.ts";
import { errandBrief } from "./errand-brief.ts";
import type { Issue } from "./issue.ts";
import { researchBrief } from "./research-brief.ts";
import { reviewBrief } from "./review-brief.ts";
import type { Message } from "./wish.ts";

/** The brief of a run. Only a session that is gone on with knows what its Worker was told at first. */
export function briefOf(
  assignment: Assignment,
  issue: Issue,
  attempt: Attempt,
  run: Run,
): readonly BriefPart[] {
  if (run.left !== null) return handoverRequest;
  if (run.session !== null) return followUp(run.told);
  const { task } = attempt;
  switch (task.kind) {
    case "implement":
      return brief(assignment, issue, attempt, run.told);
    case "research":
      return researchBrief(assignment, issue, attempt);
    case "review":
      return reviewBrief({ assignment, issue, attempt }, task);
    case "rebase":
    case "fix":
    case "revise":
      return errandBrief({ assignment, issue, attempt, told: run.told }, task);
  }
}

/** For the first run of an attempt. The issue stands in it as the approved snapshot. */
function brief(
  assignment: Assignment,
  issue: Issue,
  attempt: Attempt,
  told: readonly Message[],
): readonly BriefPart[] {
  return [
    ours(
      `# Work on issue #${issue.number}`,
      ...section("Worker Identity", identity(assignment, issue, attempt)),
      ...section("Your Mission", mission),
      ...section("Constraints", constraints(issue, assignment.policy.limits.turns)),
      ...section("Exit Conditions", exits),
      ...section("On Completion", completion),
      ...section("On Handover Needed", handoverNeeded),
    ),
    ...issueParts(issue),
    ...earlier(assignment.attempts),
    ...messages(told),
    ours(...section("Begin", ["Start now."]), ""),
  ];
}

/** For a further run of an attempt, whose session knows the first one. */
const followUp = (told: readonly Message[]): readonly BriefPart[] => [
  ours("# A message for you", ...section("What to do", followUpRule)),
  ...told.map(({ by, text }) => data(`message from ${by}`, text)),
  ours(...section("On Completion", completion), ""),
];

/** With what the repository tells agents in its own files, before the word to begin. */
export const withGuidance = (
  parts: readonly BriefPart[],
  guidance: string,
): readonly BriefPart[] => [
  ...parts.slice(0, -1),
  ours(...section("The Repository's Guidance", guidanceRule)),
  data("guidance", guidance),
  ...parts.slice(-1),
];

const identity = (assignment: Assignment, issue: Issue, attempt: Attempt): readonly string[] => [
  `Worker ID: ${attempt.worker}`,
  `Issue: #${issue.number}`,
  `Attempt: ${attempt.number}`,
  `Branch: ${branchOf(assignment, issue)}`,
  "Orchestration: Yardmaster",
];

const mission = [
  "1. Read the issue below and the code that it concerns.",
  "2. Check that you are in a worktree of your own, on the branch named above.",
  "3. Run the tests once before you change anything, so that you know what was broken before.",
  "4. Make the change, with tests.",
  "5. Run the tests again.",
  "6. Commit in small steps; messages are `type: description (#N)`.",
];

const constraints = (issue: Issue, turns: number): readonly string[] => [
  `- Work on issue #${issue.number} only; touch no unrelated code.`,
  "- Do not push, open pull requests or use GitHub: what you commit is published for you.",
  "- Nobody reads along: do not wait for an answer.",
  `- At most ${turns} turns.`,
];

const exits = [
  "- COMPLETED: the issue is resolved and committed.",
  "- BLOCKED: you need an answer from a person.",
  "- HANDOVER: you run out of turns or time; another worker goes on from your notes.",
  "- FAILED: it cannot be done this way; say what you tried.",
];

const handoverForm = [
  "```json",
  '{"status": "HANDOVER", "summary": "state so far", "tests": "which pass, which fail", "done": [], "in_progress": [],',
  ' "remaining": [], "decisions": [], "tried": [], "discoveries": [], "architecture": [], "gotchas": [], "blocker": "",',
  ' "next_steps": [], "files_to_review": [], "commands": []}',
  "```",
];

const handoverNeeded = [
  "At 85 of 100 parts of your turns ask yourself whether the rest will do. At 90 at the latest stop working: commit everything",
  "(`chore: Save progress before handover`), then end with this block instead. Write it for somebody who knows nothing of your work;",
  "leave out what does not apply. It is published for you: write no file for it.",
  "",
  ...handoverForm,
];

/** For a Worker whose turns or time were used up before it had handed over. */
const handoverRequest: readonly BriefPart[] = [
  ours(
    "# Hand over now",
    "",
    "Your turns or your time are used up, and another worker goes on. Do nothing more to the code but to commit what is there",
    "(`chore: Save progress before handover`), then end with:",
    "",
    ...handoverForm,
    "",
  ),
];

const guidanceRule = [
  "The repository keeps notes for agents: how it is built, tested and written. Follow them where they agree with the rules above.",
  "",
];

const followUpRule = [
  "A person with write access wrote to you about the work that you have done in this worktree.",
  "Go on from there: the rules of your first brief still hold.",
  "",
];
