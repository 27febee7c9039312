/** Why people can ask nothing of work any more, or not just now; null when they can, also while it waits for one of them. */
import type { Assignment } from "./assignment.ts";
import { isAside } from "./standing.ts";
import { denial } from "./wording.ts";

export function denied(assignment: Assignment): string | null {
  const { phase } = assignment;
  if (isAside(assignment)) return denial.nothingUnderWay;
  switch (phase.name) {
    case "queued":
    case "preparing":
    case "working":
    case "publishing":
    case "reviewing":
    case "parked":
      return null;
    case "merging":
      return denial.merging;
    case "tracking":
      return denial.nothingUnderWay;
    case "cleaning":
    case "done":
    case "withdrawn":
      return denial.ended;
  }
}
