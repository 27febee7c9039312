/** Every sentence the bot says about requests, workers and their records. */
import type { ParkedReason } from "./assignment.ts";
import type { Attempt, EndedAttempt } from "./attempt.ts";
import type { Misspelt } from "./command.ts";
import { findingsText } from "./handover.ts";
import { usageOf } from "./help-text.ts";
import type { Permission } from "./issue.ts";
import { iso } from "./iso.ts";
import type { Policy } from "./policy.ts";
import { reviewSummary } from "./review-report.ts";
import { code, plain, quoted } from "./quote.ts";

const faultsShown = 10;

/** Why a request is turned down, each as the end of a sentence that has a “because” before it. */
export const refusal = {
  issueClosed: "the issue is closed",
  pullClosed: "the pull request is closed",
  fork: (branch: string): string =>
    `its branch ${code(branch)} is in a fork, and an App can push only where it is installed; a review is possible`,
  defaultBranch: (branch: string): string =>
    `its branch ${code(branch)} is the repository's default branch, to which nothing is pushed unseen; a review is possible`,
  disabled: "Yardmaster is switched off in this repository (`enabled: false`)",
  requestGone: "the request was taken back before work began",
  permission: (login: string, has: Permission): string =>
    `${login} has ${has === "none" ? "no" : `only ${has}`} permission here, and asking for work takes write permission`,
  agent: (agent: string, known: readonly string[]): string =>
    known.length === 0
      ? `there is no agent ${code(agent)} here, nor any other; its operator can see why with \`yardmaster doctor\``
      : `there is no agent ${code(agent)} here; known are ${known.map(code).join(", ")}`,
  model: (model: string): string => `${code(model)} is no name of a model`,
  unavailable: (agent: string, why: string): string =>
    `the agent ${code(agent)} cannot be started here: ${plain(why)}`,
  torn: (names: readonly string[]): string =>
    `its labels ask for ${names.map(code).join(" and for ")}; take one of them off`,
  stranger:
    "whoever wrote the issue has no write permission here, and agents of this service work without a sandbox",
  repositoryFile: (faults: readonly string[]): string => {
    const shown = faults.slice(0, faultsShown).map(plain);
    const rest = faults.length - shown.length;
    const more = rest > 0 ? [`and ${rest} more`] : [];
    return `\`.github/yardmaster.yml\` is not valid: ${[...shown, ...more].join("; ")}`;
  },
} as const;

/** Why a wish is not granted, each as the end of a sentence that has a “because” before it. */
export const denial = {
  nothingParked: "no parked work on this issue waits for that; `dispatch` asks for new work",
  onIssueOnly: (verb: string): string =>
    `\`${verb}\` belongs on the issue, not on its pull request`,
  noPull: "it has no pull request that is open",
  onPullOnly: (verb: string): string =>
    `no work on this issue is under way; \`${verb}\` belongs on a pull request, whoever opened it`,
  oneAtATime: "a request for this pull request is under way already",
  notOurs:
    "Yardmaster did not open this pull request: it does there what somebody asks for, and leaves the rest to people",
  calledAlready: "a worker is called for that already",
  notOnHold: "it is not on hold",
  isBlocked: "it is blocked already",
  notBlocked: "nobody has blocked it",
  waitsAlready: "the work waits for a person already",
  notMerged: "the work on this issue is under way, so nothing of it is merged yet",
  merging: "the work is being merged",
  ended: "the work has ended",
  trackingOnly: "`abort` belongs on the tracking issue; `stop` and `block` are for one issue",
  nothingRuns: "nothing in its scope is queued, under way or in review",
  underWay: "work on this issue is under way; `stop` takes it back, and its worktrees with it",
  goesAlready: "the work has ended, and its worktrees are being removed already",
  heldWork:
    "finished work of it waits for an approval; `approve` lets it be published, and `stop` takes it back",
  nobodyRuns: "no worker runs in this repository",
  maintainers: (login: string, has: Permission): string =>
    `${login} has only ${has} permission here, and that takes maintain permission`,
  nobodyWorks: "no worker is at work on it",
  onlyLooks: "the worker only finds out why the last attempt failed, and has nothing to hand over",
  handsOver: "the worker is handing over already",
  nothingAsked: "no worker waits for an answer",
  nothingUnderWay: "no work on this issue is under way",
  permission: (login: string, has: Permission): string =>
    `${login} has ${has === "none" ? "no" : `only ${has}`} permission here, and that takes write permission`,
  edited: "the comment was edited or deleted",
  changed: "the text was changed after we had read it; it is read again, so look at it once more",
  notInReview: "no pull request for this issue is in review",
  otherWork: "the work has changed since; look at it once more",
  nothingToApprove: "nothing here waits for an approval",
  finalFinding:
    "the work holds a secret of this service, which nobody may publish; write to the worker with `send`, or take the request back",
} as const;

/** What the next Worker is told of one that was stopped and has said nothing itself. */
export const relievedNotes = (by: string): string =>
  `It was stopped by ${by} before it had finished; its commits are all that it left.`;

/** Answer to whoever wrote to all Workers. */
export const broadcastText = (issues: readonly number[]): string =>
  `Written to ${issues.length === 1 ? "the worker" : `the ${issues.length} workers`} of ${issues.map((number) => `#${number}`).join(", ")}, to be heard when what runs there has ended its turn.`;

