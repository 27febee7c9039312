/** The single writer: take events, decide, commit everything at once, and only then believe it. */
import type { Assignment, Ending } from "../core/assignment.ts";
import type { Board } from "../core/board.ts";
import { emptyBoard } from "../core/board.ts";
import type { Changed } from "../core/decide.ts";
import { decide } from "../core/decide.ts";
import type { Effect } from "../core/effect.ts";
import type { Event } from "../core/event.ts";
import type { Millis } from "../core/ids.ts";
import { resume } from "../core/owed.ts";
import type { Policy } from "../core/policy.ts";
import { nextDue } from "../core/schedule.ts";
import { currentAttempt, pullOf } from "../core/standing.ts";
import type { Clock, Job, Log, QueueName, Store } from "../ports.ts";
import { createDismissal } from "./dismissal.ts";

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
  let board = boardOf(await store.liveAssignments());
  let last: Promise<unknown> = Promise.resolve();
  let cancelTick = (): void => {};

  const dismiss = createDismissal(store);

  /** False when nothing changes: then nothing is written. */
  const turn = async (
    events: readonly Event[],
    answered: Job<QueueName> | null,
  ): Promise<boolean> => {
    const next = decideAll(board, events, policy);
    if (next.changed.size === 0) return false;
    const changed = [...next.changed.values()];
    await store.commit({ events: next.journal, changed, owed: next.effects, answered });
    board = next.board;
    for (const { assignment } of changed) log.info(fieldsOf(assignment), "assignment changed");
    armTick();
    return true;
  };
  const take: Loop["take"] = async (events, answered) => {
    const turned = last.then(() => turn(events, answered));
    last = turned.catch(() => {});
    // Others need not wait for this: it changes nothing that they could see.
    if (!(await turned) && answered !== null) await dismiss(answered);
  };
  const armTick = (): void => {
    cancelTick();
    const due = nextDue(board);
    if (due !== null) cancelTick = clock.at(due, tick);
  };
  const tick = (): void => {
    take([{ type: "clock.ticked", at: clock.now() }], null).catch((error: unknown) => {
      log.error({ err: error }, "clock tick was not taken");
      cancelTick = clock.at((clock.now() + tickRetryMs) as Millis, tick);
    });
  };

  await store.commit({ events: [], changed: [], owed: resume(board, policy), answered: null });
  armTick();
  return {
    take,
    board: () => board,
    stop: async () => {
      cancelTick();
      await last;
    },
  };
}

const tickRetryMs = 5_000;

/** What the log says of an assignment: names and numbers, no text by people. */
const fieldsOf = (assignment: Assignment): object => ({
  assignment: assignment.id,
  issue: assignment.issue?.number ?? null,
  phase: assignment.phase.name,
  ...("waiting" in assignment.phase ? { waitingFor: assignment.phase.waiting.for } : {}),
  ...("ending" in assignment.phase ? endingOf(assignment.phase.ending) : {}),
  attempt: currentAttempt(assignment)?.number ?? assignment.attempts.length,
  pull: pullOf(assignment)?.number ?? null,
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
