/** What GitHub should show of an assignment: which comments, which column, which reactions, which check. */
import type { Assignment } from "./assignment.ts";
import type { Attempt, EndedAttempt } from "./attempt.ts";
import { branchOf } from "./branch.ts";
import type { BoardStatus, Issue } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { iso } from "./iso.ts";
import type { Check, Comment, Reaction, Record, Showing } from "./showing.ts";
import { checkText } from "./check-text.ts";
import { handoverText } from "./handover-text.ts";
import { accountOf } from "./ladder.ts";
import { unlinked } from "./quote.ts";
import { assignedText, clearedText, denialText, refusalText } from "./wording.ts";
import { statusText } from "./status-text.ts";
import { currentAttempt, isOver, pullOf } from "./standing.ts";

/** A function of the assignment alone, hence safe to repeat. What passes in a moment is not shown: an edit for each step would be noise. */
export function showing(assignment: Assignment, policy: Policy): Showing {
  const { shown } = assignment;
  if (isUnreachable(assignment) || (isPassing(assignment) && shown.publication > 0)) {
    return shown.sent;
  }
  return {
    card: column(assignment),
    comments: [...records(assignment), ...status(assignment, policy)],
    removeLabel: labelToRemove(assignment, policy),
    reactions: reactions(assignment),
    check: check(assignment),
  };
}

/** Where nothing can be written any more, nothing is tried. */
const isUnreachable = ({ phase }: Assignment): boolean =>
  phase.name === "withdrawn" && phase.ending.kind === "gone";

const isPassing = ({ phase }: Assignment): boolean =>
  phase.name === "cleaning" ||
  phase.name === "merging" ||
  (phase.name === "queued" && phase.waiting.for === "inspection") ||
  (phase.name === "reviewing" && phase.verdict.kind === "inspecting");

/** The directory of an attempt below the data folder. */
const worktreeOf = (issue: Issue, attempt: Pick<Attempt, "number">): string =>
  `repositories/${issue.repository.id}/issues/${issue.number}/${attempt.number}`;

function column(assignment: Assignment): BoardStatus | null {
  const { phase, issue } = assignment;
  if (issue === null) return null;
  switch (phase.name) {
    case "queued":
      return phase.waiting.for === "inspection" ? null : "Ready";
    case "preparing":
    case "working":
    case "publishing":
      return "In Progress";
    case "reviewing":
    case "merging":
      return "In Review";
    case "parked":
      return "Blocked";
    case "done":
      return "Done";
    case "withdrawn":
      return refusedColumn(assignment);
    case "cleaning":
      return null;
  }
}

/** A card that asked in vain leaves Ready, as a label is taken off: otherwise it would ask, and be answered, again and again. */
function refusedColumn({ phase, request, issue }: Assignment): BoardStatus | null {
  const isRefusedCard =
    phase.name === "withdrawn" && phase.ending.kind === "refused" && request.via === "card";
  return isRefusedCard && issue?.card?.options.Backlog !== undefined ? "Backlog" : null;
}

/** One comment per attempt: assigned while it lasts, cleared with its result afterwards. */
function records(assignment: Assignment): readonly Comment[] {
  const { issue } = assignment;
  if (issue === null) return [];
  const ended = assignment.attempts.flatMap((attempt) => [
    endedRecord(assignment, attempt),
    ...handovers(issue, branchOf(assignment, issue), attempt),
  ]);
  const current = currentAttempt(assignment);
  return current === null ? ended : [...ended, assignedRecord(assignment, issue, current)];
}

/** What a Worker left for the next one, in the seed's form. */
function handovers(issue: Issue, branch: string, attempt: EndedAttempt): readonly Comment[] {
  const text = handoverText(issue, branch, attempt);
  return text === null
    ? []
    : [{ key: `handover-${attempt.worker}`, records: [], frame: "HANDOVER", text }];
}

function assignedRecord(assignment: Assignment, issue: Issue, attempt: Attempt): Comment {
  const worktree = worktreeOf(issue, attempt);
  const assigned: Record = {
    name: "WORKER:ASSIGNED",
    payload: {
      assigned: true,
      worker_id: attempt.worker,
      assigned_at: iso(attempt.startedAt),
      worktree,
      attempt: attempt.number,
      branch: branchOf(assignment, issue),
    },
  };
  return {
    key: attempt.worker,
    records: [assigned],
    frame: null,
    text: assignedText(attempt, worktree),
  };
}

function endedRecord(assignment: Assignment, attempt: EndedAttempt): Comment {
  const pull = pullOf(assignment);
  const isOfPull = pull !== null && pull.attempt === attempt.number;
  const result = isMerged(assignment) && isOfPull ? "MERGED" : resultOf(attempt);
  const cleared: Record = {
    name: "WORKER:ASSIGNED",
    payload: { assigned: false, cleared_at: iso(attempt.endedAt), worker_id: attempt.worker },
  };
  const outcome: Record = {
    name: "WORKER:RESULT",
    payload: {
      worker_id: attempt.worker,
      status: result,
      pr: isOfPull ? pull.number : null,
      summary: firstLine(attempt),
      attempt: attempt.number,
    },
  };
  return {
    key: attempt.worker,
    records: [cleared, outcome],
    frame: null,
    text: clearedText(attempt, result, isOfPull ? pull.number : null),
  };
}

