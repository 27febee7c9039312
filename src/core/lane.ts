/** One pull request of ours at a time is merged into a branch; whoever comes after it waits, and is brought up to date where the branch asks for that. */
import type { Assignment, Phase } from "./assignment.ts";
import type { Board } from "./board.ts";
import { withAssignment } from "./board.ts";
import { minutes } from "./duration.ts";
import type { Event } from "./event.ts";
import type { Millis } from "./ids.ts";
import type { PullState } from "./pull-state.ts";
import { inspecting } from "./questions.ts";
import type { Merging, Verdict } from "./verdict.ts";

type Reviewing = Extract<Phase, { name: "reviewing" }>;
type InLine = Extract<Verdict, { kind: "in-line" }>;
type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** Checks that never come must not hold up everybody else. */
const patience = minutes(60);

/** The board after everybody whose turn it is has got it, oldest request first. */
export function inLanes(board: Board, at: Millis): Board {
  let next = board;
  for (const assignment of board.values()) {
    const { phase } = assignment;
    if (phase.name !== "reviewing" || phase.verdict.kind !== "in-line") continue;
    const { verdict } = phase;
    const others = [...next.values()].filter((one) => isBefore(one, assignment, verdict, at));
    const on =
      others.length === 0
        ? begun(assignment, phase, verdict)
        : delayed(assignment, phase, verdict, others.some(takesLong));
    if (on !== assignment) next = withAssignment(next, on);
  }
  return next;
}

/** Is it the other one that is being merged into this base? */
function isBefore(
  one: Assignment,
  { id, issue }: Assignment,
  { base }: InLine,
  at: Millis,
): boolean {
  if (one.id === id || one.issue?.repository.id !== issue?.repository.id) return false;
  const { phase, lane } = one;
  if (phase.name === "merging") return isInLane(phase.way) && phase.base === base;
  if (lane === null || lane.base !== base || at - lane.since >= patience) return false;
  return phase.name === "reviewing" && isHeldBy(phase.verdict);
}

/** GitHub's own auto-merge needs no lane of ours. */
const isInLane = (way: Merging["way"]): boolean => way === "merge" || way === "update";

/** Is the verdict one that the lane is kept for? */
export const isHeldBy = (verdict: Verdict): boolean =>
  verdict.kind === "inspecting" ||
  verdict.kind === "updating" ||
  verdict.kind === "in-line" ||
  (verdict.kind === "checks" && verdict.checks !== "failing");

/** A merge takes a moment, checks take minutes. */
const takesLong = ({ phase, lane }: Assignment): boolean =>
  lane !== null || (phase.name === "merging" && phase.way === "update");

function begun(assignment: Assignment, { pull }: Reviewing, verdict: InLine): Assignment {
  const { base, isBehind, waits } = verdict;
  // A number of its own, or the second of two merges would be taken for the first.
  const question = assignment.questions + 1;
  const course = { closing: null, hasNews: false, question, isStale: waits !== "not" };
  const way = isBehind ? "update" : "merge";
  return {
    ...assignment,
    questions: question,
    phase: { name: "merging", pull, way, base, ...course },
  };
}

/** What has taken long is told people, and is not taken back for the last moment. */
function delayed(
  assignment: Assignment,
  phase: Reviewing,
  verdict: InLine,
  isLong: boolean,
): Assignment {
  const waits = isLong || verdict.waits === "long" ? "long" : "briefly";
  return waits === verdict.waits
    ? assignment
    : { ...assignment, phase: { ...phase, verdict: { ...verdict, waits } } };
}

/** GitHub brings the head up to date; its webhook tells of the new one, and may have come before. */
export function updateAccepted(
  assignment: Assignment,
  event: Of<"pull.updateAccepted">,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "merging" || phase.question !== event.question) return assignment;
  const { pull, base, closing, hasNews } = phase;
  const lane = { base, from: pull.head, since: event.at };
  const held: Assignment = { ...assignment, lane };
  return hasNews || closing !== null
    ? inspecting(held, pull, closing)
    : { ...held, phase: { name: "reviewing", pull, verdict: { kind: "updating" } } };
}

/** Nobody but GitHub merges the base into a head in the moment after we have asked for that: such a head is ours. */
export function broughtUpToDate(assignment: Assignment, { head, parents }: PullState): Assignment {
  const { phase, lane, pushed } = assignment;
  if (phase.name !== "reviewing" || lane === null) return assignment;
  const { pull } = phase;
  const isMerge = parents.length === 2 && parents[0] === lane.from;
  if (lane.from !== pull.head || head === pull.head || !isMerge) return assignment;
  return {
    ...assignment,
    pushed: pushed === null ? null : { ...pushed, head },
    phase: { ...phase, pull: { ...pull, head } },
  };
}
