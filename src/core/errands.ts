/** When a Worker is called to a pull request that is open: once for each head and cause, and not for ever. */
import type { Assignment, Pull } from "./assignment.ts";
import type { PullState } from "./event.ts";
import type { Errand } from "./task.ts";

/** What is to be done about the pull request as GitHub tells it; null when nothing is, or nothing more. */
export function errandFor(assignment: Assignment, pull: Pull, state: PullState): Errand | null {
  const { pulls } = assignment.policy;
  const { failures, critiques } = state;
  const errands: readonly (Errand | null)[] = [
    pulls.fix && state.checks === "failing" ? { kind: "fix", pull, failures } : null,
    pulls.revise && critiques.length > 0 ? { kind: "revise", pull, critiques } : null,
  ];
  return errands.find((errand) => errand !== null && isDue(assignment, errand)) ?? null;
}

/** The Worker waits for a slot, and for GitHub's word that the work is still wanted. */
export const sentOn = (assignment: Assignment, errand: Errand): Assignment => ({
  ...assignment,
  errands: [...assignment.errands, keyOf(errand)],
  task: errand,
  phase: { name: "queued", waiting: { for: "slot", inspectedAt: assignment.requestedAt } },
});

function isDue({ errands, policy }: Assignment, errand: Errand): boolean {
  if (errands.includes(keyOf(errand))) return false;
  return errands.filter((key) => key.startsWith(`${errand.kind}/`)).length < policy.pulls.attempts;
}

const keyOf = ({ kind, pull }: Errand): string => `${kind}/${pull.head}`;
