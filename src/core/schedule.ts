/** What time and free slots change: pauses that are over, and who is next. */
import { freed } from "./approval.ts";
import { clearing } from "./aside.ts";
import type { Assignment } from "./assignment.ts";
import { beginAttempt } from "./attempts.ts";
import type { Board } from "./board.ts";
import { freeSlots, withAssignment } from "./board.ts";
import { heldBack, tripOf } from "./breaker.ts";
import type { Trip } from "./breaker.ts";
import { choiceOf, isAgentNamed } from "./choice.ts";
import type { Choice } from "./choice.ts";
import { flowFor } from "./flow.ts";
import { turnOf, waitsForTurn } from "./hindrance.ts";
import type { Millis } from "./ids.ts";
import type { Issue } from "./issue.ts";
import { insteadOf, withDetour } from "./ladder.ts";
import type { Policy } from "./policy.ts";
import { queueOrder } from "./priority.ts";
import { answeredTo } from "./messages.ts";
import { isSame } from "./same.ts";
import { ask } from "./questions.ts";
import { suspendedUntil } from "./suspension.ts";
import type { Suspension } from "./suspension.ts";
import type { Waiting } from "./waiting.ts";

/** How old GitHub's answer may be when a Worker is registered; an older one is asked for again. */
const freshMs = 10_000;

/** All that decides who begins, as it is while slots are being given. */
type Now = {
  readonly board: Board;
  readonly trip: Trip | null;
  readonly at: Millis;
  readonly policy: Policy;
};

/** The board after every pause that is over and every slot that can be given. */
export function scheduled(board: Board, at: Millis, policy: Policy): Board {
  let next = board;
  const cleared = clearing(board);
  // Whose work is further gets on first.
  for (const assignment of board.values()) {
    if (cleared.has(assignment.issueId)) continue;
    const free = freed(next, assignment, policy);
    const on = free === assignment ? answeredTo(next, assignment, policy) : free;
    if (on !== assignment) next = withAssignment(next, on);
  }
  const queue = queueOrder(next);
  const trip = queue.length === 0 ? null : tripOf(next);
  for (const assignment of queue) {
    const now = { board: next, trip, at, policy };
    const due = afterPause(now, assignment);
    if (due !== assignment) next = withAssignment(next, due);
    if (cleared.has(due.issueId)) continue;
    const given = withSlot({ ...now, board: next }, due);
    if (given !== due) next = withAssignment(next, given);
  }
  return next;
}

function afterPause({ board, trip, at }: Now, assignment: Assignment): Assignment {
  const { phase } = assignment;
  if (phase.name !== "queued") return assignment;
  const { waiting } = phase;
  if (waiting.for === "breaker") {
    const held = heldBack(board, trip, assignment, at);
    return held === null ? inLine(assignment) : waitingFor(assignment, held);
  }
  if (waiting.for !== "time" && waiting.for !== "provider") return assignment;
  return waiting.until > at ? assignment : inLine(assignment);
}

/** A pause makes GitHub's last answer old, whatever its length. */
const inLine = (assignment: Assignment): Assignment =>
  waitingFor(assignment, { for: "slot", inspectedAt: assignment.requestedAt });

/** What is waited for already changes nothing. */
function waitingFor(assignment: Assignment, waiting: Waiting): Assignment {
  const { phase } = assignment;
  return phase.name === "queued" && isSame(phase.waiting, waiting)
    ? assignment
    : { ...assignment, phase: { name: "queued", waiting } };
}

/** With a slot and a fresh answer the attempt begins; with an old answer the slot is kept while GitHub is asked. */
function withSlot(now: Now, assignment: Assignment): Assignment {
  const { board, trip, at, policy } = now;
  const { phase, issue } = assignment;
  if (phase.name !== "queued" || !waitsForTurn(phase.waiting) || issue === null) return assignment;
  if (assignment.hold !== null) {
    return waitingFor(assignment, { for: "unhold" });
  }
  const { inspectedAt } = phase.waiting;
  const turn = turnOf(board, { assignment, issue }, inspectedAt, policy);
  if (turn.for !== "slot" || freeSlots(board, issue.repository.id, policy) <= 0) {
    return waitingFor(assignment, turn);
  }
  const held = heldBack(board, trip, assignment, at);
  if (held !== null) return waitingFor(assignment, held);
  const way = wayOf(now, assignment, issue);
  if (way === null) return assignment;
  if ("for" in way) return waitingFor(assignment, way);
  const flow = flowFor(board, assignment, issue);
  if (flow === "asked") return waitingFor(assignment, { for: "plan", inspectedAt });
  const isFresh = at - inspectedAt <= freshMs;
  return isFresh ? beginAttempt({ ...assignment, flow }, issue, way, at) : ask(assignment, true);
}

/** With which agent the next attempt begins, or until when it must wait for one; null where labels disagree, which is objected to when GitHub tells of them. */
function wayOf(
  { board, at, policy }: Now,
  assignment: Assignment,
  issue: Issue,
): Choice | Suspension | null {
  const choice = choiceOf(assignment, issue, assignment.policy, policy);
  if ("torn" in choice) return null;
  const way = withDetour(assignment, choice, policy);
  const until = suspendedUntil(board, way.agent, at);
  if (until === null) return way;
  const isOpen = !isAgentNamed(assignment, issue, policy);
  const free = policy.agents.filter((agent) => suspendedUntil(board, agent, at) === null);
  const other = isOpen ? insteadOf(way, assignment, free) : way;
  return other === way ? { for: "provider", agent: way.agent, until } : other;
}

/** When the loop must be told the time, because some pause ends; null when no pause is on. */
export function nextDue(board: Board): Millis | null {
  const times = [...board.values()].flatMap(({ phase }) => {
    if (phase.name === "tracking") return phase.dueAt === null ? [] : [phase.dueAt];
    if (phase.name !== "queued" || !("until" in phase.waiting)) return [];
    return phase.waiting.until === null ? [] : [phase.waiting.until];
  });
  return times.length === 0 ? null : times.reduce((one, other) => (one < other ? one : other));
}
