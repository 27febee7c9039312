/** Money: what a repository's workers may spend, and raises for one issue. */
import type { Assignment } from "./assignment.ts";
import type { Millis } from "./ids.ts";
import { millis } from "./ids.ts";
import type { Budget, Policy } from "./policy.ts";
import { ask } from "./questions.ts";

type Wanted = {
  readonly key: string;
  readonly usd: number;
  readonly forMs: number;
  readonly by: string;
};

/** The tighter of what the operator allows and what the repository asks for. */
export function budgetOf({ policy }: Pick<Assignment, "policy">, { budget }: Policy): Budget {
  const less = (one: number | null, other: number | null): number | null =>
    one === null || other === null ? (one ?? other) : Math.min(one, other);
  const own = policy.budget;
  return {
    run: less(own.run, budget.run),
    issue: less(own.issue, budget.issue),
    repositoryDay: less(own.repositoryDay, budget.repositoryDay),
    day: budget.day,
  };
}

/** The issue may cost more from now on; it takes effect when it is booked. */
export function raised(
  assignment: Assignment,
  { key, usd, forMs, by }: Wanted,
  at: Millis,
): Assignment {
  if (assignment.raises.some((raise) => raise.key === key)) return assignment;
  const raise = { key, usd, until: millis(at + forMs), by, state: "owed" } as const;
  return { ...assignment, raises: [...assignment.raises, raise] };
}

/** The raise is booked: work that waited for money goes on. */
export function booked(assignment: Assignment, key: string): Assignment {
  const next = settledRaise(assignment, key, "booked");
  if (next === assignment) return assignment;
  const { phase } = assignment;
  const isWaiting =
    phase.name === "parked" && phase.reason.kind === "budget" && phase.asking === null;
  return isWaiting ? ask({ ...next, attemptsBefore: next.attempts.length }, false) : next;
}

/** Key of the booking of a raise. */
export const raiseKey = ({ id }: Assignment, key: string): string => `${id}/raise/${key}`;

/** The raise could not be booked: the money stays as it was. */
export function unbooked(assignment: Assignment, effect: string): Assignment {
  const raise = assignment.raises.find(({ key }) => raiseKey(assignment, key) === effect);
  return raise === undefined ? assignment : settledRaise(assignment, raise.key, "failed");
}

function settledRaise(assignment: Assignment, key: string, state: "booked" | "failed"): Assignment {
  const at = assignment.raises.findIndex((raise) => raise.key === key && raise.state === "owed");
  const raise = assignment.raises[at];
  if (raise === undefined) return assignment;
  return { ...assignment, raises: assignment.raises.with(at, { ...raise, state }) };
}
