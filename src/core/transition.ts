/** One assignment and the answer to one of its effects to the assignment's next state. A late answer, or one that is not meant for its phase, changes nothing. */
import { inspected, notInspected } from "./admission.ts";
import { answeredAside, unansweredAside } from "./aside.ts";
import { flowReady, flowRefused, shut } from "./flow.ts";
import { flowComplete, flowOpened, integrationRefused } from "./integration.ts";
import { armAccepted } from "./auto-merge.ts";
import type { Assignment } from "./assignment.ts";
import type { Run } from "./attempt.ts";
import { broken, exited, imported, notStarted, unpublishable } from "./attempts.ts";
import { parked } from "./ladder.ts";
import { booked, unbooked } from "./budget.ts";
import { end, removed, stopped } from "./ending.ts";
import type { AnswerEvent, Event } from "./event.ts";
import { updateAccepted } from "./lane.ts";
import { enqueueAccepted } from "./merge-queue.ts";
import { owed } from "./owed.ts";
import type { Policy } from "./policy.ts";
import { takenOver } from "./prerequisites.ts";
import { verifiedBy } from "./fields.ts";
import { findingOf, findingSettled } from "./finding-issue.ts";
import {
  mergeAccepted,
  mergeFailed,
  mergeRefused,
  opened,
  pullInspected,
  pullNotInspected,
  pushed,
  pushRefused,
} from "./review.ts";
import { notReverted, reverted } from "./revert.ts";
import { published, registered } from "./shown.ts";
import { answersFailed, answersGiven } from "./threads.ts";
import { currentAttempt, isOf, pullOf } from "./standing.ts";

type TimedAnswer = AnswerEvent & Pick<Event, "at">;
type Answer<Type extends AnswerEvent["type"]> = Extract<TimedAnswer, { type: Type }>;

/** What came of an effect that this assignment owed. */
export function answered(assignment: Assignment, event: TimedAnswer, policy: Policy): Assignment {
  const { phase } = assignment;
  if (phase.name !== "cleaning" || phase.step.name !== "stopping" || isApart(event)) {
    return advanced(assignment, event, policy);
  }
  // The interrupted phase knows which answer it waits for: the one that would make it go on.
  const interrupted = { ...assignment, phase: phase.step.during };
  const next = advanced(interrupted, event, policy);
  if (next === interrupted) return assignment;
  if (event.type === "worker.started" && next.phase.name === "working") {
    return { ...assignment, phase: { ...phase, step: { name: "stopping", during: next.phase } } };
  }
  return stopped(assignment, phase.ending, next, event.at);
}

/** What is shown and what is booked goes on beside the phases. */
const isApart = (event: AnswerEvent): boolean =>
  event.type === "status.published" ||
  event.type === "budget.raised" ||
  event.type === "threads.answered" ||
  event.type === "finding.tracked" ||
  event.type === "dependencies.added" ||
  (event.type === "effect.failed" &&
    [
      "status.publish",
      "budget.raise",
      "threads.answer",
      "finding.track",
      "dependencies.add",
    ].includes(event.effect));

function advanced(assignment: Assignment, event: TimedAnswer, policy: Policy): Assignment {
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
      return flowOpened(opened(assignment, event), event);
    case "pull.inspected": {
      const judged = pullInspected(assignment, event);
      return judged === assignment ? assignment : verifiedBy(judged, event);
    }
    case "pull.mergeAccepted":
      return mergeAccepted(assignment);
    case "pull.mergeRefused":
    case "pull.updateRefused":
    case "pull.armRefused":
    case "pull.enqueueRefused":
      return mergeRefused(assignment, event);
    case "pull.armAccepted":
      return armAccepted(assignment, event);
    case "pull.enqueueAccepted":
      return enqueueAccepted(assignment, event);
    case "pull.updateAccepted":
      return updateAccepted(assignment, event);
    case "flow.prepared":
      return flowComplete(flowReady(assignment, event), event);
    case "issue.closeAccepted":
      return shut(assignment);
    case "pull.reverted":
      return reverted(assignment, event);
    case "worktree.removed":
      return removed(assignment, event.saved);
    case "worktree.cleared":
    case "log.fetched":
      return answeredAside(assignment, event);
    case "threads.answered":
      return answersGiven(assignment, event.mark);
    case "budget.raised":
      return booked(assignment, event.raise);
    case "finding.tracked":
      return findingSettled(assignment, event.finding, event.number);
    case "dependencies.added":
      return takenOver(assignment, event.references);
    case "actor.inspected":
      // Its answer may begin a reply, so it is taken where the whole board is.
      return assignment;
    case "effect.failed":
      return failed(assignment, event, policy);
  }
}

