/** The only place where choices are made: one event and the board to the next board and the effects that this begins. */
import { withoutWorktrees } from "./aside.ts";
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { findByPull, findLive, withAssignment } from "./board.ts";
import { cardMoved } from "./card.ts";
import { integrateLabel } from "./choice.ts";
import { petitionAnswered, petitionUnanswered } from "./commands.ts";
import type { Effect } from "./effect.ts";
import { circled } from "./cycles.ts";
import { end } from "./ending.ts";
import type { AnswerEvent, Event, GitHubEvent, PullAddress } from "./event.ts";
import type { IssueId } from "./ids.ts";
import { withoutForeignRest } from "./foreign.ts";
import { heardOfFlow, integrated } from "./integration.ts";
import { inLanes } from "./lane.ts";
import { isMergeWanted, isTelling } from "./merging.ts";
import { sent } from "./messages.ts";
import { owed } from "./owed.ts";
import type { Policy } from "./policy.ts";
import { askedAfresh, doubted } from "./questions.ts";
import { commented, requested } from "./requests.ts";
import { askAbout, checksSettled, isWatching, lookedAt, merged } from "./review.ts";
import { scheduled } from "./schedule.ts";
import { retried, settled } from "./shown.ts";
import { answered } from "./transition.ts";
import { isOver, pullOf } from "./standing.ts";
import { trackingLabel } from "./report.ts";
import { tracked } from "./tracking.ts";

/** What a decision changes. */
export type Decision = {
  readonly board: Board;
  /** Assignments that are new or different, in their next state. */
  readonly changed: readonly Changed[];
  readonly effects: readonly Effect[];
};

/** An assignment's next state; once it has ended it is no longer on the board. */
export type Changed = { readonly assignment: Assignment; readonly hasEnded: boolean };

/** Pure and total: an event that means nothing to anybody changes nothing. */
export function decide(board: Board, event: Event, policy: Policy): Decision {
  const laned = inLanes(withoutForeignRest(react(board, event, policy)), event.at);
  const moved = integrated(tracked(circled(scheduled(laned, event.at, policy)), event.at, policy));
  const next = new Map(moved);
  const changed: Changed[] = [];
  const effects: Effect[] = [];
  for (const [id, assignment] of moved) {
    const before = board.get(id);
    if (before === assignment) continue;
    const after = settled(assignment, policy);
    const hasEnded = isOver(after) && after.shown.state !== "under-way";
    if (hasEnded) next.delete(id);
    else next.set(id, after);
    changed.push({ assignment: after, hasEnded });
    effects.push(...begun(before, after, policy));
  }
  return { board: next, changed, effects };
}

/** What is owed now and was not owed before. */
function begun(
  before: Assignment | undefined,
  after: Assignment,
  policy: Policy,
): readonly Effect[] {
  const earlier = new Set(before === undefined ? [] : owed(before, policy).map(({ key }) => key));
  return owed(after, policy).filter(({ key }) => !earlier.has(key));
}

function react(board: Board, event: Event, policy: Policy): Board {
  if ("assignment" in event) return onAnswer(board, event, policy);
  if ("pull" in event)
    return onPull(board, event, (assignment) => pullHint(assignment, event, policy));
  switch (event.type) {
    case "issue.requested":
      return requested(board, event);
    case "comment.posted":
      return commented(board, event, policy);
    case "label.removed":
      return onIssue(board, event.issue, (assignment) => unlabelled(assignment, event, policy));
    case "card.moved":
      return onIssue(board, event.issue, (assignment) => cardMoved(assignment, event));
    case "issue.closed":
      return released(onIssue(board, event.issue, closedBy(event.by.login)), event.issue);
    case "issue.gone":
      return onIssue(board, event.issue, gone(event.why));
    case "dependencies.changed":
      return onIssue(board, event.issue, askedAfresh);
    case "reconcile.started":
      return onEach(board, reconciled);
    case "installation.removed":
      return onEach(board, (assignment) =>
        assignment.installation === event.installation
          ? gone("the App was uninstalled")(assignment)
          : assignment,
      );
    case "checks.settled":
      return onEach(board, (assignment) =>
        isWatching(assignment) && assignment.issue?.repository.id === event.repository
          ? checksSettled(assignment, event.head)
          : assignment,
      );
    case "message.sent": {
      const { to, key, by, text, at } = event;
      const live = board.get(to);
      return live === undefined ? board : changedTo(board, live, sent(live, { key, by, text, at }));
    }
    case "clock.ticked":
      return board;
  }
}

