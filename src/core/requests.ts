/** The door for people: a request begins an assignment, revives a parked one, or is turned down. */
import type { Asking, Assignment, Ending } from "./assignment.ts";
import type { Asked } from "./begin.ts";
import { begun } from "./begin.ts";
import type { Board } from "./board.ts";
import { findLive, withAssignment } from "./board.ts";
import { parseCommand } from "./command.ts";
import type { Event } from "./event.ts";
import type { Request } from "./issue.ts";
import { isAsking, petitioned } from "./petitions.ts";
import type { Policy } from "./policy.ts";
import { alreadyAsked, alreadyAssigned, notUnderstood } from "./wording.ts";

type Requested = Extract<Event, { type: "issue.requested" }>;
type Posted = Extract<Event, { type: "comment.posted" }>;

/** A label or a card asked for work. Asking again for what is under way changes nothing. */
export function requested(board: Board, event: Requested): Board {
  const live = findLive(board, event.issue);
  if (live === undefined) return withAssignment(board, begun(board, event, event));
  if (live.phase.name !== "parked" || live.phase.asking !== null) return board;
  // A label or a card that we have not yet taken away is the old request; a pass finds it again if it is not.
  if (live.shown.state !== "confirmed") return board;
  const { by, request, seen, at } = event;
  const asking = { by, request, agent: null, model: null, seen, at };
  return withAssignment(board, askedAgain(live, live.phase, asking));
}

/** A person wrote a comment; if it speaks to us it is obeyed or answered. */
export function commented(board: Board, event: Posted, policy: Policy): Board {
  const command = parseCommand(event.lines, policy.commandPrefix, event.text);
  if (command === null) return answered(board, event);
  if (isKnown(board, event)) return board;
  if (command.verb === "wish") return petitioned(board, event, command.wish);
  const request: Request = { via: "command", comment: event.comment };
  if (command.verb !== "dispatch") {
    return withAssignment(board, refused(board, event, request, notUnderstood(command, policy)));
  }
  const live = findLive(board, event.issue);
  const { agent, model } = command;
  const { by, seen, at } = event;
  if (live === undefined) {
    return withAssignment(board, begun(board, event, { request, agent, model, seen }));
  }
  if (live.phase.name !== "parked") {
    return withAssignment(board, refused(board, event, request, alreadyAssigned));
  }
  if (live.phase.asking !== null) {
    return withAssignment(board, refused(board, event, request, alreadyAsked));
  }
  const asking = { by, request, agent, model, seen, at };
  return withAssignment(board, askedAgain(live, live.phase, asking));
}

/** While a Worker waits for an answer, every comment may be one. */
function answered(board: Board, event: Posted): Board {
  const live = findLive(board, event.issue);
  const text = event.text.trim();
  if (live === undefined || !isAsking(live) || text === "") return board;
  return petitioned(board, event, { kind: "answer", text });
}

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
  return { ...begun(board, event, { request }), phase: { name: "withdrawn", ending, saved: [] } };
}
