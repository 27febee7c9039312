/** How an assignment stops, from any phase: the Worker first, then the disk, and the work is saved before either is gone. */
import type { Assignment, Ending, Interrupted } from "./assignment.ts";
import { endAttempt } from "./attempts.ts";
import type { Event } from "./event.ts";
import type { Millis } from "./ids.ts";
import { currentAttempt } from "./standing.ts";

/** Ends as soon as what is under way allows it. Ending what already ends changes nothing, unless it turns out to be merged. */
export function end(assignment: Assignment, ending: Ending): Assignment {
  const { phase } = assignment;
  switch (phase.name) {
    case "preparing":
      return phase.step === "registering"
        ? clean(stopAttempt(assignment, phase.attempt.startedAt), ending)
        : stopping(assignment, phase, ending);
    case "working":
      return stopping(assignment, { ...phase, isDoubted: false }, ending);
    case "publishing":
      return stopping(assignment, phase, ending);
    case "queued":
      // What a machine was asked for is done all the same, and only its answer says when.
      return phase.waiting.for === "machine" ? assignment : clean(assignment, ending);
    case "reviewing":
    case "merging":
    case "parked":
    case "tracking":
      return clean(assignment, ending);
    case "cleaning":
      // A merge is final; the closing of the issue that comes with it may be heard of first.
      return ending.kind === "merged" && phase.ending.kind !== "merged"
        ? { ...assignment, phase: { ...phase, ending } }
        : assignment;
    case "done":
    case "withdrawn":
      return assignment;
  }
}

/** What was under way has answered with what would have come `next`, so nothing touches the disk any more. */
export function stopped(
  assignment: Assignment,
  ending: Ending,
  next: Assignment,
  at: Millis,
): Assignment {
  const hasAccount = next.attempts.length > assignment.attempts.length;
  const ended = hasAccount
    ? { ...assignment, attempts: next.attempts }
    : stopAttempt(assignment, at);
  // A pull request that was opened while we were stopping is told of, so that a person can close it.
  return clean(
    ended,
    next.phase.name === "reviewing" && "pull" in ending && ending.pull === null
      ? { ...ending, pull: next.phase.pull }
      : ending,
  );
}

/** Everything is saved and removed. */
export function removed(
  assignment: Assignment,
  saved: Extract<Event, { type: "worktree.removed" }>["saved"],
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "cleaning" || phase.step.name !== "removing") return assignment;
  const { ending } = phase;
  const isMerged = ending.kind === "merged";
  // GitHub closes by itself only what is merged into the default branch.
  if (isMerged && assignment.flow !== null) {
    return { ...assignment, phase: { ...phase, step: { name: "closing", saved } } };
  }
  return { ...assignment, phase: { name: isMerged ? "done" : "withdrawn", ending, saved } };
}

const stopping = (assignment: Assignment, during: Interrupted, ending: Ending): Assignment => ({
  ...assignment,
  phase: { name: "cleaning", ending, step: { name: "stopping", during } },
});

/** Without an attempt there is nothing on disk, and the end has come, unless a branch is to go. */
const clean = (assignment: Assignment, ending: Ending): Assignment => ({
  ...assignment,
  phase:
    assignment.attempts.length === 0 &&
    !(assignment.integration !== null && ending.kind === "merged")
      ? { name: "withdrawn", ending, saved: [] }
      : { name: "cleaning", ending, step: { name: "removing" } },
});

function stopAttempt(assignment: Assignment, at: Millis): Assignment {
  const attempt = currentAttempt(assignment);
  if (attempt === null) return assignment;
  const why = "it was stopped before it had finished";
  const handover = { kind: "failed", why } as const;
  const over = { endedAt: at, outcome: "stopped", handover, head: null, recall: null } as const;
  return endAttempt(assignment, attempt, over);
}
