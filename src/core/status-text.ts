/** The sticky status comment: where an assignment is and what it waits for, in a few lines. */
import type { Refusal } from "./asking.ts";
import type { Assignment, Ending, Pull } from "./assignment.ts";
import type { Attempt, Relief } from "./attempt.ts";
import { branchOf } from "./branch.ts";
import { checkText } from "./check-text.ts";
import type { SavedRef } from "./event.ts";
import type { BoardStatus } from "./issue.ts";
import { errandWishLines } from "./errand-wish-text.ts";
import { holdLines } from "./hold-text.ts";
import { integrationLines } from "./integration-text.ts";
import { iso } from "./iso.ts";
import { thrownOutBefore } from "./merge-queue.ts";
import type { Policy } from "./policy.ts";
import { parkedLines, parkedSentence } from "./parked-text.ts";
import { plain } from "./quote.ts";
import { currentAttempt, isOver, triesOf } from "./standing.ts";
import { claimCure, waitingLines } from "./waiting-text.ts";
import { goOnText } from "./wording.ts";
import type { Verdict } from "./verdict.ts";

/** Markdown for people. `missingColumn` is the one that the card should be in and that its board lacks. */
export function statusText(
  assignment: Assignment,
  missingColumn: BoardStatus | null,
  policy: Policy,
): string {
  return [
    `### Yardmaster: ${headline(assignment)}`,
    "",
    ...body(assignment, policy),
    ...integrationLines(assignment),
    ...errandWishLines(assignment),
    ...(isOver(assignment) ? [] : holdLines(assignment, policy)),
    ...missingLines(missingColumn),
    "",
    footer(assignment),
  ]
    .join("\n")
    .trimEnd();
}

function headline({ phase }: Assignment): string {
  switch (phase.name) {
    case "queued":
      return phase.waiting.for === "parts" ? "integrating" : "queued";
    case "preparing":
    case "working":
    case "publishing":
      return "working";
    case "reviewing":
    case "merging":
      return "in review";
    case "cleaning":
      return "ending";
    case "parked":
      return "needs a person";
    case "tracking":
      return "reporting";
    case "done":
      return "done";
    case "withdrawn":
      return "stopped";
  }
}

function body(assignment: Assignment, policy: Policy): readonly string[] {
  const { phase } = assignment;
  switch (phase.name) {
    case "queued":
      return [
        ...waitingLines(phase.waiting, assignment.issue),
        ...(phase.waiting.for === "approval" ? doubtLines(phase.waiting.doubts, policy) : []),
        ...(phase.waiting.for === "claim" ? ["", claimCure(policy)] : []),
      ];
    case "preparing":
    case "working":
    case "publishing":
    case "reviewing":
    case "merging":
    case "cleaning":
    case "tracking":
    case "done":
      return [standingLine(assignment)];
    case "parked":
      return [
        ...parkedLines(assignment, phase.reason),
        "",
        goOnText(policy, phase.reason, (assignment.issue?.card ?? null) !== null),
        ...refusalLines(phase.refusal),
      ];
    case "withdrawn":
      return [standingLine(assignment), ...savedLines(phase.saved)];
  }
}

/** Where it is, in one line. */
export function standingLine(assignment: Assignment): string {
  const { phase } = assignment;
  switch (phase.name) {
    case "queued":
      return inOne(waitingLines(phase.waiting, assignment.issue));
    case "working":
      return `${attemptLine(assignment, phase.attempt)}${reliefWords(phase.relief)}`;
    case "preparing":
    case "publishing":
      // The same text as while working: an edit per step would cost requests and tell people nothing.
      return attemptLine(assignment, phase.attempt);
    case "reviewing":
      return reviewLine(phase.pull, phase.verdict);
    case "merging":
      return reviewLine(phase.pull, null);
    case "parked":
      return parkedSentence(phase.reason);
    case "tracking":
      return "It is the tracking issue of this repository: a comment here tells how all work stands.";
    case "cleaning":
    case "done":
    case "withdrawn":
      return endingLine(phase.ending);
  }
}

const inOne = (lines: readonly string[]): string => lines.filter((line) => line !== "").join(" ");

const doubtsShown = 20;

const doubtLines = (doubts: readonly string[], { commandPrefix }: Policy): readonly string[] => [
  "",
  ...doubts.slice(0, doubtsShown).map((one) => `- ${plain(one)}`),
  ...(doubts.length > doubtsShown ? [`- and ${doubts.length - doubtsShown} more`] : []),
  "",
  `To have it worked on as a reader sees it, comment \`/${commandPrefix} approve\`; or take out what is hidden.`,
];

