/** What GitHub should show of an assignment: which comments, which column, which reactions, which check. */
import type { Assignment } from "./assignment.ts";
import { checkText } from "./check-text.ts";
import { integrateLabel } from "./choice.ts";
import { fieldValues } from "./fields.ts";
import { integrationRecords } from "./integration-text.ts";
import type { BoardStatus } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { resultText } from "./foreign-text.ts";
import { lastRecords, records } from "./records.ts";
import type { Check, Comment, Reaction, Showing } from "./showing.ts";
import { currentAttempt, isAside, isForeign, isGathering, isOver, pullOf } from "./standing.ts";
import { statusText } from "./status-text.ts";
import { trackingComment } from "./tracking-text.ts";
import type { Verdict } from "./verdict.ts";
import { revertComment } from "./revert-text.ts";
import { denialText, refusalText } from "./wording.ts";
import type { Waiting } from "./waiting.ts";

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
    fields: column(assignment) === null ? {} : fieldValues(assignment),
  };
}

/** Where nothing can be written any more, nothing is tried. */
const isUnreachable = ({ phase }: Assignment): boolean =>
  phase.name === "withdrawn" && phase.ending.kind === "gone";

const isPassing = ({ phase }: Assignment): boolean =>
  phase.name === "cleaning" ||
  phase.name === "merging" ||
  (phase.name === "queued" && isBeingAsked(phase.waiting)) ||
  (phase.name === "reviewing" && isPassingVerdict(phase.verdict));

const isPassingVerdict = (verdict: Verdict): boolean =>
  verdict.kind === "inspecting" || (verdict.kind === "in-line" && verdict.waits !== "long");

/** GitHub, or the machine, answers in a moment. */
const isBeingAsked = ({ for: what }: Waiting): boolean =>
  ["inspection", "revert", "plan", "integration", "machine"].includes(what);

function column(assignment: Assignment): BoardStatus | null {
  const { phase, issue } = assignment;
  if (issue === null || isForeign(assignment)) return null;
  if (assignment.block !== null && !isOver(assignment)) return "Blocked";
  switch (phase.name) {
    case "queued":
      if (isBeingAsked(phase.waiting)) return null;
      if (isGathering(assignment)) return assignment.integration?.hasBranch ? "In Progress" : null;
      return pullOf(assignment) === null ? "Ready" : "In Review";
    case "preparing":
    case "working":
    case "publishing":
      // Whoever reviews it changes nothing.
      return phase.attempt.task.kind === "review" ? "In Review" : "In Progress";
    case "reviewing":
    case "merging":
      return "In Review";
    case "parked":
      return "Blocked";
    case "done":
      return "Done";
    case "withdrawn":
      return phase.ending.kind === "reverted" ? "Ready" : refusedColumn(assignment);
    case "cleaning":
    case "tracking":
      return null;
  }
}

/** A card that asked in vain leaves Ready, as a label is taken off: otherwise it would ask, and be answered, again and again. */
function refusedColumn({ phase, request, issue }: Assignment): BoardStatus | null {
  const isRefusedCard =
    phase.name === "withdrawn" && phase.ending.kind === "refused" && request.via === "card";
  return isRefusedCard && issue?.card?.options.Backlog !== undefined ? "Backlog" : null;
}

/** The sticky comment; a request that is turned down at once gets one sentence instead. */
function status(assignment: Assignment, policy: Policy): readonly Comment[] {
  const { request, phase } = assignment;
  if (
    request.via === "tracking" &&
    (phase.name !== "withdrawn" || phase.ending.kind !== "refused")
  ) {
    return trackingComment(assignment);
  }
  if (request.via === "revert") {
    return isOver(assignment) ? [...revertComment(assignment), ...refusalComment(assignment)] : [];
  }
  if (isAside(assignment)) return isOver(assignment) ? refusalComment(assignment) : [];
  const key = `status-${born(assignment)}`;
  const isThere = assignment.shown.comments[key] !== undefined;
  if (!isThere && !isAnswered(assignment)) return [];
  if (!isThere && isOver(assignment)) return refusalComment(assignment);
  return [
    {
      key,
      records: isForeign(assignment) ? lastRecords(assignment) : integrationRecords(assignment),
      frame: null,
      text:
        isForeign(assignment) && isOver(assignment)
          ? resultText(assignment)
          : statusText(assignment, missingColumn(assignment), policy),
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
  if (phase.name === "withdrawn" && phase.ending.kind === "granted") {
    const { said } = phase.ending;
    const text = said.join("\n\n");
    return said.length === 0
      ? []
      : [{ key: `reply-${born(assignment)}`, records: [], frame: null, text }];
  }
  if (phase.name === "withdrawn" && phase.ending.kind === "denied") {
    const { said, ...why } = phase.ending;
    const text = [...said, denialText(assignment.requester.login, why)].join("\n\n");
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
  const { phase, request, requestedAt, integration } = assignment;
  const isPlan = integration !== null || request.via === "integration";
  if (isPlan && phase.name === "withdrawn") {
    return { name: integrateLabel(policy), requestedAt };
  }
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
  if (!("comment" in request)) return null;
  return { on: request.comment, add: ["EYES", ...verdict(assignment)] };
}

function verdict(assignment: Assignment): readonly Reaction[] {
  const { phase, attempts, attemptsBefore } = assignment;
  if (phase.name === "withdrawn") {
    const { kind } = phase.ending;
    if (kind === "refused" || kind === "denied") return ["CONFUSED"];
    if (kind === "granted" || kind === "reverted") return ["ROCKET"];
  }
  const hasBegun = attempts.length > attemptsBefore || currentAttempt(assignment) !== null;
  return hasBegun ? ["ROCKET"] : [];
}

/** Our check run says, on the head that we pushed, why it is not merged. */
const check = ({ phase, request }: Assignment): Check | null =>
  phase.name === "reviewing" && !isForeign({ request })
    ? { head: phase.pull.head, ...checkText(phase.verdict, phase.pull) }
    : null;
