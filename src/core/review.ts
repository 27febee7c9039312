/** From an open pull request to a merge: judged for the current head only, and merged by us only where the repository wants it. */
import type { Assignment, Closing, Pull, Verdict } from "./assignment.ts";
import { endAttempt, unpublishable } from "./attempts.ts";
import { end } from "./ending.ts";
import type { Event, PullState } from "./event.ts";

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

const branchTries = 9;

/** Labels that keep a pull request from being merged by us, in the seed's words. */
const mergeBlockers = ["do-not-merge", "release-placeholder"];

/** Our commits are on GitHub; the pull request is next. */
export function pushed(assignment: Assignment, event: Of<"branch.pushed">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.step.name !== "pushing") return assignment;
  if (phase.attempt.number !== event.attempt) return assignment;
  return {
    ...assignment,
    phase: { ...phase, step: { ...phase.step, name: "opening", head: event.head } },
  };
}

/** The branch's name is taken by commits that are not ours: take the next name, never theirs. */
export function pushRefused(assignment: Assignment, event: Of<"branch.refused">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.attempt.number !== event.attempt) return assignment;
  if (assignment.branchTry < branchTries) {
    return { ...assignment, branchTry: assignment.branchTry + 1 };
  }
  return unpublishable(assignment, "branch.push", event.why, event.at);
}

/** The attempt has reached its end: a pull request that people can judge. */
export function opened(assignment: Assignment, event: Of<"pull.opened">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.step.name !== "opening") return assignment;
  const { attempt, step } = phase;
  const pull: Pull = {
    number: event.pull,
    url: event.url,
    head: event.head,
    worker: attempt.worker,
    attempt: attempt.number,
  };
  const handover = { kind: "ready", ...step.summary } as const;
  const ended = endAttempt(assignment, attempt, event.at, "finished", handover, step.head);
  const verdict: Verdict = assignment.policy.merge.isAutomatic
    ? { kind: "checks", checks: "pending" }
    : { kind: "waiting-for-person" };
  return { ...ended, phase: { name: "reviewing", pull, verdict } };
}

/** Something happened to the pull request that only GitHub can tell the meaning of. */
export function askAbout(assignment: Assignment, closing: Closing | null): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing") return assignment;
  // One question at a time: a hint that comes while GitHub is being asked is put as a further question, since the answer under way may be older.
  return {
    ...assignment,
    questions: assignment.questions + 1,
    phase: {
      ...phase,
      verdict: { kind: "inspecting", closing: closing ?? closingOf(phase.verdict) },
    },
  };
}

/** Somebody else's commits are on the branch: from now on it is theirs, and we neither push nor merge. */
export function pushedByOthers(assignment: Assignment, event: Of<"pull.pushed">): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing" || phase.pull.head === event.head) return assignment;
  return { ...assignment, phase: { ...phase, verdict: { kind: "foreign-head" } } };
}

/** GitHub told the state of the pull request. */
export function pullInspected(assignment: Assignment, state: PullState): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing" || phase.verdict.kind !== "inspecting") return assignment;
  const { pull } = phase;
  const { closing } = phase.verdict;
  if (state.state === "merged") return merged(assignment, { ...pull, head: state.head });
  const by = closing?.by ?? "somebody";
  if (state.state === "closed") return end(assignment, { kind: "pull-closed", pull, by });
  if (closing?.of === "issue") return end(assignment, { kind: "issue-closed", by, pull });
  return judged(assignment, pull, state);
}

/** The pull request is merged: all that is left is to clean up. */
export function merged(assignment: Assignment, pull: Pull): Assignment {
  const { phase } = assignment;
  if (phase.name !== "reviewing" && phase.name !== "merging") return assignment;
  return end(assignment, { kind: "merged", pull });
}

/** GitHub would not merge this head; people see its words, and the next hint asks again. */
export function mergeRefused(assignment: Assignment, why: string): Assignment {
  const { phase } = assignment;
  if (phase.name !== "merging") return assignment;
  return {
    ...assignment,
    phase: { name: "reviewing", pull: phase.pull, verdict: { kind: "refused", why } },
  };
}

function judged(assignment: Assignment, pull: Pull, state: PullState): Assignment {
  const verdict = verdictOf(assignment, pull, state);
  return verdict === "merge"
    ? { ...assignment, phase: { name: "merging", pull } }
    : { ...assignment, phase: { name: "reviewing", pull, verdict } };
}

function verdictOf(assignment: Assignment, pull: Pull, state: PullState): Verdict | "merge" {
  if (state.head !== pull.head) return { kind: "foreign-head" };
  if (!assignment.policy.merge.isAutomatic) return { kind: "waiting-for-person" };
  const blocker = state.labels.find((label) => mergeBlockers.includes(label.toLowerCase()));
  if (blocker !== undefined) return { kind: "refused", why: `it carries the label ${blocker}` };
  if (state.isDraft) return { kind: "refused", why: "it is a draft" };
  if (state.mergeable === "conflicting") return { kind: "conflict" };
  return state.checks === "passing" ? "merge" : { kind: "checks", checks: state.checks };
}

const closingOf = (verdict: Verdict): Closing | null =>
  verdict.kind === "inspecting" ? verdict.closing : null;
