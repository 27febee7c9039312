/** The branch of an integration plan as the work of a sub-issue knows it: where it begins, and where its pull request goes. */
import type { Assignment } from "./assignment.ts";
import type { Attempt } from "./attempt.ts";
import { endAttempt } from "./attempts.ts";
import type { Board } from "./board.ts";
import { findLive } from "./board.ts";
import type { Effect } from "./effect.ts";
import type { AnswerEvent, Event } from "./event.ts";
import type { IssueId, IssueNumber, Sha } from "./ids.ts";
import type { Issue, RepositoryRef } from "./issue.ts";
import { parked } from "./ladder.ts";
import { isGathering } from "./standing.ts";

/** The integration plan that an issue is part of, as it was when work on the issue began. */
export type Flow = {
  readonly plan: IssueId;
  /** Number of the plan's issue. */
  readonly number: IssueNumber;
  readonly branch: string;
  /** Has anybody's work begun there? Then a branch that is gone was deleted by a person. */
  readonly isMade: boolean;
};

/** Have the branch there and up to date. */
export type FlowOrder = {
  readonly repository: RepositoryRef;
  readonly branch: string;
  /** Branch that it begins at, and that is merged into it. */
  readonly base: string;
  readonly mayMake: boolean;
  /** It is about to be merged: also asked is whether it holds anything. */
  readonly isLast: boolean;
  /** Comes back with the answer. */
  readonly mark: string;
};

/** The branch as it is by now. */
export type FlowState =
  | { readonly isThere: false }
  | {
      readonly isThere: true;
      readonly head: Sha;
      /** The branch that it begins at cannot be merged into it. */
      readonly isConflicting: boolean;
      /** Does it hold changes of its own? False where that was not asked. */
      readonly hasWork: boolean;
    };

/** Close an issue whose work is merged: GitHub does that only for what is merged into the default branch. */
export type CloseOrder = { readonly repository: RepositoryRef; readonly issueNumber: number };

type Prepared = Extract<AnswerEvent, { type: "flow.prepared" }>;

/** Branch that the pull request will target. */
export const targetOf = ({ flow }: Assignment, issue: Issue): string => flow?.branch ?? issue.base;

/** The integration plan that work on an issue begins for; null for none, `asked` while GitHub is asked whether there is one. What has begun goes on where it began. */
export function flowFor(
  board: Board,
  { flow, attempts }: Assignment,
  { parent, repository }: Issue,
): Flow | "asked" | null {
  if (attempts.length > 0 || parent === null) return flow;
  const plan = findLive(board, parent);
  if (plan === undefined) return null;
  const { integration, issue, phase } = plan;
  if (issue === null) return plan.request.via === "integration" ? "asked" : null;
  if (integration === null || issue.repository.id !== repository.id) return null;
  // Once its own pull request is on the way nobody joins any more.
  const isLast = phase.name === "queued" && phase.waiting.for === "integration";
  if (isLast || !isGathering(plan)) return null;
  const { branch, hasBranch: isMade } = integration;
  return { plan: plan.issueId, number: issue.number, branch, isMade };
}

/** What is asked of GitHub before an attempt at a sub-issue gets its worktree. */
export function prepareFlow(
  { id, flow }: Assignment,
  { repository, base }: Issue,
  { number }: Attempt,
): readonly Effect[] {
  if (flow === null) return [];
  const { branch, isMade } = flow;
  const mark = markOf(number);
  const order = { repository, branch, base, mayMake: !isMade, isLast: false, mark };
  return [{ key: `${id}/${mark}/flow`, assignment: id, type: "flow.prepare", ...order }];
}

/** What GitHub closes by itself only after a merge into the default branch. */
export const closeIssue = ({ id }: Assignment, { repository, number }: Issue): Effect => ({
  key: `${id}/close`,
  assignment: id,
  type: "issue.close",
  repository,
  issueNumber: number,
});

const markOf = (attempt: number): string => `attempt/${attempt}`;

/** The branch is there, or was deleted by somebody: then the work begins at the default branch. */
export function flowReady(assignment: Assignment, { mark, state }: Prepared): Assignment {
  const { phase, flow } = assignment;
  if (phase.name !== "preparing" || phase.step !== "flow" || flow === null) return assignment;
  if (mark !== markOf(phase.attempt.number)) return assignment;
  const next = state.isThere ? { ...flow, isMade: true } : null;
  return { ...assignment, flow: next, phase: { ...phase, step: "worktree" } };
}

/** GitHub will not have the branch, which no other attempt changes. */
export function flowRefused(assignment: Assignment, why: string, at: Event["at"]): Assignment {
  const { phase } = assignment;
  if (phase.name !== "preparing") return assignment;
  const handover = { kind: "failed", why } as const;
  const over = { endedAt: at, outcome: "crashed", handover, head: null, recall: null } as const;
  const ended = endAttempt(assignment, phase.attempt, over);
  return parked(ended, { kind: "fault", during: "flow.prepare", why });
}

/** The issue is closed, or GitHub would not close it; what was merged is merged. */
export function shut(assignment: Assignment): Assignment {
  const { phase } = assignment;
  if (phase.name !== "cleaning" || phase.step.name !== "closing") return assignment;
  const { ending, step } = phase;
  return { ...assignment, phase: { name: "done", ending, saved: step.saved } };
}
