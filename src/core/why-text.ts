/** In one sentence, what work waits for: the line that its status begins with, and what makes it go on. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { holdLine } from "./hold-text.ts";
import type { Policy } from "./policy.ts";
import { ahead } from "./priority.ts";
import { standingLine } from "./status-text.ts";
import { goOnText } from "./wording.ts";

/** For somebody who asks why nothing happens, or what does. */
export function whyText(assignment: Assignment, policy: Policy, board: Board): string {
  const { phase, issue } = assignment;
  const line = [standingLine(assignment), ...turnLines(assignment, board)].join(" ");
  if (phase.name === "parked") {
    return `${line} ${goOnText(policy, phase.reason, (issue?.card ?? null) !== null)}`;
  }
  const hold = holdLine(assignment, policy);
  return hold === null ? line : `${line} ${hold}`;
}

const aheadShown = 10;

/** Whose turn is first; issues of other repositories are counted and not named. */
function turnLines(assignment: Assignment, board: Board): readonly string[] {
  const { phase, issue } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "slot") return [];
  const before = ahead(board, assignment);
  const here = before.filter((one) => one.issue?.repository.id === issue?.repository.id);
  const shown = here.slice(0, aheadShown);
  const rest = before.length - shown.length;
  const named = [
    ...shown.map((one) => `#${one.issue?.number ?? 0}`),
    ...(rest > 0 ? [`${rest} more`] : []),
  ];
  return named.length === 0
    ? ["It is the next one."]
    : [
        `Before it, by priority and then by age, ${before.length === 1 ? "comes" : "come"} ${named.join(", ")}.`,
      ];
}
