/** From an open pull request to a merge: judged for the current head only, and merged by us only where the repository wants it. */
import type { Assignment, Pull } from "./assignment.ts";
import { endAttempt, recallOf, unpublishable } from "./attempts.ts";
import { branchOf } from "./branch.ts";
import { end } from "./ending.ts";
import { pendingKind } from "./errand-wish.ts";
import { judged } from "./judging.ts";
import { inspecting } from "./questions.ts";
import type { Event } from "./event.ts";
import type { Sha } from "./ids.ts";
import { withFiles } from "./artifact.ts";
import { broughtUpToDate } from "./lane.ts";
import { unmarked } from "./merge-queue.ts";
import { heard, isMergeWanted } from "./merging.ts";
import { isReviewed } from "./review-gate.ts";
import { isOf, pullOf } from "./standing.ts";
import { answering } from "./threads.ts";
import type { Closing, Verdict } from "./verdict.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

const branchTries = 9;

/** Our commits are on GitHub; the pull request is next. */
export function pushed(assignment: Assignment, event: Of<"branch.pushed">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.step.name !== "pushing") return assignment;
  if (!isOf(phase, event)) return assignment;
  if (assignment.issue === null) return assignment;
  const on: Assignment = {
    ...assignment,
    pushed: { branch: branchOf(assignment, assignment.issue), head: event.head },
    phase: { ...phase, step: { ...phase.step, name: "opening", head: event.head } },
  };
  // A pull request that is open has the new commits already.
  const { pull } = phase.run;
  return pull === null || on.phase.name !== "publishing"
    ? on
    : published(on, on.phase, { ...pull, head: event.head }, event.at);
}

/** The branch's name is taken by commits that are not ours: take the next name, never theirs. */
export function pushRefused(assignment: Assignment, event: Of<"branch.refused">): Assignment {
  const { phase, issue } = assignment;
  if (phase.name !== "publishing" || phase.step.name !== "pushing") return assignment;
  if (!isOf(phase, event)) return assignment;
  if (issue === null || branchOf(assignment, issue) !== event.branch) return assignment;
  if (event.isTaken && phase.run.pull !== null) return overtaken(assignment, phase, event);
  if (event.isTaken && assignment.branchTry < branchTries) {
    return { ...assignment, branchTry: assignment.branchTry + 1, pushed: null };
  }
  return unpublishable(assignment, "branch.push", event.why, event.at);
}

/** Somebody else has pushed to the pull request's branch: theirs stands, ours is kept in the mirror. */
function overtaken(
  assignment: Assignment,
  phase: Publishing,
  { why, at }: Of<"branch.refused">,
): Assignment {
  const { attempt, run } = phase;
  const handover = { kind: "failed", why } as const;
  const over = { endedAt: at, outcome: "finished", handover, head: null } as const;
  const ended = endAttempt(assignment, attempt, { ...over, recall: recallOf(phase) });
  return run.pull === null ? ended : inspecting(ended, run.pull, null);
}

/** The attempt has reached its end: a pull request that people can judge. */
export function opened(assignment: Assignment, event: Of<"pull.opened">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.step.name !== "opening") return assignment;
  const { pull: number, url, head } = event;
  return published(assignment, phase, { number, url, head }, event.at);
}

type Publishing = Extract<Assignment["phase"], { name: "publishing" }>;

function published(
  assignment: Assignment,
  phase: Publishing,
  found: Pick<Pull, "number" | "url" | "head">,
  at: Event["at"],
): Assignment {
  const { attempt, step } = phase;
  if (step.name === "importing") return assignment;
  const pull: Pull = { ...found, worker: attempt.worker, attempt: attempt.number };
  const ended = endAttempt(assignment, attempt, {
    endedAt: at,
    outcome: "finished",
    handover: { kind: "ready", ...step.summary },
    head: step.head,
    recall: recallOf(phase),
  });
  const reviews = withFiles(ended.reviews, step.files);
  const reviewed = answering(
    { ...ended, reviews, task: { kind: "implement" }, lane: null },
    phase,
    pull.head,
  );
  // Without news there is nothing to be seen yet: the first check's end, or else the next reconcile pass, brings the first look.
  const isAsked = pendingKind(assignment) !== null;
  if (isAsked || (step.hasNews && isWatching(assignment))) return inspecting(reviewed, pull, null);
  const verdict: Verdict = isMergeWanted(assignment)
    ? { kind: "checks", checks: "pending" }
    : { kind: "waiting-for-person" };
  return { ...reviewed, phase: { name: "reviewing", pull, verdict } };
}

/** Does anything follow from what checks say? */
export const isWatching = (assignment: Assignment): boolean =>
  assignment.policy.pulls.fix || isMergeWanted(assignment) || isReviewed(assignment);

