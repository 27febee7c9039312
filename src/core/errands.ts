/** When a Worker is called to a pull request that is open: once for each head and cause, and not for ever. */
import type { Assignment, Pull } from "./assignment.ts";
import type { PullState } from "./pull-state.ts";
import { reviewFor, wishesOf } from "./review-gate.ts";
import type { Errand, ReviewTask } from "./task.ts";

/** What is to be done about the pull request as GitHub tells it; null when nothing is, or nothing more. */
export function errandFor(
  assignment: Assignment,
  pull: Pull,
  state: PullState,
): Errand | ReviewTask | null {
  const { pulls } = assignment.policy;
  const { base } = state;
  const critiques = unheard(assignment, pull, state);
  const errands: readonly (Errand | null)[] = [
    // First: checks are not run on what conflicts, and a later merge could undo what was mended.
    pulls.rebase && state.mergeable === "conflicting" ? { kind: "rebase", pull, base } : null,
    pulls.fix ? failureOf(pull, state) : null,
    pulls.revise && critiques.length > 0 ? { kind: "revise", pull, critiques } : null,
  ];
  const due = errands.find((errand) => errand !== null && isDue(assignment, errand)) ?? null;
  // Last: what the others do makes another head.
  return due ?? reviewFor(assignment, pull, state);
}

/** The failed checks of the head; null when none has failed. */
export const failureOf = (pull: Pull, { checks, failures }: PullState): Errand | null =>
  checks === "failing" ? { kind: "fix", pull, failures } : null;

/** What no Worker was told, by people or by a review. A push in between does not answer what was said before it. */
export const unheard = (
  assignment: Assignment,
  pull: Pull,
  { critiques }: PullState,
): PullState["critiques"] =>
  [...critiques, ...wishesOf(assignment, pull)].filter(
    ({ id }) => !assignment.errands.includes(heardKey(id)),
  );

/** Would a check that fails on this head call a Worker? */
export const mayFix = (assignment: Assignment, pull: Pull): boolean =>
  assignment.policy.pulls.fix && isDue(assignment, { kind: "fix", pull, failures: [] });

/** The Worker waits for a slot, and for GitHub's word that the work is still wanted. */
export const sentOn = (assignment: Assignment, errand: Errand | ReviewTask): Assignment => ({
  ...assignment,
  reviews:
    errand.kind === "review" && assignment.reviews.asked === "now"
      ? { ...assignment.reviews, asked: "before" }
      : assignment.reviews,
  errands: [...new Set([...assignment.errands, keyOf(errand), ...heardBy(errand)])],
  task: errand,
  phase: { name: "queued", waiting: { for: "slot", inspectedAt: assignment.requestedAt } },
});

function isDue({ errands, policy }: Assignment, errand: Errand): boolean {
  // What reviewers ask for is told apart by what they said.
  if (errand.kind !== "revise" && errands.includes(keyOf(errand))) return false;
  return errands.filter((key) => key.startsWith(`${errand.kind}/`)).length < policy.pulls.attempts;
}

function keyOf(errand: Errand | ReviewTask): string {
  const key = `${errand.kind}/${errand.pull.head}`;
  // The same head conflicts anew with each commit of the base branch.
  return errand.kind === "rebase" ? `${key}/${errand.base}` : key;
}

const heardBy = (errand: Errand | ReviewTask): readonly string[] =>
  errand.kind === "revise" ? errand.critiques.map(({ id }) => heardKey(id)) : [];

const heardKey = (critique: string): string => `heard/${critique}`;
