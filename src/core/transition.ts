/** One assignment and one event to the assignment's next state. An event that is late or not meant for its phase changes nothing. */
import { inspected } from "./admission.ts";
import type { Assignment } from "./assignment.ts";
import { currentAttempt } from "./assignment.ts";
import { broken, exited, imported, parked, unpublishable } from "./attempts.ts";
import { end, removed, stopped } from "./ending.ts";
import type { AnswerEvent, Event } from "./event.ts";
import type { Policy } from "./policy.ts";
import { mergeRefused, merged, opened, pullInspected, pushed, pushRefused } from "./review.ts";
import { published } from "./shown.ts";

/** What came of an effect that this assignment owed. */
export function answered(
  assignment: Assignment,
  event: AnswerEvent & Pick<Event, "at">,
  policy: Policy,
): Assignment {
  if (isStopping(assignment) && endsWork(event)) return stopped(assignment, event.at);
  switch (event.type) {
    case "issue.inspected":
      return inspected(assignment, event, policy);
    case "status.published":
      return registered(published(assignment, event));
    case "worktree.ready":
      return worktreeReady(assignment, event);
    case "worker.started":
      return workerStarted(assignment, event);
    case "worker.exited":
      return exited(assignment, event);
    case "work.imported":
      return imported(assignment, event, policy);
    case "branch.pushed":
      return pushed(assignment, event);
    case "branch.refused":
      return pushRefused(assignment, event);
    case "pull.opened":
      return opened(assignment, event);
    case "pull.inspected":
      return pullInspected(assignment, event.state);
    case "pull.mergeAccepted":
      return mergedByUs(assignment);
    case "pull.mergeRefused":
      return mergeRefused(assignment, event.why);
    case "worktree.removed":
      return removed(assignment, event.saved);
    case "effect.failed":
      return failed(assignment, event, policy);
  }
}

type Answer<Type extends AnswerEvent["type"]> = Extract<
  AnswerEvent & Pick<Event, "at">,
  { type: Type }
>;

/** Registration comes before everything: only when GitHub shows the record may the disk be touched. */
function registered(assignment: Assignment): Assignment {
  const { phase, shown } = assignment;
  if (phase.name !== "preparing" || phase.step !== "registering") return assignment;
  const isShown = shown.comments[phase.attempt.worker] !== undefined;
  return isShown ? { ...assignment, phase: { ...phase, step: "worktree" } } : assignment;
}

function worktreeReady(assignment: Assignment, event: Answer<"worktree.ready">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "preparing" || phase.attempt.number !== event.attempt) return assignment;
  return {
    ...assignment,
    phase: { name: "working", attempt: phase.attempt, base: event.base, isStarted: false },
  };
}

function workerStarted(assignment: Assignment, event: Answer<"worker.started">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working" || phase.attempt.number !== event.attempt) return assignment;
  return { ...assignment, phase: { ...phase, isStarted: true } };
}

function mergedByUs(assignment: Assignment): Assignment {
  const { phase } = assignment;
  return phase.name === "merging" ? merged(assignment, phase.pull) : assignment;
}

const isStopping = ({ phase }: Assignment): boolean =>
  phase.name === "cleaning" && phase.step.name === "stopping";

/** Does this answer mean that nothing of the attempt is under way any more? */
function endsWork(event: AnswerEvent): boolean {
  switch (event.type) {
    case "worktree.ready":
    case "worker.exited":
    case "work.imported":
    case "branch.pushed":
    case "branch.refused":
    case "pull.opened":
      return true;
    case "effect.failed":
      return event.effect !== "status.publish";
    case "issue.inspected":
    case "status.published":
    case "worker.started":
    case "pull.inspected":
    case "pull.mergeAccepted":
    case "pull.mergeRefused":
    case "worktree.removed":
      return false;
  }
}

/** An effect that cannot succeed: what it was for decides who is told. */
function failed(
  assignment: Assignment,
  event: Answer<"effect.failed">,
  policy: Policy,
): Assignment {
  const { why } = event;
  switch (event.effect) {
    case "status.publish":
      return unpublished(assignment, event);
    case "issue.inspect":
      return event.isGone || assignment.attempts.length === 0
        ? end(assignment, { kind: "gone", why })
        : parked(assignment, { kind: "fault", during: event.effect, why });
    case "worktree.create":
    case "worker.start":
    case "worker.stop":
    case "work.import": {
      const attempt = currentAttempt(assignment);
      return attempt === null ? assignment : broken(assignment, attempt, why, event.at, policy);
    }
    case "branch.push":
    case "pull.open":
      return unpublishable(assignment, event.effect, why, event.at);
    case "pull.inspect":
      return notInspected(assignment, why);
    case "pull.merge":
      return mergeRefused(assignment, why);
    case "worktree.remove":
      // Nothing is lost: what could not be removed is still there, and `yardmaster gc` or a person can look at it.
      return removed(assignment, []);
  }
}

/** What cannot be shown is given up for this time; without a registration no Worker may start. */
function unpublished(assignment: Assignment, event: Answer<"effect.failed">): Assignment {
  const shown = { ...assignment.shown, isConfirmed: true };
  const settled = { ...assignment, shown };
  if (event.isGone) return end(settled, { kind: "gone", why: event.why });
  const { phase } = settled;
  return phase.name === "preparing" && phase.step === "registering"
    ? parked(settled, { kind: "fault", during: event.effect, why: event.why })
    : settled;
}

function notInspected(assignment: Assignment, why: string): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing") return assignment;
  return { ...assignment, phase: { ...phase, verdict: { kind: "refused", why } } };
}
