/** The single writer: take events, decide, commit everything at once, and only then believe it. */
import type { Ending } from "../core/assignment.ts";
import type { Board } from "../core/board.ts";
import { emptyBoard } from "../core/board.ts";
import type { Changed } from "../core/decide.ts";
import { decide } from "../core/decide.ts";
import type { Effect } from "../core/effect.ts";
import type { Event } from "../core/event.ts";
import { resume } from "../core/owed.ts";
import type { Policy } from "../core/policy.ts";
import { nextDue } from "../core/schedule.ts";
import { currentAttempt, pullOf } from "../core/standing.ts";
import type { Clock, Job, Log, QueueName, Store } from "../ports.ts";
import { createDismissal } from "./dismissal.ts";
import { createTicker } from "./ticker.ts";

/** The door through which everything that happens comes in. */
export type Loop = {
  /** Settles when the events are durable and decided; they are taken in the order of the calls. */
  readonly take: (events: readonly Event[], answered: Job<QueueName> | null) => Promise<void>;
  readonly board: () => Board;
  readonly stop: () => Promise<void>;
};

type Parts = {
  readonly store: Store;
  readonly clock: Clock;
  readonly policy: Policy;
  readonly log: Log;
};

/** Starts from what the store holds, and hands out again whatever is owed and unanswered. */
export async function startLoop(parts: Parts): Promise<Loop> {
  const { store, clock, policy, log } = parts;
  const state = { board: boardOf(await store.liveAssignments()) };
  const dismiss = createDismissal(store);
  let last: Promise<unknown> = Promise.resolve();
  const take: Loop["take"] = async (events, answered) => {
    const turned = last.then(() => turn(parts, state, events, answered));
    last = turned.catch(() => {});
    const hasChanged = await turned;
    if (hasChanged) ticker.arm(nextDue(state.board));
    // Others need not wait for this: it changes nothing that they could see.
    else if (answered !== null) await dismiss(answered);
  };
  const ticker = createTicker(clock, log, () => take([tickAt(clock)], null));
  const owed = resume(state.board, policy);
  await store.commit({ events: [], changed: [], owed, answered: null });
  ticker.arm(nextDue(state.board));
  return {
    take,
    board: () => state.board,
    stop: async () => {
      ticker.stop();
      await last;
    },
  };
}

/** Decides and commits; the board is believed only then. False when nothing changes: then nothing is written. */
async function turn(
  { store, policy, log }: Parts,
  state: { board: Board },
  events: readonly Event[],
  answered: Job<QueueName> | null,
): Promise<boolean> {
  const next = decideAll(state.board, events, policy);
  if (next.changed.size === 0) return false;
  const changed = [...next.changed.values()];
  await store.commit({ events: next.journal, changed, owed: next.effects, answered });
  state.board = next.board;
  for (const change of changed) log.info(fieldsOf(change), "assignment changed");
  return true;
}

const tickAt = (clock: Clock): Event => ({ type: "clock.ticked", at: clock.now() });

/** What the log says of an assignment: names and numbers, no text by people. */
const fieldsOf = ({ assignment, hasEnded }: Changed): object => ({
  assignment: assignment.id,
  issue: assignment.issue?.number ?? null,
  phase: assignment.phase.name,
  ...("waiting" in assignment.phase ? { waitingFor: assignment.phase.waiting.for } : {}),
  ...("ending" in assignment.phase ? endingOf(assignment.phase.ending) : {}),
  attempt: currentAttempt(assignment)?.number ?? assignment.attempts.length,
  pull: pullOf(assignment)?.number ?? null,
  hasEnded,
});

/** Why it ends; in full only where nobody can be told on GitHub. */
const endingOf = (ending: Ending): object =>
  ending.kind === "gone" ? { ending: ending.kind, why: ending.why } : { ending: ending.kind };

const boardOf = (live: Awaited<ReturnType<Store["liveAssignments"]>>): Board =>
  live.length === 0
    ? emptyBoard
    : new Map(live.map((assignment) => [assignment.id, assignment] as const));

type Decided = {
  readonly board: Board;
  readonly changed: ReadonlyMap<string, Changed>;
  readonly effects: readonly Effect[];
  /** Events that meant something; the others leave no trace. */
  readonly journal: readonly Event[];
};

function decideAll(board: Board, events: readonly Event[], policy: Policy): Decided {
  let next = board;
  const changed = new Map<string, Changed>();
  const effects: Effect[] = [];
  const journal: Event[] = [];
  for (const event of events) {
    const decision = decide(next, event, policy);
    next = decision.board;
    for (const change of decision.changed) changed.set(change.assignment.id, change);
    effects.push(...decision.effects);
    if (decision.changed.length > 0) journal.push(event);
  }
  return { board: next, changed, effects, journal };
}
