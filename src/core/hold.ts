/** Work that somebody put on hold: nothing of it starts and nothing is merged; a Worker that runs goes on. */
import type { Assignment } from "./assignment.ts";
import { denied } from "./denied.ts";
import { ask } from "./questions.ts";
import { askAbout } from "./review.ts";
import type { Hold } from "./wish.ts";
import { denial } from "./wording.ts";

/** Why it cannot be put on hold; null when it can. */
export const mayHold = (assignment: Assignment): string | null =>
  assignment.phase.name === "parked" ? denial.waitsAlready : denied(assignment);

/** A pull request is looked at again, so that its check run says why it is not merged. */
export const heldBack = (assignment: Assignment, hold: Hold): Assignment =>
  askAbout({ ...assignment, hold }, null);

/** What waited only for this goes on, after a fresh look at it. */
export function letGo(assignment: Assignment): Assignment {
  const { phase } = assignment;
  const next = { ...assignment, hold: null };
  return phase.name === "queued" && phase.waiting.for === "unhold"
    ? ask(next, false)
    : askAbout(next, null);
}