/** A check of a commit has ended, where something may follow from it. */
export function checksSettled(assignment: Assignment, head: Sha): Assignment {
  const { phase } = assignment;
  if (phase.name === "merging") {
    return phase.way === "update" ? askAbout(assignment, null) : assignment;
  }
  if (phase.name === "reviewing") {
    // While GitHub brings the head up to date, the checks of a head that we do not know yet may end.
    const isMoving = assignment.lane?.from === phase.pull.head;
    return phase.pull.head === head || isMoving ? askAbout(assignment, null) : assignment;
  }
  if (phase.name !== "publishing" || phase.step.name === "importing") return assignment;
  if (phase.step.head !== head) return assignment;
  return { ...assignment, phase: { ...phase, step: { ...phase.step, hasNews: true } } };
}

/** Something happened to the pull request or its issue that only GitHub can tell the meaning of. */
export function askAbout(assignment: Assignment, closing: Closing | null): Assignment {
  const { phase } = assignment;
  if (phase.name === "merging") {
    const heardOf = { closing: closing ?? phase.closing, hasNews: true };
    return { ...assignment, phase: { ...phase, ...heardOf } };
  }
  if (phase.name === "queued" || phase.name === "parked") {
    const known = pullOf(assignment);
    // Before anybody is called to it again, or goes on waiting for an answer about it.
    return closing === null || known === null ? assignment : inspecting(assignment, known, closing);
  }
  if (phase.name !== "reviewing") return assignment;
  const { pull, verdict } = phase;
  if (verdict.kind !== "inspecting") return inspecting(assignment, pull, closing);
  // One question at a time: a burst of hints is worth one more look after the answer under way.
  const inspectingOn: Verdict = {
    ...verdict,
    closing: closing ?? verdict.closing,
    hasNews: true,
  };
  return { ...assignment, phase: { ...phase, verdict: inspectingOn } };
}

/** A pass over everything asks about pull requests that nobody is being asked about. */
export function lookedAt(assignment: Assignment): Assignment {
  const { phase } = assignment;
  return phase.name === "reviewing" && phase.verdict.kind !== "inspecting"
    ? inspecting(assignment, phase.pull, null)
    : assignment;
}

/** GitHub told the state of the pull request. */
export function pullInspected(before: Assignment, event: Of<"pull.inspected">): Assignment {
  if (event.question !== before.questions) return before;
  const { state } = event;
  const assignment = broughtUpToDate(before, state);
  const { phase } = assignment;
  if (phase.name !== "reviewing" || phase.verdict.kind !== "inspecting") return assignment;
  const { pull } = phase;
  const { closing, hasNews } = phase.verdict;
  if (state.state === "merged") return merged(assignment, { ...pull, head: state.head });
  if (hasNews) return inspecting(assignment, pull, closing);
  const by = closing?.by ?? "somebody";
  if (state.state === "closed") return end(assignment, { kind: "pull-closed", pull, by });
  if (closing?.of === "issue") return end(assignment, { kind: "issue-closed", by, pull });
  return judged(heard(assignment, state), pull, state);
}

/** GitHub cannot tell; that the issue is closed we know without it. */
export function pullNotInspected(assignment: Assignment, why: string): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing" || phase.verdict.kind !== "inspecting") return assignment;
  const { pull } = phase;
  const { closing } = phase.verdict;
  return closing?.of === "issue"
    ? end(assignment, { kind: "issue-closed", by: closing.by, pull })
    : { ...assignment, phase: { ...phase, verdict: { kind: "refused", why } } };
}

/** The pull request is merged: all that is left is to clean up. */
export function merged(assignment: Assignment, pull: Pull): Assignment {
  return pullOf(assignment) === null ? assignment : end(assignment, { kind: "merged", pull });
}

/** GitHub merged it for us. */
export function mergeAccepted(assignment: Assignment): Assignment {
  const { phase } = assignment;
  return phase.name === "merging" ? merged(assignment, phase.pull) : assignment;
}

/** GitHub would not merge this head; people see its words, and the next hint asks again. */
export function mergeRefused(
  assignment: Assignment,
  event: Of<"pull.mergeRefused" | "pull.updateRefused" | "pull.armRefused" | "pull.enqueueRefused">,
): Assignment {
  const { phase } = assignment;
  return phase.name === "merging" && phase.question === event.question
    ? mergeFailed(assignment, event.why)
    : assignment;
}

/** Without a merge, what was heard meanwhile has to be looked into. */
export function mergeFailed(before: Assignment, why: string): Assignment {
  const { phase } = before;
  if (phase.name !== "merging") return before;
  const { pull, way, closing, hasNews, isStale } = phase;
  const assignment: Assignment = {
    ...(way === "enqueue" ? unmarked(before) : before),
    lane: null,
  };
  return closing === null && !hasNews && !isStale
    ? { ...assignment, phase: { name: "reviewing", pull, verdict: { kind: "refused", why } } }
    : inspecting(assignment, pull, closing);
}
