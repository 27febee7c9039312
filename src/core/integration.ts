/** An integration plan: an issue whose sub-issues are merged into a branch of their own, and together into the default branch at the end. */
import type { Assignment, Phase, Pull } from "./assignment.ts";
import type { Board } from "./board.ts";
import { findLive, withAssignment } from "./board.ts";
import type { Effect } from "./effect.ts";
import { end } from "./ending.ts";
import type { AnswerEvent } from "./event.ts";
import type { PullNumber } from "./ids.ts";
import { integrationBody } from "./integration-text.ts";
import type { Issue, SubIssue } from "./issue.ts";
import { parked } from "./ladder.ts";
import { pullTitle } from "./pull-text.ts";
import { inspecting } from "./questions.ts";
import type { Place } from "./report.ts";
import { placeOf } from "./report.ts";
import { isSame } from "./same.ts";
import { isGathering, isOver, pullOf } from "./standing.ts";

/** What is known of a plan and of its sub-issues' work. */
export type Integration = {
  readonly branch: string;
  /** Has work begun there? */
  readonly hasBranch: boolean;
  /** The default branch could not be merged into it. */
  readonly isConflicting: boolean;
  readonly parts: readonly Part[];
};

/** A sub-issue and where its work stands. */
export type Part = SubIssue & {
  /** Null where nobody is at work, nor has merged it into the plan's branch. */
  readonly place: Place | "merged" | null;
  readonly pull: PullNumber | null;
  /** Its work goes into the default branch, because it began before the plan. */
  readonly isApart: boolean;
};

type Prepared = Extract<AnswerEvent, { type: "flow.prepared" }>;
type Opened = Extract<AnswerEvent, { type: "pull.opened" }>;
type Waiting = Extract<Phase, { name: "queued" }>["waiting"];

/** A plan begins. */
export const integrating = (assignment: Assignment, { number }: Issue): Assignment => ({
  ...assignment,
  integration: assignment.integration ?? {
    branch: `flow/${number}`,
    hasBranch: false,
    isConflicting: false,
    parts: [],
  },
});

/** GitHub has told which sub-issues there are. What was merged stays, also when it is no sub-issue any more. */
export function gathered(assignment: Assignment, { subIssues }: Issue): Assignment {
  const { integration } = assignment;
  if (integration === null) return assignment;
  const nobody = { place: null, pull: null, isApart: false };
  const parts = [
    ...subIssues.map((one) => {
      const known = integration.parts.find(({ id }) => id === one.id);
      return known === undefined ? { ...one, ...nobody } : { ...known, ...one };
    }),
    ...integration.parts
      .filter(({ id, place }) => place === "merged" && !subIssues.some((one) => one.id === id))
      .map((part) => ({ ...part, isOpen: false })),
  ];
  const references = parts.filter(({ isOpen }) => isOpen).map(({ reference }) => reference);
  return waitingFor(
    { ...assignment, integration: { ...integration, parts } },
    {
      for: "parts",
      references,
    },
  );
}

const waitingFor = (assignment: Assignment, waiting: Waiting): Assignment => ({
  ...assignment,
  phase: { name: "queued", waiting },
});

/** The board on which every plan knows where its parts stand, and goes on once nothing is left to be done. */
export function integrated(board: Board): Board {
  let next = board;
  for (const assignment of board.values()) {
    const on = followed(board, assignment);
    if (on !== assignment) next = withAssignment(next, on);
  }
  return next;
}

function followed(board: Board, assignment: Assignment): Assignment {
  const { phase, integration } = assignment;
  if (integration === null || isOver(assignment) || !isGathering(assignment)) return assignment;
  const parts = integration.parts.map((part) => placed(board, assignment, part));
  const isKnown = isSame(parts, integration.parts);
  const known = isKnown ? assignment : { ...assignment, integration: { ...integration, parts } };
  if (phase.name !== "queued" || phase.waiting.for !== "parts") return known;
  if (!isComplete(board, assignment, parts)) return known;
  const questions = known.questions + 1;
  return waitingFor({ ...known, questions }, { for: "integration", step: "updating" });
}