type Result = "COMPLETED" | "BLOCKED" | "HANDOVER" | "FAILED" | "MERGED";

function resultOf({ handover }: EndedAttempt): Result {
  switch (handover.kind) {
    case "ready":
      return "COMPLETED";
    case "unfinished":
      return "HANDOVER";
    case "blocked":
      return "BLOCKED";
    case "found":
      return "COMPLETED";
    case "failed":
      return "FAILED";
  }
}

const isMerged = ({ phase }: Assignment): boolean => phase.name === "done";

const firstLine = ({ handover }: EndedAttempt): string => cut(accountOf(handover));

const cut = (text: string): string =>
  unlinked((text.split("\n")[0] ?? "").slice(0, 200).toWellFormed());

/** The sticky comment; a request that is turned down at once gets one sentence instead. */
function status(assignment: Assignment, policy: Policy): readonly Comment[] {
  const key = `status-${born(assignment)}`;
  const isThere = assignment.shown.comments[key] !== undefined;
  if (!isThere && !isAnswered(assignment)) return [];
  if (!isThere && isOver(assignment)) return refusalComment(assignment);
  return [
    {
      key,
      records: [],
      frame: null,
      text: statusText(assignment, missingColumn(assignment), policy),
    },
  ];
}

/** The column that the card should be in and that its board lacks. */
function missingColumn(assignment: Assignment): BoardStatus | null {
  const wanted = column(assignment);
  const card = assignment.issue?.card ?? null;
  return wanted !== null && card !== null && card.options[wanted] === undefined ? wanted : null;
}

function refusalComment(assignment: Assignment): readonly Comment[] {
  const { phase, request } = assignment;
  if (phase.name === "withdrawn" && phase.ending.kind === "denied") {
    const text = denialText(assignment.requester.login, phase.ending.why);
    return [{ key: `refusal-${born(assignment)}`, records: [], frame: null, text }];
  }
  if (phase.name !== "withdrawn" || phase.ending.kind !== "refused") return [];
  // A card that cannot be moved out of Ready will ask again: that is not answered each time.
  if (request.via === "card" && refusedColumn(assignment) === null) return [];
  const text = refusalText(assignment.requester.login, phase.ending.why);
  return [{ key: `refusal-${born(assignment)}`, records: [], frame: null, text }];
}

/** When the assignment began; part of its id, so it tells its comments from those of an earlier assignment of the issue. */
const born = ({ id }: Assignment): number => Number(id.split("@").at(-1));

/** Has GitHub told enough to say yes or no? */
const isAnswered = ({ phase, issue }: Assignment): boolean =>
  phase.name === "withdrawn" ||
  (issue !== null && phase.name !== "queued") ||
  (phase.name === "queued" && phase.waiting.for !== "inspection");

/** The label of the last request that was answered; one that was dropped had lost its label before. */
function labelToRemove(assignment: Assignment, policy: Policy): Showing["removeLabel"] {
  const { phase, request, requestedAt } = assignment;
  const name = policy.triggerLabel;
  const refused = phase.name === "parked" ? phase.refusal?.asking : undefined;
  if (refused?.request.via === "label") return { name, requestedAt: refused.at };
  if (request.via !== "label" || assignment.issue === null || !isAnswered(assignment)) return null;
  const isDropped = phase.name === "withdrawn" && phase.ending.kind === "dropped";
  return isDropped ? null : { name, requestedAt };
}

/** 👀 at once on the last comment that asked, then 🚀 for work that begins or 😕 for a request that is turned down. */
function reactions(assignment: Assignment): Showing["reactions"] {
  const { phase, request } = assignment;
  if (phase.name === "parked") {
    const asking = phase.asking?.request;
    if (asking?.via === "command") return { on: asking.comment, add: ["EYES"] };
    const refused = phase.refusal?.asking.request;
    if (refused?.via === "command") return { on: refused.comment, add: ["EYES", "CONFUSED"] };
  }
  if (request.via !== "command") return null;
  return { on: request.comment, add: ["EYES", ...verdict(assignment)] };
}

function verdict(assignment: Assignment): readonly Reaction[] {
  const { phase, attempts, attemptsBefore } = assignment;
  if (phase.name === "withdrawn") {
    const { kind } = phase.ending;
    if (kind === "refused" || kind === "denied") return ["CONFUSED"];
    if (kind === "granted") return ["ROCKET"];
  }
  const hasBegun = attempts.length > attemptsBefore || currentAttempt(assignment) !== null;
  return hasBegun ? ["ROCKET"] : [];
}

/** Our check run says, on the head that we pushed, why it is not merged. */
const check = ({ phase }: Assignment): Check | null =>
  phase.name === "reviewing"
    ? { head: phase.pull.head, ...checkText(phase.verdict, phase.pull) }
    : null;