/** A merge is final; whatever else happens to a pull request is only a reason to ask. */
function pullHint(
  assignment: Assignment,
  event: Extract<GitHubEvent, PullAddress>,
  policy: Policy,
): Assignment {
  const pull = pullOf(assignment);
  switch (event.type) {
    case "pull.merged":
      return pull === null ? assignment : merged(assignment, { ...pull, head: event.head });
    case "pull.closed":
      return askAbout(assignment, { of: "pull", by: event.by.login });
    case "pull.reopened":
      return askAbout(assignment, null);
    case "pull.relabelled":
      return isTelling(assignment, event.label, policy) ? askAbout(assignment, null) : assignment;
    case "pull.reviewed":
      return assignment.policy.pulls.revise ? askAbout(assignment, null) : assignment;
    case "pull.queueMoved":
      return isMergeWanted(assignment) ? askAbout(assignment, null) : assignment;
    case "pull.pushed":
      return pull?.head === event.head ? assignment : askAbout(assignment, null);
  }
}

function onAnswer(board: Board, event: AnswerEvent & Pick<Event, "at">, policy: Policy): Board {
  if (event.type === "actor.inspected") return petitionAnswered(board, event, policy);
  if (event.type === "effect.failed" && event.effect === "actor.inspect") {
    return petitionUnanswered(board, event);
  }
  const assignment = board.get(event.assignment);
  if (assignment === undefined) return board;
  const next = changedTo(board, assignment, answered(assignment, event, policy));
  if (next === board) return board;
  if (event.type === "flow.prepared") return heardOfFlow(next, assignment, event);
  return event.type === "worktree.cleared"
    ? onIssue(next, assignment.issueId, withoutWorktrees)
    : next;
}

function onIssue(board: Board, issue: IssueId, change: (live: Assignment) => Assignment): Board {
  const live = findLive(board, issue);
  return live === undefined ? board : changedTo(board, live, change(live));
}

function onPull(board: Board, address: PullAddress, change: (of: Assignment) => Assignment): Board {
  const assignment = findByPull(board, address);
  return assignment === undefined ? board : changedTo(board, assignment, change(assignment));
}

function onEach(board: Board, change: (one: Assignment) => Assignment): Board {
  let next = board;
  for (const assignment of board.values()) next = changedTo(next, assignment, change(assignment));
  return next;
}

const changedTo = (board: Board, before: Assignment, after: Assignment): Board =>
  after === before ? board : withAssignment(board, after);

const gone =
  (why: string) =>
  (assignment: Assignment): Assignment =>
    end(assignment, { kind: "gone", why });

const stop = (assignment: Assignment, by: string): Assignment =>
  end(assignment, { kind: "stopped", by, pull: pullOf(assignment) });

/** Taking the label off takes back what it asked for: the work, or the wish that parked work goes on. */
function unlabelled(
  assignment: Assignment,
  { label, by }: Extract<GitHubEvent, { type: "label.removed" }>,
  { triggerLabel }: Policy,
): Assignment {
  const { phase, request } = assignment;
  if (label === trackingLabel) {
    return request.via === "tracking" ? stop(assignment, by.login) : assignment;
  }
  if (label === integrateLabel({ triggerLabel })) {
    return assignment.integration === null && request.via !== "integration"
      ? assignment
      : stop(assignment, by.login);
  }
  if (label !== triggerLabel) return assignment;
  if (phase.name === "parked") {
    return phase.asking?.request.via === "label"
      ? { ...assignment, phase: { ...phase, asking: null } }
      : assignment;
  }
  return request.via === "label" ? stop(assignment, by.login) : assignment;
}

/** A merge closes the issue too, and the two webhooks come in any order: with a pull request open, GitHub is asked which it was. */
const closedBy =
  (by: string) =>
  (assignment: Assignment): Assignment => {
    const { name } = assignment.phase;
    const pull = pullOf(assignment);
    const isIdle = name === "queued" || name === "parked";
    // Nobody is at work on it.
    if (name === "reviewing" || name === "merging" || (isIdle && pull !== null)) {
      return askAbout(assignment, { of: "issue", by });
    }
    return end(assignment, { kind: "issue-closed", by, pull });
  };

/** Everybody who waits for this issue, or may be about to, is looked at again. */
const released = (board: Board, closed: IssueId): Board =>
  onEach(board, (assignment) => {
    const { phase, issue } = assignment;
    if (phase.name !== "queued") return assignment;
    const isBlocked = issue === null || issue.blockers.some(({ id }) => id === closed);
    return isBlocked ? askedAfresh(assignment) : assignment;
  });

/** Webhooks can be lost, except for what only limits a report: whatever may have changed without our knowledge is asked about, and what failed to be shown is shown again. */
const reconciled = (assignment: Assignment): Assignment => {
  const { phase } = assignment;
  const isBeingAsked =
    phase.name === "tracking" || (phase.name === "queued" && phase.waiting.for === "inspection");
  const asked = isBeingAsked ? assignment : askedAfresh(assignment);
  return retried(lookedAt(doubted(asked)));
};
