/** What keeps an issue from a Worker although a slot may be free: others at the same files, or reviewers with enough to do. */
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import type { Issue } from "./issue.ts";
import { overlapWith } from "./overlap.ts";
import type { Policy } from "./policy.ts";
import type { Waiting } from "./waiting.ts";

/** Waiting for a slot, or for what has to pass before one is taken. */
export type WaitingForTurn = Extract<Waiting, { for: "slot" | "overlap" | "reviews" | "plan" }>;

/** Is nothing but its turn missing? */
export const waitsForTurn = (waiting: Waiting): waiting is WaitingForTurn =>
  waiting.for === "slot" ||
  waiting.for === "overlap" ||
  waiting.for === "reviews" ||
  waiting.for === "plan";

/** What an issue waits for as things stand, with GitHub's last answer as old as it is. */
export function turnOf(
  board: Board,
  { assignment, issue }: { readonly assignment: Assignment; readonly issue: Issue },
  inspectedAt: WaitingForTurn["inspectedAt"],
  policy: Policy,
): WaitingForTurn {
  const here = [...board.values()].filter(
    (other) => other.id !== assignment.id && other.issue?.repository.id === issue.repository.id,
  );
  const { kind } = assignment.task;
  const open = here.filter(waitsForPeople).length;
  if (kind === "implement" && policy.reviewLimit !== null && open >= policy.reviewLimit) {
    return { for: "reviews", open, inspectedAt };
  }
  const overlap = overlapWith(here, assignment);
  return overlap === null
    ? { for: "slot", inspectedAt }
    : { for: "overlap", ...overlap, inspectedAt };
}

/** Our pull requests that go on only when a person does something. While GitHub is being asked one counts, or a start could slip through. */
function waitsForPeople({ phase }: Assignment): boolean {
  if (phase.name !== "reviewing") return false;
  switch (phase.verdict.kind) {
    case "inspecting":
    case "waiting-for-person":
    case "conflict":
    case "on-hold":
    case "foreign-head":
    case "armed":
    case "thrown-out":
    case "refused":
      return true;
    case "review":
      return !phase.verdict.isWaiting;
    case "checks":
      return phase.verdict.checks === "failing";
    case "in-line":
    case "in-queue":
    case "updating":
      return false;
  }
}