function attemptLine(assignment: Assignment, attempt: Attempt): string {
  const { worker, agent, task } = attempt;
  const who = `Worker \`${worker}\` (${agent})`;
  const { implemented, researched } = triesOf(assignment);
  const { maxAttempts, researchCycles } = assignment.policy;
  switch (task.kind) {
    case "implement":
      return `${who} is at work: attempt ${implemented + 1} of ${maxAttempts}.`;
    case "research":
      return `${who} finds out why attempt ${implemented} failed: research ${researched + 1} of ${researchCycles}.`;
    case "review":
      return `${who} reviews #${task.pull.number}.`;
    case "rebase":
      return `${who} resolves the conflicts of #${task.pull.number}.`;
    case "fix": {
      const why = thrownOutBefore(assignment, attempt);
      return why === null
        ? `${who} mends the failed checks of #${task.pull.number}.`
        : `${who} mends #${task.pull.number}, which the merge queue threw out, because ${why}.`;
    }
    case "revise":
      return `${who} does what the reviewers of #${task.pull.number} ask for.`;
  }
}

const reliefWords = (relief: Relief | null): string =>
  relief === null ? "" : ` ${relief.by} wants it to ${relief.isAsked ? "hand over" : "stop"}.`;

function reviewLine(pull: Pull, verdict: Verdict | null): string {
  const { title } = checkText(verdict, pull);
  return `Pull request #${pull.number}: ${title.charAt(0).toLowerCase()}${title.slice(1)}.`;
}

const refusalLines = (refusal: Refusal | null): readonly string[] =>
  refusal === null
    ? []
    : ["", `${refusal.asking.by.login} asked for that and was turned down: ${refusal.why}.`];

const missingLines = (column: BoardStatus | null): readonly string[] =>
  column === null
    ? []
    : [
        "",
        `The board has no column “${column}”, so the card was not moved; add it to have it moved.`,
      ];

function endingLine(ending: Ending): string {
  switch (ending.kind) {
    case "merged":
      return `Merged as #${ending.pull.number}.`;
    case "pull-closed":
      return `Pull request #${ending.pull.number} was closed by ${ending.by} without being merged; its branch is kept.`;
    case "stopped":
      return `Taken back by ${ending.by}.${leftOpen(ending.pull)}`;
    case "claimed":
      return `${ending.by} works on it: the card was moved to In Progress by hand. To have a worker do it, move the card to Ready.`;
    case "issue-closed":
      return `The issue was closed by ${ending.by}.${leftOpen(ending.pull)}`;
    case "gone":
      return `The issue can no longer be reached: ${ending.why}.`;
    case "errand-over":
      return "What was asked for has come to its end.";
    case "plan-over":
      return `The integration plan has ended: ${ending.why}.`;
    case "reverted":
      return `#${ending.merged} is taken back by #${ending.revert}.`;
    case "granted":
      return "Done.";
    case "denied":
      return `Not done, because ${ending.why}.`;
    case "refused":
    case "dropped":
      return `Not started, because ${ending.why}.`;
  }
}

const leftOpen = (pull: Pull | null): string =>
  pull === null ? "" : ` Pull request #${pull.number} is left open; close it if nobody wants it.`;

/** What was merged needs no other keeping place in the eyes of a reader; what was not does. */
export const savedLines = (saved: readonly SavedRef[]): readonly string[] =>
  saved.length === 0 ? [] : ["", ...saved.map(savedLine)];

/** Where one attempt's work is. */
export const savedLine = ({ attempt, ref, head }: SavedRef): string =>
  `- work of attempt ${attempt} is kept as \`${ref}\` (\`${head.slice(0, 12)}\`)`;

function footer(assignment: Assignment): string {
  const { issue } = assignment;
  if (issue === null) return "";
  const facts = [
    `Branch \`${branchOf(assignment, issue)}\`${intoText(assignment)}`,
    `requested by ${assignment.requester.login}`,
    // Of work under way only at its end: an edit for each run would cost requests and tell people little.
    ...(currentAttempt(assignment) === null ? spent(assignment) : []),
  ];
  return `<sub>${facts.join(" · ")}</sub>`;
}

/** Where its pull request goes, when that is not the default branch. */
const intoText = ({ flow }: Assignment): string =>
  flow === null ? "" : ` into \`${flow.branch}\` of #${flow.number}`;

/** What models have cost so far, and what the issue may cost beyond its budget. */
function spent({ usage, raises }: Assignment): readonly string[] {
  const tokens = usage.inputTokens + usage.outputTokens;
  const last = raises.findLast(({ state }) => state === "booked");
  return [
    ...(tokens > 0 ? [`${usage.usd.toFixed(2)} USD for ${tokens} tokens`] : []),
    ...(last === undefined
      ? []
      : [`budget raised by ${last.usd} USD until ${iso(last.until)} by ${last.by}`]),
  ];
}