/** Answer to questions about work where there is none. */
export const noWork = "No work on this issue is under way.";

/** What speaks against a text besides what it hides. */
export const doubt = {
  changed: "it was changed after it was asked for",
} as const;

/** Answer to a second request by comment while the first is under way. */
export const alreadyAssigned = "this issue is being worked on already";

/** Answer to a request by comment while GitHub is being asked about somebody else's. */
export const alreadyAsked =
  "another request for this issue is being looked at; ask again when it is answered";

/** Answer to a command that is not one. */
export function notUnderstood(command: Misspelt, { commandPrefix }: Policy): string {
  const help = `\`/${commandPrefix} help\` lists all`;
  switch (command.verb) {
    case "too-many":
      return `a comment may hold at most ${command.most} commands`;
    case "malformed": {
      const typed = code(command.typed);
      const what =
        command.typed === ""
          ? `something is missing after \`${command.of}\``
          : `\`${command.of}\` cannot be followed by ${typed}`;
      return `${what}; write ${usageOf(command.of, commandPrefix).join(" or ")}`;
    }
    case "unknown": {
      const what =
        command.typed === ""
          ? "the command is empty"
          : `there is no command ${code(command.typed)}`;
      return command.nearest === null
        ? `${what}; ${help}`
        : `${what}; the nearest is ${usageOf(command.nearest, commandPrefix).join(" or ")}, and ${help}`;
    }
  }
}

/** The one sentence that a turned-down request gets. */
export const refusalText = (login: string, why: string): string =>
  `@${login}: nothing was started, because ${why}.`;

/** The one sentence that a wish gets that is not granted. */
export const denialText = (
  login: string,
  { why, isAlone }: { readonly why: string; readonly isAlone: boolean },
): string =>
  isAlone
    ? `@${login}: that was not done, because ${why}.`
    : `@${login}: one of the commands was not obeyed, nor any after it, because ${why}.`;

/** How parked work is made to go on. */
export function goOnText(
  { triggerLabel, commandPrefix }: Policy,
  reason: ParkedReason,
  hasBoard: boolean,
): string {
  const card = hasBoard ? "move the card to Ready, " : "";
  const again = `${card}add the label \`${triggerLabel}\` or comment \`/${commandPrefix} dispatch\``;
  const command = (verb: string): string => `comment \`/${commandPrefix} ${verb}\``;
  switch (reason.kind) {
    case "question":
      return `To answer the same worker, write a comment. For a new attempt, edit the text of the issue and ${again}.`;
    case "held":
      if (reason.isApproved)
        return "It is approved, and is published as soon as a worker's place is free.";
      return reason.findings.some(({ isFinal }) => isFinal)
        ? `To have it done without that, ${again}.`
        : `To publish it as it is, ${command("approve")}; to have it changed, ${command("send TEXT")}.`;
    case "blocked":
      return `To let it go on, ${command("unblock")}.`;
    case "budget":
      return `To go on, ${command("budget +2USD 24h")}.`;
    case "attempts-used":
    case "repeated":
    case "provider":
    case "refused":
    case "fault":
      return `To go on, ${again}.`;
  }
}

/** A Worker's question to whoever asked for the work, the only text of ours that mentions somebody unasked. */
export const questionText = (login: string, { worker }: Attempt, question: string): string =>
  [
    `@${login}, worker \`${worker}\` needs an answer before it can go on:`,
    "",
    quoted(question),
    "",
    "The next comment here by somebody with write access is its answer; it then goes on where it stopped.",
  ].join("\n");

/** The human half of an assignment record. */
export const assignedText = (attempt: Attempt, worktree: string): string =>
  [
    "**Worker Assigned**",
    "",
    `- **Worker ID:** \`${attempt.worker}\``,
    `- **Started:** ${iso(attempt.startedAt)}`,
    `- **Worktree:** \`${worktree}\``,
    `- **Attempt:** ${attempt.number}`,
    ...(attempt.task.kind === "implement" ? [] : [`- **Task:** ${attempt.task.kind}`]),
    `- **Agent:** ${attempt.agent}${attempt.model === null ? "" : `, model ${code(attempt.model)}`}`,
    "",
    "---",
    "*Orchestrator: Yardmaster*",
  ].join("\n");

/** The human half of an ended attempt's record. */
export function clearedText(attempt: EndedAttempt, result: string, pull: number | null): string {
  const { handover } = attempt;
  const lines = [
    "**Worker Completed**",
    "",
    `- **Task ID:** \`${attempt.worker}\``,
    `- **Cleared:** ${iso(attempt.endedAt)}`,
    `- **Result:** [${result}]`,
    `- **Attempt:** ${attempt.number}`,
  ];
  if (pull !== null) lines.push(`- **Pull request:** #${pull}`);
  switch (handover.kind) {
    case "ready":
      break;
    case "unfinished":
      // What it left stands in a comment of its own.
      break;
    case "blocked":
      lines.push("", "Asked:", "", quoted(handover.question));
      break;
    case "found":
      lines.push("", "Found out:", "", quoted(findingsText(handover.findings)));
      break;
    case "reviewed":
      // Its findings stand in the artifact.
      lines.push("", reviewSummary(handover.report));
      break;
    case "failed":
      lines.push("", "Failed:", "", quoted(handover.why));
      break;
  }
  return [...lines, "", "---", "*Orchestrator: Yardmaster*"].join("\n");
}
