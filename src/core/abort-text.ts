/** What whoever stops all work is told. */
import type { Assignment } from "./assignment.ts";
import type { Policy } from "./policy.ts";
import { currentAttempt } from "./standing.ts";

/** What was stopped, where it stood, and how each of it goes on. */
export const abortText = (
  all: readonly Assignment[],
  by: string,
  { commandPrefix }: Policy,
): string =>
  [
    "## Orchestration Aborted",
    "",
    `${by} stopped ${all.length === 1 ? "one" : `${all.length}`}: a worker that runs ends once its work is saved, and the cards go to Blocked. To let one go on, comment \`/${commandPrefix} unblock\` on its issue.`,
    "",
    "| Issue | Was | Worker |",
    "|---|---|---|",
    ...all.map(rowOf),
  ].join("\n");

function rowOf(assignment: Assignment): string {
  const { issue, phase, attempts } = assignment;
  const worker = (currentAttempt(assignment) ?? attempts.at(-1))?.worker;
  return `| #${issue?.number ?? 0} | ${phase.name} | ${worker === undefined ? "–" : `\`${worker}\``} |`;
}
