/** What time and free slots change: pauses that are over, and who is next. */
import { freed } from "./approval.ts";
import type { Assignment } from "./assignment.ts";
import { beginAttempt } from "./attempts.ts";
import type { Board } from "./board.ts";
import { freeSlots, withAssignment } from "./board.ts";
import type { WaitingForTurn } from "./hindrance.ts";
import { turnOf, waitsForTurn } from "./hindrance.ts";
import type { Millis } from "./ids.ts";
import type { Policy } from "./policy.ts";
import { answeredTo } from "./messages.ts";
import { ask } from "./questions.ts";

/** How old GitHub's answer may be when a Worker is registered; an older one is asked for again. */
const freshMs = 10_000;

/** The board after every pause that is over and every slot that can be given. */
export function scheduled(board: Board, at: Millis, policy: Policy): Board {
  let next = board;
  // Whose work is further gets on first.
  for (const assignment of board.values()) {
    const free = freed(next, assignment, policy);
    const on = free === assignment ? answeredTo(next, assignment, policy) : free;
    if (on !== assignment) next = withAssignment(next, on);
  }
  for (const assignment of queueOrder(next)) {
    const due = afterPause(assignment, at);
    if (due !== assignment) next = withAssignment(next, due);
    const given = withSlot(next, due, at, policy);
    if (given !== due) next = withAssignment(next, given);
  }
  return next;
}

/** Those who wait, in the order in which they get slots: oldest request first. */
const queueOrder = (board: Board): readonly Assignment[] =>
  [...board.values()]
    .filter(({ phase }) => phase.name === "queued")
    .toSorted((one, other) => one.requestedAt - other.requestedAt);

function afterPause(assignment: Assignment, at: Millis): Assignment {
  const { phase } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "time") return assignment;
  if (phase.waiting.until > at) return assignment;
  // A pause makes GitHub's last answer old, whatever its length.
  const waiting = { for: "slot", inspectedAt: assignment.requestedAt } as const;
  return { ...assignment, phase: { name: "queued", waiting } };
}

/** With a slot and a fresh answer the attempt begins; with an old answer the slot is kept while GitHub is asked. */
function withSlot(board: Board, assignment: Assignment, at: Millis, policy: Policy): Assignment {
  const { phase, issue } = assignment;
  if (phase.name !== "queued" || !waitsForTurn(phase.waiting) || issue === null) return assignment;
  if (assignment.hold !== null) {
    return { ...assignment, phase: { name: "queued", waiting: { for: "unhold" } } };
  }
  const { inspectedAt } = phase.waiting;
  const turn = turnOf(board, { assignment, issue }, inspectedAt, policy);
  if (turn.for !== "slot" || freeSlots(board, issue.repository.id, policy) <= 0) {
    return isSame(turn, phase.waiting)
      ? assignment
      : { ...assignment, phase: { name: "queued", waiting: turn } };
  }
  const isFresh = at - inspectedAt <= freshMs;
  if (isFresh) return beginAttempt(assignment, issue, at, policy);
  return ask(assignment, true);
}

const isSame = (one: WaitingForTurn, other: WaitingForTurn): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

/** When the loop must be told the time, because some pause ends; null when no pause is on. */
export function nextDue(board: Board): Millis | null {
  const times = [...board.values()].flatMap(({ phase }) => {
    if (phase.name === "tracking") return phase.dueAt === null ? [] : [phase.dueAt];
    return phase.name === "queued" && phase.waiting.for === "time" ? [phase.waiting.until] : [];
  });
  return times.length === 0 ? null : times.reduce((one, other) => (one < other ? one : other));
}
