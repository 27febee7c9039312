/** What a person is told when all that Workers can try is tried, in the seed's form. */
import type { Assignment, ParkedReason } from "./assignment.ts";
import type { EndedAttempt } from "./attempt.ts";
import { accountOf } from "./ladder.ts";
import { plain, quoted } from "./quote.ts";
import { triesOf } from "./standing.ts";

type Stuck = Extract<ParkedReason, { kind: "attempts-used" | "repeated" }>;

/** Reason, attempts, research, why, and what is needed of a person. */
export function blockedLines(assignment: Assignment, reason: Stuck): readonly string[] {
  const { implemented, researched } = triesOf(assignment);
  const tries = assignment.attempts.slice(assignment.attemptsBefore);
  return [
    "## Issue Blocked",
    "",
    `**Reason:** ${whatIsStuck(reason)}`,
    `**Attempts:** ${implemented}`,
    `**Research Cycles:** ${researched}`,
    "",
    "**Why Blocked:**",
    "",
    ...tries.map(line),
    "",
    "The last one said:",
    "",
    quoted(reason.last),
    "",
    "**Required Action:** a person must change what the issue asks for, or what stands in its way.",
  ];
}

/** The same in one sentence. */
export function whatIsStuck({ kind }: Pick<Stuck, "kind">): string {
  switch (kind) {
    case "attempts-used":
      return "All attempts are used up.";
    case "repeated":
      return "Two attempts failed for the same cause, and there is no other way to try.";
  }
}

const shownCharacters = 200;

const line = ({ number, task, agent, outcome, handover }: EndedAttempt): string => {
  const [first = ""] = accountOf(handover).trim().split("\n");
  return `- ${number}. ${task.kind} (${agent}, ${outcome}): ${plain(first.slice(0, shownCharacters))}`;
};
