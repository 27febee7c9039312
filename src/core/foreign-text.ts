/** What people are told in the end on a pull request that is not ours, in the one comment that told them of the Worker before. */
import type { Assignment, ParkedReason } from "./assignment.ts";
import type { EndedAttempt } from "./attempt.ts";
import { iso } from "./iso.ts";
import { parkedLines } from "./parked-text.ts";
import { code, quoted } from "./quote.ts";
import { reviewSummary } from "./review-report.ts";
import { savedLines } from "./status-text.ts";
import { pullOfTask } from "./task.ts";

/** The seed's comment, in Markdown. */
export function resultText(assignment: Assignment): string {
  const last = assignment.attempts.at(-1);
  if (last === undefined) return ["### Yardmaster: stopped", "", ...lines(assignment)].join("\n");
  return [
    "## PR Worker Complete",
    "",
    `- **Result:** ${isDone(assignment, last) ? "COMPLETED" : "BLOCKED"}`,
    `- **Worker ID:** \`${last.worker}\``,
    `- **Completed:** ${iso(last.endedAt)}`,
    `- **Requested by:** ${assignment.requester.login}`,
    "",
    ...lines(assignment),
    ...saved(assignment, last),
    "",
    "---",
    "*Orchestrator: Yardmaster*",
  ].join("\n");
}

function isDone({ phase }: Assignment, { handover }: EndedAttempt): boolean {
  const isOver =
    phase.name === "withdrawn" &&
    phase.ending.kind === "errand-over" &&
    phase.ending.reason === null;
  return isOver && (handover.kind === "ready" || handover.kind === "reviewed");
}

/** What was pushed is on the branch; the rest is kept by us. */
const saved = (assignment: Assignment, last: EndedAttempt): readonly string[] => {
  const { phase } = assignment;
  return phase.name === "withdrawn" && !isDone(assignment, last) ? savedLines(phase.saved) : [];
};

function lines(assignment: Assignment): readonly string[] {
  const { phase } = assignment;
  if (phase.name === "done") return [overtakenByPeople];
  if (phase.name !== "withdrawn") return [];
  const { ending } = phase;
  switch (ending.kind) {
    case "errand-over":
      return overLines(assignment, ending.reason);
    case "merged":
    case "pull-closed":
    case "issue-closed":
      return [overtakenByPeople];
    case "stopped":
      return [`Taken back by ${ending.by}.`];
    case "gone":
    case "refused":
    case "dropped":
    case "denied":
      return [`Not done, because ${ending.why}.`];
    case "claimed":
    case "granted":
    case "plan-over":
    case "reverted":
      return [];
  }
}

const overtakenByPeople = "The pull request was merged or closed before this was done.";

function overLines(assignment: Assignment, reason: ParkedReason | null): readonly string[] {
  const last = assignment.attempts.at(-1);
  if (reason !== null) return [...parkedLines(assignment, reason), "", nothingPushed];
  return last === undefined ? [] : attemptLines(assignment, last);
}

const nothingPushed = "Nothing was pushed. To have it go on, ask again.";

function attemptLines(
  { reviews }: Assignment,
  { handover, head, task }: EndedAttempt,
): readonly string[] {
  switch (handover.kind) {
    case "ready": {
      const isSame = head === null || head === pullOfTask(task)?.head;
      const what = isSame ? "There was nothing to change:" : `Pushed as ${code(head)}:`;
      return [what, "", quoted(handover.summary)];
    }
    case "reviewed":
      // What it defers has to be dealt with here.
      return [reviewSummary(reviews.artifact ?? handover.report)];
    case "failed":
      return ["Nothing was pushed:", "", quoted(handover.why)];
    case "unfinished":
      return ["It was not finished, and nothing was pushed:", "", quoted(handover.notes)];
    case "blocked":
      return ["The worker asks:", "", quoted(handover.question), "", nothingPushed];
    case "found":
      return [nothingPushed];
  }
}
