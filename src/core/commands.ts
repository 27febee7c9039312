/** A comment's commands, one after the other up to the first that is refused; its author gets at most one comment in return. */
import { abortText } from "./abort-text.ts";
import { abortable, aborted } from "./abort.ts";
import type { Assignment } from "./assignment.ts";
import { heldHead } from "./approval.ts";
import { mayCleanUp } from "./aside.ts";
import { begun } from "./begin.ts";
import type { Board } from "./board.ts";
import { findLive, withAssignment } from "./board.ts";
import { broadcasted, listeners } from "./broadcast.ts";
import type { Command } from "./command.ts";
import type { Event } from "./event.ts";
import { begunOnPull, wantedBy } from "./foreign.ts";
import { helpText } from "./help-text.ts";
import type { Request } from "./issue.ts";
import { granted, keyOf, objection, petitionKey } from "./petitions.ts";
import type { Policy } from "./policy.ts";
import { askedAfresh, askedToGoOn } from "./questions.ts";
import { refuse, reply } from "./reply.ts";
import { statusText } from "./status-text.ts";
import { noTerms } from "./terms.ts";
import type { Petition, Turn } from "./turn.ts";
import { whyText } from "./why-text.ts";
import type { Wish } from "./wish.ts";
import {
  alreadyAsked,
  alreadyAssigned,
  broadcastText,
  denial,
  noWork,
  notUnderstood,
} from "./wording.ts";

type Inspected = Extract<Event, { type: "actor.inspected" }>;
type Failed = Extract<Event, { type: "effect.failed" }>;
type Dispatch = Extract<Command, { verb: "dispatch" | "retry" }>;

/** The board after all that can be obeyed before GitHub has been asked something. */
export function obeyed(board: Board, turn: Turn, policy: Policy): Board {
  const [command] = turn.left;
  const { comment } = turn;
  if (command === undefined) return ended(board, turn);
  switch (command.verb) {
    case "unknown":
    case "malformed":
    case "too-many":
      return refused(board, turn, notUnderstood(command, policy));
    case "help":
      return obeyed(board, after(turn, helpText(policy)), policy);
    case "status":
      return obeyed(board, after(turn, told(board, turn, policy, statusOf)), policy);
    case "why":
      return obeyed(board, after(turn, told(board, turn, policy, whyText)), policy);
    case "dispatch":
    case "retry":
      return dispatched(board, turn, command, policy);
    case "revert":
      return takenBack(board, turn, policy);
    case "logs":
      return asideAsked(board, turn, { via: command.verb, comment, lines: command.lines }, policy);
    case "cleanup":
      return asideAsked(board, turn, { via: command.verb, comment }, policy);
    case "wish":
      return wished(board, turn, command.wish, policy);
  }
}

/** GitHub told what the author of a comment may do. */
export function petitionAnswered(board: Board, event: Inspected, policy: Policy): Board {
  const assignment = board.get(event.assignment);
  const petition = assignment?.petitions.find(({ question }) => question === event.question);
  if (assignment === undefined || petition === undefined) return board;
  const { permission, isUnedited } = event;
  const leave = { assignment: assignment.id, permission, isUnedited, held: petition.held };
  const turn = { ...resumed(assignment, petition, event), leave };
  return obeyed(withAssignment(board, without(assignment, petition)), turn, policy);
}

/** GitHub did not tell: unknown is not yes. */
export function petitionUnanswered(board: Board, event: Failed): Board {
  const assignment = board.get(event.assignment);
  const petition = assignment?.petitions.find(
    ({ question }) => event.key === petitionKey(assignment, question),
  );
  if (assignment === undefined || petition === undefined) return board;
  const next = withAssignment(board, without(assignment, petition));
  return refused(next, resumed(assignment, petition, event), event.why);
}

