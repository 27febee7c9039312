/** Keeping what GitHub shows in step with the assignment: one publication at a time, each carrying only differences. */
import type { Assignment } from "./assignment.ts";
import type { Publication } from "./effect.ts";
import type { AnswerEvent } from "./event.ts";
import { newValues } from "./fields.ts";
import { isSame } from "./same.ts";
import { showing } from "./show.ts";
import type { Comment, Showing, Shown } from "./showing.ts";
import type { Policy } from "./policy.ts";

type Published = Extract<AnswerEvent, { type: "status.published" }>;

/** GitHub confirmed a publication. An answer to an earlier one changes nothing. */
export function published(assignment: Assignment, event: Published): Assignment {
  const { shown, issue } = assignment;
  if (shown.state !== "under-way" || shown.publication !== event.publication) return assignment;
  const comments = { ...shown.comments, ...event.comments };
  const card = issue?.card;
  return {
    ...assignment,
    issue:
      issue === null || card === null || card === undefined
        ? issue
        : { ...issue, card: { ...card, item: event.item ?? card.item } },
    shown: { ...shown, comments, state: "confirmed" },
  };
}

/** Registration comes before everything: only when GitHub shows the record may the disk be touched. */
export function registered(assignment: Assignment): Assignment {
  const { phase, shown } = assignment;
  if (phase.name !== "preparing" || phase.step !== "registering") return assignment;
  const { worker, task } = phase.attempt;
  const isShown = shown.sent.comments.some(({ records }) =>
    records.some(({ payload }) => payload["worker_id"] === worker),
  );
  if (shown.state !== "confirmed" || !isShown) return assignment;
  const isOnFlow = assignment.flow !== null && task.kind === "implement";
  return { ...assignment, phase: { ...phase, step: isOnFlow ? "flow" : "worktree" } };
}

/** Begins a publication when GitHub shows something else than it should and no publication is under way. */
export function settled(assignment: Assignment, policy: Policy): Assignment {
  const { shown } = assignment;
  if (shown.state === "under-way") return assignment;
  const wanted = showing(assignment, policy);
  if (isSame(wanted, shown.sent)) return assignment;
  const isRepeat = shown.state === "failed";
  const before = isRepeat ? shown.before : shown.sent;
  const next: Shown = { ...shown, before, sent: wanted, state: "under-way", isRepeat };
  if (isNothing(differences({ ...assignment, shown: next }))) return assignment;
  return { ...assignment, shown: { ...next, publication: shown.publication + 1 } };
}

/** Lets a publication that failed be tried again, with whatever has to be shown by then. */
export function retried(assignment: Assignment): Assignment {
  const { shown } = assignment;
  return shown.state === "failed"
    ? { ...assignment, shown: { ...shown, sent: shown.before } }
    : assignment;
}

/** The publication under way, as an order; only what differs from what was shown before. */
export function publication(assignment: Assignment): Publication {
  const { issue } = assignment;
  return {
    publication: assignment.shown.publication,
    isRepeat: assignment.shown.isRepeat,
    repository: issue?.repository ?? null,
    installation: assignment.installation,
    issue: assignment.issueId,
    issueNumber: issue?.number ?? null,
    board: assignment.policy.board,
    card: issue?.card ?? null,
    ...differences(assignment),
  };
}

type Differences = Pick<
  Publication,
  "moveTo" | "fields" | "comments" | "removeLabel" | "reactions" | "check"
>;

function differences(assignment: Assignment): Differences {
  const { before, sent, comments } = assignment.shown;
  return {
    moveTo: sent.card === columnBefore(assignment) ? null : sent.card,
    fields: newValues(assignment.issue?.card ?? null, before.fields, sent.fields),
    comments: sent.comments
      .filter((comment) => !isIn(before.comments, comment))
      .map((comment) => ({ ...comment, id: comments[comment.key] ?? null })),
    removeLabel:
      sent.removeLabel === null || isSame(sent.removeLabel, before.removeLabel)
        ? null
        : { name: sent.removeLabel.name, id: assignment.issue?.triggerLabelId ?? null },
    reactions: reactionsToAdd(before.reactions, sent.reactions),
    check: isSame(sent.check, before.check) ? null : sent.check,
  };
}

function reactionsToAdd(
  before: Showing["reactions"],
  sent: Showing["reactions"],
): Showing["reactions"] {
  if (sent === null) return null;
  const there = before?.on === sent.on ? before.add : [];
  const add = sent.add.filter((reaction) => !there.includes(reaction));
  return add.length === 0 ? null : { on: sent.on, add };
}

/** The column that the card was last put in: by us, else as GitHub told it. */
const columnBefore = ({ shown, issue }: Assignment): string | null =>
  shown.before.card ?? issue?.card?.status ?? null;

const isIn = (before: readonly Comment[], comment: Comment): boolean =>
  isSame(
    comment,
    before.find(({ key }) => key === comment.key),
  );

const isNothing = (found: Differences): boolean =>
  found.moveTo === null &&
  found.fields.length === 0 &&
  found.comments.length === 0 &&
  found.removeLabel === null &&
  found.reactions === null &&
  found.check === null;