/** Merged work leaves the board at once, so it is noted as it passes. */
function placed(board: Board, { issueId }: Assignment, part: Part): Part {
  const works = [...board.values()].filter((one) => one.issueId === part.id);
  const merged = works.findLast((one) => one.flow?.plan === issueId && mergedPull(one) !== null);
  const live = findLive(board, part.id);
  const left = merged ?? live;
  if (left === undefined) {
    return part.place === "merged" ? part : { ...part, place: null, pull: null };
  }
  const hasBegun = left.attempts.length > 0 || left.phase.name === "preparing";
  return {
    ...part,
    place: left === merged ? "merged" : placeOf(left),
    pull: (mergedPull(left) ?? pullOf(left))?.number ?? null,
    isApart: hasBegun && left.flow?.plan !== issueId,
  };
}

function mergedPull({ phase }: Assignment): Pull | null {
  if (phase.name !== "cleaning" && phase.name !== "done") return null;
  return phase.ending.kind === "merged" ? phase.ending.pull : null;
}

/** Every sub-issue is closed, and nobody's work is on the way to the branch any more. */
const isComplete = (board: Board, { issueId }: Assignment, parts: readonly Part[]): boolean =>
  parts.length > 0 &&
  parts.every(({ isOpen }) => !isOpen) &&
  ![...board.values()].some((one) => one.flow?.plan === issueId && !isOver(one));

/** A sub-issue's work has found the branch, or found that somebody has deleted it, which ends the plan. */
export function heardOfFlow(board: Board, from: Assignment, { state }: Prepared): Board {
  const plan = from.flow === null ? undefined : findLive(board, from.flow.plan);
  if (plan === undefined || plan.integration === null || !isGathering(plan)) return board;
  const integration = state.isThere
    ? { ...plan.integration, hasBranch: true, isConflicting: state.isConflicting }
    : plan.integration;
  const on = { ...plan, integration };
  return withAssignment(board, state.isThere ? on : end(on, deleted(integration)));
}

const deleted = ({ branch }: Integration): Over => over(`the branch \`${branch}\` was deleted`);

type Over = { readonly kind: "plan-over"; readonly why: string };
const over = (why: string): Over => ({ kind: "plan-over", why });

/** What a plan owes while GitHub is asked for something on its own behalf. */
export function integrationEffects(assignment: Assignment, issue: Issue): readonly Effect[] {
  const { id, phase, integration, questions } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "integration") return [];
  if (integration === null) return [];
  const { branch } = integration;
  const { repository, base } = issue;
  const { waiting } = phase;
  if (waiting.step === "updating") {
    const mark = markOf(questions);
    const order = { repository, branch, base, mayMake: false, isLast: true, mark };
    return [{ key: `${id}/${mark}`, assignment: id, type: "flow.prepare", ...order }];
  }
  return [
    {
      key: `${id}/flow/open/${questions}`,
      assignment: id,
      type: "pull.open",
      repository,
      branch,
      base,
      head: waiting.head,
      title: pullTitle(issue),
      body: integrationBody(assignment, issue, integration),
    },
  ];
}

const markOf = (question: number): string => `flow/${question}`;

/** The branch is as far as it can be: now its pull request, if there is anything in it. */
export function flowComplete(assignment: Assignment, { mark, state }: Prepared): Assignment {
  const { phase, integration, questions } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "integration") return assignment;
  if (phase.waiting.step !== "updating" || mark !== markOf(questions)) return assignment;
  if (integration === null) return assignment;
  if (!state.isThere && integration.hasBranch) return end(assignment, deleted(integration));
  if (!state.isThere || !state.hasWork) {
    const why = `all sub-issues are closed and nothing was merged into \`${integration.branch}\``;
    return end(assignment, over(why));
  }
  const { head, isConflicting } = state;
  const next = { ...assignment, integration: { ...integration, hasBranch: true, isConflicting } };
  return waitingFor(next, { for: "integration", step: "opening", head });
}

/** From here on its pull request goes the way of any of ours. */
export function flowOpened(assignment: Assignment, { pull, url, head }: Opened): Assignment {
  const { phase, integration } = assignment;
  if (phase.name !== "queued" || phase.waiting.for !== "integration") return assignment;
  if (phase.waiting.step !== "opening" || integration === null) return assignment;
  const own: Pull = { number: pull, url, head, worker: null, attempt: 0 };
  // Its checks may have ended before it was open, when nobody listened.
  return inspecting({ ...assignment, pushed: { branch: integration.branch, head } }, own, null);
}

/** GitHub will not do what the plan needs: a person is asked. */
export function integrationRefused(
  assignment: Assignment,
  during: "flow.prepare" | "pull.open",
  why: string,
): Assignment {
  const { phase } = assignment;
  return phase.name === "queued" && phase.waiting.for === "integration"
    ? parked(assignment, { kind: "fault", during, why })
    : assignment;
}
