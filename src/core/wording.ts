/** Every sentence the bot says about requests, workers and their records. */
import type { Attempt, EndedAttempt } from "./assignment.ts";
import type { Command } from "./command.ts";
import type { Permission } from "./issue.ts";
import { iso } from "./iso.ts";
import type { Policy } from "./policy.ts";
import { quoted } from "./quote.ts";

/** Why a request is turned down, each in one sentence. */
export const refusal = {
  issueClosed: "the issue is closed",
  disabled: "Yardmaster is switched off in this repository (`enabled: false`)",
  requestGone: "the request was taken back before work began",
  permission: (login: string, has: Permission): string =>
    `${login} has ${has === "none" ? "no" : has} permission here, and having work done needs write permission`,
  agent: (agent: string, known: readonly string[]): string =>
    `there is no agent \`${agent}\` here; known are ${known.map((name) => `\`${name}\``).join(", ")}`,
  repositoryFile: (faults: readonly string[]): string =>
    `\`.github/yardmaster.yml\` is not valid:\n${faults.map((fault) => `- ${fault}`).join("\n")}`,
} as const;

/** Answer to a second request by comment while the first is under way. */
export const alreadyAssigned = "this issue is being worked on already";

/** Answer to a request by comment while GitHub is being asked about somebody else's. */
export const alreadyAsked =
  "another request for this issue is being looked at; ask again when it is answered";

/** Answer to a command that is not one. */
export function notUnderstood(
  command: Extract<Command, { verb: "unknown" }>,
  policy: Policy,
): string {
  const { commandPrefix: prefix } = policy;
  return `${command.why}; \`/${prefix} dispatch [--agent=NAME]\` is what can be asked for`;
}

/** The one sentence that a turned-down request gets. */
export const refusalText = (login: string, why: string): string =>
  `@${login}: nothing was started, because ${why}.`;

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