const resumed = (
  { installation }: Assignment,
  { by, issue, place, repository, comment, seen, left, done, said }: Petition,
  { at }: Pick<Event, "at">,
): Turn => {
  const course = { place, repository, comment, seen, left, done, said };
  return { issue, installation, by, at, ...course, leave: null, onPull: null };
};

const without = (assignment: Assignment, petition: Petition): Assignment => ({
  ...assignment,
  petitions: assignment.petitions.filter(({ question }) => question !== petition.question),
});

const after = (turn: Turn, ...said: readonly string[]): Turn => ({
  ...turn,
  left: turn.left.slice(1),
  done: turn.done + 1,
  said: [...turn.said, ...said],
});

const statusOf = (live: Assignment, policy: Policy): string => statusText(live, null, policy);

function told(
  board: Board,
  { issue }: Turn,
  policy: Policy,
  tell: (live: Assignment, policy: Policy, board: Board) => string,
): string {
  const live = findLive(board, issue);
  return live === undefined ? noWork : tell(live, policy, board);
}

/** A new assignment, or a parked one that may go on; whether that may be, GitHub is asked under the assignment's own name. */
function dispatched(board: Board, turn: Turn, command: Dispatch, policy: Policy): Board {
  const live = findLive(board, turn.issue);
  const { by, comment, seen, at } = turn;
  // Whether a request still stands is read where the work was asked for.
  if (turn.place !== turn.issue) return refused(board, turn, denial.onIssueOnly(command.verb));
  const request: Request = { via: "command", comment };
  const terms = command.verb === "dispatch" ? command.terms : noTerms;
  if (live === undefined) {
    if (command.verb === "retry") return refused(board, turn, denial.nothingParked);
    const next = withAssignment(board, begun(board, turn, { request, terms, seen }));
    return obeyed(next, { ...after(turn), leave: null }, policy);
  }
  if (live.phase.name !== "parked") return refused(board, turn, alreadyAssigned);
  if (live.phase.asking !== null) return refused(board, turn, alreadyAsked);
  const asking = { by, request, terms, seen, at };
  const next = withAssignment(board, askedToGoOn(live, live.phase, asking));
  return obeyed(next, after(turn), policy);
}

/** Of merged work nothing is on the board any more: the wish is an assignment of its own, without a Worker. */
function takenBack(board: Board, turn: Turn, policy: Policy): Board {
  if (turn.place !== turn.issue) return refused(board, turn, denial.onIssueOnly("revert"));
  if (findLive(board, turn.issue) !== undefined) return refused(board, turn, denial.notMerged);
  const request: Request = { via: "revert", comment: turn.comment };
  const next = withAssignment(board, begun(board, turn, { request }));
  return obeyed(next, { ...after(turn), leave: null }, policy);
}

/** Beside the work on the issue, if there is any. */
function asideAsked(
  board: Board,
  turn: Turn,
  request: Extract<Request, { via: "logs" | "cleanup" }>,
  policy: Policy,
): Board {
  const isOnIssue = turn.place === turn.issue && turn.onPull === null;
  if (!isOnIssue) return refused(board, turn, denial.onIssueOnly(request.via));
  const why = request.via === "cleanup" ? mayCleanUp(findLive(board, turn.issue)) : null;
  if (why !== null) return refused(board, turn, why);
  const next = withAssignment(board, begun(board, turn, { request }));
  return obeyed(next, { ...after(turn), leave: null }, policy);
}

/** Who has a wish must be asked first. Without work under way there is nothing to wish for. */
function wished(board: Board, turn: Turn, wish: Wish, policy: Policy): Board {
  if (turn.leave === null) return petitioned(board, turn, wish, policy);
  const live = board.get(turn.leave.assignment);
  if (live === undefined) return refused(board, turn, denial.nothingUnderWay);
  const why = objection(live, wish, { ...turn, leave: turn.leave });
  if (why === null && wish.kind === "abort") return allStopped(board, live, turn, policy);
  if (why === null && wish.kind === "broadcast") {
    return announced(board, turn, wish.text, policy);
  }
  if (why === null) {
    return obeyed(withAssignment(board, granted(live, wish, turn)), after(turn), policy);
  }
  // Whoever has seen another text than we have makes us read it again.
  const known = why === denial.changed ? withAssignment(board, askedAfresh(live)) : board;
  return refused(known, turn, why);
}