function worktreeReady(assignment: Assignment, event: Answer<"worktree.ready">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "preparing" || phase.step !== "worktree") return assignment;
  const { attempt } = phase;
  if (attempt.number !== event.attempt) return assignment;
  // Also what an earlier attempt's Worker was told: this one has another session.
  const run: Run = {
    number: 1,
    session: null,
    told: assignment.messages,
    pull: pullOf(assignment),
    left: null,
  };
  const working = { name: "working", attempt, base: event.base, run } as const;
  const told = assignment.messages.length;
  const { block } = assignment;
  const relief = block === null ? null : { by: block.by, isAsked: false };
  const begun = { ...working, isStarted: false, isDoubted: false, relief };
  return { ...assignment, told, phase: begun };
}

function workerStarted(assignment: Assignment, event: Answer<"worker.started">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working" || !isOf(phase, event)) return assignment;
  return phase.isStarted ? assignment : { ...assignment, phase: { ...phase, isStarted: true } };
}

/** An effect that cannot succeed: what it was for decides what follows. */
function failed(
  assignment: Assignment,
  event: Answer<"effect.failed">,
  policy: Policy,
): Assignment {
  const { why } = event;
  if (!owed(assignment, policy).some(({ key }) => key === event.key)) return assignment;
  switch (event.effect) {
    case "status.publish":
      return unpublished(assignment, event);
    case "issue.inspect":
      return event.isGone ? end(assignment, { kind: "gone", why }) : notInspected(assignment, why);
    case "worker.start":
      return notStarted(assignment, event, policy);
    case "worktree.create":
    case "work.import": {
      const attempt = currentAttempt(assignment);
      return attempt === null ? assignment : broken(assignment, attempt, event, policy);
    }
    case "actor.inspect":
      // Taken where the whole board is.
      return assignment;
    case "threads.answer":
      return answersFailed(assignment, event.key);
    case "budget.raise":
      return unbooked(assignment, event.key);
    case "finding.track": {
      const finding = findingOf(assignment, event.key);
      return finding === null ? assignment : findingSettled(assignment, finding, null);
    }
    case "dependencies.add":
      // They are kept here, and waited for all the same.
      return takenOver(assignment, []);
    case "worker.stop":
      // Only the Worker's exit says that it is gone, and that comes at the latest when its time is up.
      return assignment;
    case "pull.open":
      return assignment.phase.name === "queued"
        ? integrationRefused(assignment, event.effect, why)
        : unpublishable(assignment, event.effect, why, event.at);
    case "branch.push":
      return unpublishable(assignment, event.effect, why, event.at);
    case "flow.prepare":
      return assignment.phase.name === "queued"
        ? integrationRefused(assignment, event.effect, why)
        : flowRefused(assignment, why, event.at);
    case "issue.close":
      return shut(assignment);
    case "pull.inspect":
      return event.isGone
        ? end(assignment, { kind: "gone", why })
        : pullNotInspected(assignment, why);
    case "pull.merge":
    case "pull.update":
    case "pull.arm":
    case "pull.enqueue":
      return mergeFailed(assignment, why);
    case "pull.revert":
      return notReverted(assignment, why);
    case "worktree.clear":
    case "log.fetch":
      return unansweredAside(assignment, why);
    case "worktree.remove":
      // Nothing is lost: what could not be removed is still there, and a person can look at it.
      return removed(assignment, []);
  }
}

/** What cannot be shown is given up until the next pass or change; without a registration no Worker may start. */
function unpublished(assignment: Assignment, event: Answer<"effect.failed">): Assignment {
  const { phase } = assignment;
  const given: Assignment = { ...assignment, shown: { ...assignment.shown, state: "failed" } };
  if (event.isGone) return end(given, { kind: "gone", why: event.why });
  return phase.name === "preparing" && phase.step === "registering"
    ? parked(given, { kind: "fault", during: event.effect, why: event.why })
    : given;
}
