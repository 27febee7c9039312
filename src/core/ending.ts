/** How an assignment stops, from any phase: the Worker first, then the disk, and the work is saved before either is gone. */
import type { Assignment, Ending } from "./assignment.ts";
import { currentAttempt } from "./assignment.ts";
import { endAttempt } from "./attempts.ts";
import type { Event } from "./event.ts";
import type { Millis } from "./ids.ts";

/** Ends as soon as what is under way allows it. Ending what already ends changes nothing. */
export function end(assignment: Assignment, ending: Ending): Assignment {
  const { phase } = assignment;
  switch (phase.name) {
    case "preparing":
    case "working":
    case "publishing": {
      if (phase.name === "preparing" && phase.step === "registering") {
        return clean(stopAttempt(assignment, phase.attempt.startedAt), ending);
      }
      const isWorking = phase.name === "working";
      const step = { name: "stopping", attempt: phase.attempt, isWorking } as const;
      return { ...assignment, phase: { name: "cleaning", ending, step } };
    }
    case "queued":
    case "reviewing":
    case "merging":
    case "parked":
      return clean(assignment, ending);
    case "cleaning":
    case "done":
    case "withdrawn":
      return assignment;
  }
}

/** Whatever was under way has answered, so nothing touches the disk any more. */
export function stopped(assignment: Assignment, at: Millis): Assignment {
  const { phase } = assignment;
  if (phase.name !== "cleaning" || phase.step.name !== "stopping") return assignment;
  return clean(stopAttempt(assignment, at), phase.ending);
}

/** Everything is saved and removed. */
export function removed(
  assignment: Assignment,
  saved: Extract<Event, { type: "worktree.removed" }>["saved"],
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "cleaning") return assignment;
  const name = phase.ending.kind === "merged" ? "done" : "withdrawn";
  return { ...assignment, phase: { name, ending: phase.ending, saved } };
}

/** Without an attempt there is nothing on disk, and the end has come. */
const clean = (assignment: Assignment, ending: Ending): Assignment => ({
  ...assignment,
  phase:
    assignment.attempts.length === 0
      ? { name: "withdrawn", ending, saved: [] }
      : { name: "cleaning", ending, step: { name: "removing" } },
});

function stopAttempt(assignment: Assignment, at: Millis): Assignment {
  const attempt = currentAttempt(assignment);
  if (attempt === null) return assignment;
  const why = "it was stopped before it had finished";
  return endAttempt(assignment, attempt, at, "stopped", { kind: "failed", why }, null);
}
