/** In one sentence, what work waits for: the line that its status begins with, and what makes it go on. */
import type { Assignment } from "./assignment.ts";
import { holdLine } from "./hold-text.ts";
import type { Policy } from "./policy.ts";
import { standingLine } from "./status-text.ts";
import { goOnText } from "./wording.ts";

/** For somebody who asks why nothing happens, or what does. */
export function whyText(assignment: Assignment, policy: Policy): string {
  const { phase, issue } = assignment;
  const line = standingLine(assignment);
  if (phase.name === "parked") {
    return `${line} ${goOnText(policy, phase.reason, (issue?.card ?? null) !== null)}`;
  }
  const hold = holdLine(assignment, policy);
  return hold === null ? line : `${line} ${hold}`;
}
