/** The breaker: when Workers of several issues fail alike, the cause is not in the issues, and nothing more is begun until one attempt gets further. Derived from what the live assignments have been through. */
import type { Assignment } from "./assignment.ts";
import type { EndedAttempt } from "./attempt.ts";
import type { Board } from "./board.ts";
import { causeOf } from "./cause.ts";
import type { AssignmentId, Millis } from "./ids.ts";
import { millis } from "./ids.ts";
import { currentAttempt } from "./standing.ts";
import type { Waiting } from "./waiting.ts";

/** Failures that correlate, and when the last of them was. */
export type Trip = { readonly cause: string; readonly last: Millis };

const fewestIssues = 3;
/** Within which failures are taken for one. */
const windowMs = 10 * 60_000;
const pauseMs = 5 * 60_000;

/** Whether failures correlate, after all attempts of the live assignments in the order in which they ended; null when they do not. */
export function tripOf(board: Board): Trip | null {
  const all = [...board.values()].flatMap(({ id, attempts }) =>
    attempts.map((attempt) => ({ id, attempt })),
  );
  let trip: Trip | null = null;
  const lasts = new Map<AssignmentId, EndedAttempt>();
  for (const { id, attempt } of all.toSorted(byEnd)) {
    // Nobody knows whether a Worker that was stopped would have failed.
    if (attempt.outcome === "stopped") continue;
    if (trip !== null && attempt.startedAt - trip.last > windowMs) trip = null;
    const cause = outerCause(attempt);
    if (trip !== null && cause !== trip.cause) {
      // Whoever had begun before says nothing of what holds since.
      if (attempt.startedAt <= trip.last) continue;
      trip = null;
      lasts.clear();
    }
    lasts.set(id, attempt);
    if (cause === null) continue;
    const isTripped = trip !== null || alike(lasts, cause, attempt.endedAt) >= fewestIssues;
    if (isTripped) trip = { cause, last: attempt.endedAt };
  }
  return trip;
}

type Chapter = { readonly id: AssignmentId; readonly attempt: EndedAttempt };

const byEnd = ({ attempt: one }: Chapter, { attempt: other }: Chapter): number =>
  one.endedAt - other.endedAt;

/** How many issues' last attempts have failed for the cause, not long before. */
const alike = (lasts: ReadonlyMap<AssignmentId, EndedAttempt>, cause: string, at: Millis): number =>
  [...lasts.values()].filter((one) => outerCause(one) === cause && at - one.endedAt <= windowMs)
    .length;

/** The cause of a failure that can lie outside of the issue; null for any other end. */
function outerCause(attempt: EndedAttempt): string | null {
  switch (attempt.outcome) {
    case "crashed":
    case "lost":
      return causeOf(attempt);
    case "refused-by-provider":
      // A limit that ends at a known time holds for one agent only, and others go on.
      return attempt.retryAt === null ? causeOf(attempt) : null;
    case "finished":
    case "turns-exhausted":
    case "budget-exhausted":
    case "funds-exhausted":
    case "timed-out":
    case "silent":
    case "flooded":
    case "stopped":
      return null;
  }
}

/** What an assignment must wait for that could begin an attempt now; null when it may. */
export function heldBack(
  board: Board,
  trip: Trip | null,
  { id }: Assignment,
  at: Millis,
): Extract<Waiting, { for: "breaker" }> | null {
  if (trip === null) return null;
  const { cause, last } = trip;
  const until = millis(last + pauseMs);
  if (at < until) return { for: "breaker", cause, until };
  const isTried = [...board.values()].some((other) => other.id !== id && isCanary(other, last, at));
  return isTried ? { for: "breaker", cause, until: null } : null;
}

/** Is it the one that was let through, or about to be that? */
function isCanary(assignment: Assignment, last: Millis, at: Millis): boolean {
  const { phase } = assignment;
  if (phase.name === "queued") {
    return phase.waiting.for === "inspection" && phase.waiting.hasSlot && at - last <= windowMs;
  }
  const attempt = currentAttempt(assignment);
  return attempt !== null && attempt.startedAt > last && attempt.startedAt - last <= windowMs;
}