/** Its author is told what was stopped, and how it goes on. */
function allStopped(board: Board, tracking: Assignment, turn: Turn, policy: Policy): Board {
  const all = abortable(board, tracking);
  if (all.length === 0) return refused(board, turn, denial.nothingRuns);
  const { login } = turn.by;
  const said = abortText(all, login, policy);
  return obeyed(aborted(board, all, login), after(turn, said), policy);
}

/** Its author is told who hears it: others than those whose issue it was written on. */
function announced(board: Board, turn: Turn, text: string, policy: Policy): Board {
  const heardBy = listeners(board, turn.repository);
  if (heardBy.length === 0) return refused(board, turn, denial.nobodyRuns);
  const message = { key: keyOf(turn), by: turn.by.login, at: turn.at, text };
  const said = broadcastText(heardBy.map(({ issue }) => issue?.number ?? 0));
  // It may have been asked for in the name of work elsewhere, to which nothing else in the comment is said.
  const next = { ...after(turn, said), leave: null };
  return obeyed(broadcasted(board, turn.repository, message), next, policy);
}

function petitioned(board: Board, turn: Turn, wish: Wish, policy: Policy): Board {
  const live = findLive(board, turn.issue) ?? elsewhere(board, turn, wish);
  if (live === undefined) return calledFor(board, turn, wish, policy);
  const { by, issue, place, repository, comment, seen, left, done, said } = turn;
  if (live.petitions.some((petition) => petition.comment === comment)) return board;
  const question = live.questions + 1;
  const course = { place, repository, comment, seen, left, done, said };
  const petition: Petition = { question, by, issue, held: heldHead(live), ...course };
  const petitions = [...live.petitions, petition];
  return withAssignment(board, { ...live, questions: question, petitions });
}

/** What is for everybody may be written anywhere: GitHub is then asked in the name of one of those who hear it. */
const elsewhere = (board: Board, { repository }: Turn, wish: Wish): Assignment | undefined =>
  wish.kind === "broadcast" ? listeners(board, repository).at(-1) : undefined;

/** On a pull request that nobody works on, some wishes begin work of their own. */
function calledFor(board: Board, turn: Turn, wish: Wish, policy: Policy): Board {
  if (wish.kind === "broadcast") return refused(board, turn, denial.nobodyRuns);
  const wanted = wantedBy(wish);
  if (wanted === null) return refused(board, turn, denial.nothingUnderWay);
  if (turn.onPull === null) return refused(board, turn, denial.onPullOnly(wanted));
  const next = withAssignment(board, begunOnPull(board, turn, wanted));
  return obeyed(next, { ...after(turn), leave: null }, policy);
}

/** Of a request that is let in, the assignment's own reactions tell. */
function ended(board: Board, turn: Turn): Board {
  const isRequest = turn.leave === null && turn.said.length === 0;
  return isRequest ? board : reply(board, turn, { said: turn.said, denied: null });
}

/** The rest is not obeyed either. Whoever gave no command is told nothing where the comment does not count: people talk. */
function refused(board: Board, turn: Turn, why: string): Board {
  const [command] = turn.left;
  const isAlone = turn.done === 0 && turn.left.length === 1;
  if (command?.verb === "wish" && command.wish.kind === "answer") return board;
  const isAsked = command !== undefined && ["wish", "logs", "cleanup"].includes(command.verb);
  if (isAlone && !isAsked) return refuse(board, turn, why);
  return reply(board, turn, { said: turn.said, denied: { why, isAlone } });
}
