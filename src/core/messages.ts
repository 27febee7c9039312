/** What people write to a Worker: told in order, in the worktree and the session that it has, one run after the other. */
import type { Assignment, Phase } from "./assignment.ts";
import type { Attempt, EndedAttempt, Run } from "./attempt.ts";
import type { Board } from "./board.ts";
import { freeSlots } from "./board.ts";
import { denied } from "./denied.ts";
import { sentOn } from "./errands.ts";
import type { Sha } from "./ids.ts";
import type { Policy } from "./policy.ts";
import { ask } from "./questions.ts";
import { pullOf, reopened } from "./standing.ts";
import { isErrand, onPull } from "./task.ts";
import type { Message } from "./wish.ts";

/** Messages that no Worker was told. */
export const pending = ({ messages, told }: Assignment): readonly Message[] => messages.slice(told);

/** The message waits for its turn; one that is known, or that comes too late, changes nothing. */
export function sent(assignment: Assignment, message: Message): Assignment {
  if (denied(assignment) !== null) return assignment;
  if (assignment.messages.some(({ key }) => key === message.key)) return assignment;
  return { ...assignment, messages: [...assignment.messages, message] };
}

type Place = { readonly attempt: Attempt; readonly base: Sha; readonly run: Run };

/** The same Worker goes on in its worktree with what was written to it. */
export function nextRun(
  assignment: Assignment,
  { attempt, base, run }: Place,
): Pick<Assignment, "phase" | "told"> {
  const next: Run = { ...run, number: run.number + 1, told: pending(assignment), left: null };
  return {
    told: assignment.messages.length,
    phase: {
      name: "working",
      attempt,
      base,
      run: next,
      isStarted: false,
      isDoubted: false,
      relief: null,
    },
  };
}

/** Where a message waits and nothing is under way, the Worker is called back as soon as a slot is free. */
export function answeredTo(board: Board, assignment: Assignment, policy: Policy): Assignment {
  const { phase, issue } = assignment;
  if (pending(assignment).length === 0 || issue === null) return assignment;
  if (assignment.block !== null) return assignment;
  if (!isWaiting(phase) || freeSlots(board, issue.repository.id, policy) <= 0) return assignment;
  const last = assignment.attempts.at(-1);
  const pull = pullOf(assignment);
  if (last?.task.kind === "review" && pull !== null) {
    // Whoever only looks is not written to: the message stands in the brief of one who works.
    return sentOn(assignment, { kind: "revise", pull, critiques: [] });
  }
  if (last?.recall?.hasWorktree === true) return recalled(assignment, last, last.recall);
  // Without a worktree to go on in, the message stands in the brief of another attempt.
  return phase.name === "parked"
    ? ask({ ...assignment, attemptsBefore: assignment.attempts.length }, false)
    : assignment;
}

function isWaiting(phase: Phase): boolean {
  if (phase.name !== "reviewing") return phase.name === "parked" && phase.asking === null;
  // Whether the pull request is still open is found out before anybody goes on with it.
  return phase.verdict.kind !== "inspecting" || phase.verdict.closing === null;
}

/** GitHub is asked at the same time whether the work is still wanted, as of any busy Worker. */
function recalled(
  assignment: Assignment,
  last: EndedAttempt,
  { base, number, session }: NonNullable<EndedAttempt["recall"]>,
): Assignment {
  const pull = pullOf(assignment);
  const run: Run = { number, session, told: [], pull, left: null };
  const attempt = { ...reopened(last), task: onPull(last.task, pull) };
  const { phase, told } = nextRun(assignment, { attempt, base, run });
  const attempts = assignment.attempts.slice(0, -1);
  return {
    ...assignment,
    task: isErrand(attempt.task) ? attempt.task : assignment.task,
    attempts,
    attemptsBefore: Math.min(assignment.attemptsBefore, attempts.length),
    questions: assignment.questions + 1,
    told,
    phase: phase.name === "working" ? { ...phase, isDoubted: true } : phase,
  };
}
