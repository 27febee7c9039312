/** The door for people: a request begins an assignment, revives a parked one, or is turned down. */
import type { Asking, Assignment, Ending } from "./assignment.ts";
import type { Board } from "./board.ts";
import { findLive, withAssignment } from "./board.ts";
import { parseCommand } from "./command.ts";
import type { Event } from "./event.ts";
import type { AssignmentId, InstallationId, IssueId, Millis } from "./ids.ts";
import { assignmentId, millis } from "./ids.ts";
import type { Actor, Request } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { defaultRepositoryPolicy } from "./policy.ts";
import { nothingShown } from "./showing.ts";
import { alreadyAsked, alreadyAssigned, notUnderstood } from "./wording.ts";

type Requested = Extract<Event, { type: "issue.requested" }>;
type Posted = Extract<Event, { type: "comment.posted" }>;

/** A label or a card asked for work. Asking again for what is under way changes nothing. */
export function requested(board: Board, event: Requested): Board {
  const live = findLive(board, event.issue);
  if (live === undefined) return withAssignment(board, begun(board, event, event.request, null));
  if (live.phase.name !== "parked" || live.phase.asking !== null) return board;
  // A label or a card that we have not yet taken away is the old request; a pass finds it again if it is not.
  if (live.shown.state !== "confirmed") return board;
  const asking = { by: event.by, request: event.request, agent: null, at: event.at };
  return withAssignment(board, askedAgain(live, live.phase, asking));
}

/** A person wrote a comment; if it speaks to us it is obeyed or answered. */
export function commented(board: Board, event: Posted, policy: Policy): Board {
  const command = parseCommand(event.lines, policy.commandPrefix);
  if (command === null) return board;
  if (isKnown(board, event)) return board;
  const request: Request = { via: "command", comment: event.comment };
  const live = findLive(board, event.issue);
  if (command.verb !== "dispatch") {
    return withAssignment(board, refused(board, event, request, notUnderstood(command, policy)));
  }
  if (live === undefined) return withAssignment(board, begun(board, event, request, command.agent));
  if (live.phase.name !== "parked") {
    return withAssignment(board, refused(board, event, request, alreadyAssigned));
  }
  if (live.phase.asking !== null) {
    return withAssignment(board, refused(board, event, request, alreadyAsked));
  }
  const asking = { by: event.by, request, agent: command.agent, at: event.at };
  return withAssignment(board, askedAgain(live, live.phase, asking));
}

type Asked = {
  readonly issue: IssueId;
  readonly installation: InstallationId;
  readonly by: Actor;
  readonly at: Millis;
};

/** Was this comment taken in before? Then it is not obeyed or answered twice. */
const isKnown = (board: Board, { issue, comment }: Posted): boolean =>
  [...board.values()].some(({ issueId, request, phase }) => {
    const isIt = (one: Request | undefined): boolean =>
      one?.via === "command" && one.comment === comment;
    if (issueId !== issue) return false;
    if (isIt(request)) return true;
    return (
      phase.name === "parked" &&
      (isIt(phase.asking?.request) || isIt(phase.refusal?.asking.request))
    );
  });

function begun(board: Board, event: Asked, request: Request, agent: string | null): Assignment {
  return {
    id: freeId(board, event),
    issueId: event.issue,
    installation: event.installation,
    requester: event.by,
    request,
    requestedAt: event.at,
    issue: null,
    policy: defaultRepositoryPolicy,
    agent,
    attempts: [],
    attemptsBefore: 0,
    branchTry: 1,
    pushed: null,
    questions: 1,
    shown: nothingShown,
    phase: { name: "queued", waiting: { for: "inspection", hasSlot: false, hasNews: false } },
  };
}

/** Two comments on an issue can come in the same millisecond; the second one is dated a little later. */
function freeId(board: Board, { issue, at }: Asked): AssignmentId {
  let later = at;
  while (board.has(assignmentId(issue, later))) later = millis(later + 1);
  return assignmentId(issue, later);
}

/** A parked assignment stays parked until GitHub has said that whoever asks may have it go on. */
const askedAgain = (
  parked: Assignment,
  phase: Extract<Assignment["phase"], { name: "parked" }>,
  asking: Asking,
): Assignment => ({
  ...parked,
  questions: parked.questions + 1,
  phase: { ...phase, asking },
});

function refused(board: Board, event: Asked, request: Request, why: string): Assignment {
  const ending: Ending = { kind: "refused", why };
  return { ...begun(board, event, request, null), phase: { name: "withdrawn", ending, saved: [] } };
}
