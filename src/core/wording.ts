/** Every sentence the bot says about requests, workers and their records. */
import type { Attempt, EndedAttempt, ParkedReason } from "./assignment.ts";
import type { Command } from "./command.ts";
import type { Permission } from "./issue.ts";
import { iso } from "./iso.ts";
import type { Policy } from "./policy.ts";
import { code, plain, quoted } from "./quote.ts";

const faultsShown = 10;

/** Why a request is turned down, each as the end of a sentence that has a “because” before it. */
export const refusal = {
  issueClosed: "the issue is closed",
  disabled: "Yardmaster is switched off in this repository (`enabled: false`)",
  requestGone: "the request was taken back before work began",
  permission: (login: string, has: Permission): string =>
    `${login} has ${has === "none" ? "no" : `only ${has}`} permission here, and asking for work takes write permission`,
  agent: (agent: string, known: readonly string[]): string =>
    `there is no agent ${code(agent)} here; known are ${known.map(code).join(", ")}`,
  repositoryFile: (faults: readonly string[]): string => {
    const shown = faults.slice(0, faultsShown).map(plain);
    const rest = faults.length - shown.length;
    const more = rest > 0 ? [`and ${rest} more`] : [];
    return `\`.github/yardmaster.yml\` is not valid: ${[...shown, ...more].join("; ")}`;
  },
} as const;

/** Answer to a second request by comment while the first is under way. */
export const alreadyAssigned = "this issue is being worked on already";

/** Answer to a request by comment while GitHub is being asked about somebody else's. */
export const alreadyAsked =
  "another request for this issue is being looked at; ask again when it is answered";

/** Answer to a command that is not one. */
export function notUnderstood(
  command: Exclude<Command, { verb: "dispatch" }>,
  policy: Policy,
): string {
  const dispatch = `/${policy.commandPrefix} dispatch`;
  return `${whyNot(command)}; write \`${dispatch}\` or \`${dispatch} --agent=NAME\``;
}

function whyNot(command: Exclude<Command, { verb: "dispatch" }>): string {
  switch (command.verb) {
    case "unknown":
      return command.typed === ""
        ? "the command is empty"
        : `there is no command ${code(command.typed)}`;
    case "malformed":
      return `\`dispatch\` cannot be followed by ${code(command.typed)}`;
  }
}

/** The one sentence that a turned-down request gets. */
export const refusalText = (login: string, why: string): string =>
  `@${login}: nothing was started, because ${why}.`;

/** How parked work is made to go on. */
export function goOnText(
  { triggerLabel, commandPrefix }: Policy,
  reason: ParkedReason,
  hasBoard: boolean,
): string {
  const card = hasBoard ? "move the card to Ready, " : "";
  const first =
    reason.kind === "question" ? "To answer, edit the text of the issue; then" : "To go on,";
  return `${first} ${card}add the label \`${triggerLabel}\` or comment \`/${commandPrefix} dispatch\`.`;
}

/** The human half of an assignment record. */
export const assignedText = (attempt: Attempt, worktree: string): string =>
  [
    "**Worker Assigned**",
    "",
    `- **Worker ID:** \`${attempt.worker}\``,
    `- **Started:** ${iso(attempt.startedAt)}`,
    `- **Worktree:** \`${worktree}\``,
    `- **Attempt:** ${attempt.number}`,
    `- **Agent:** ${attempt.agent}`,
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
      lines.push("", "Left for the next worker:", "", quoted(handover.notes));
      break;
    case "blocked":
      lines.push("", "Asked:", "", quoted(handover.question));
      break;
    case "failed":
      lines.push("", "Failed:", "", quoted(handover.why));
      break;
  }
  return [...lines, "", "---", "*Orchestrator: Yardmaster*"].join("\n");
}
