/** The door for people: a request begins an assignment, revives a parked one, or is turned down. */
import { begun } from "./begin.ts";
import type { Board } from "./board.ts";
import { findByPull, findLive, withAssignment } from "./board.ts";
import type { Command } from "./command.ts";
import { parseCommands } from "./command.ts";
import { obeyed } from "./commands.ts";
import type { Event } from "./event.ts";
import type { IssueId } from "./ids.ts";
import type { Request } from "./issue.ts";
import { wantedBy } from "./foreign.ts";
import { isAsking } from "./petitions.ts";
import type { Policy } from "./policy.ts";
import { askedToGoOn } from "./questions.ts";
import { noTerms } from "./terms.ts";

type Requested = Extract<Event, { type: "issue.requested" }>;
type Posted = Extract<Event, { type: "comment.posted" }>;

/** A label or a card asked for work. Asking again for what is under way changes nothing. */
export function requested(board: Board, event: Requested): Board {
  const live = findLive(board, event.issue);
  if (live === undefined) return withAssignment(board, begun(board, event, event));
  const { via } = event.request;
  // Both say what an issue is, not that what stands still there is to go on.
  if (via === "tracking" || via === "integration") return board;
  if (live.phase.name !== "parked" || live.phase.asking !== null) return board;
  // A label or a card that we have not yet taken away is the old request; a pass finds it again if it is not.
  if (live.shown.state !== "confirmed") return board;
  const { by, request, seen, at } = event;
  const asking = { by, request, terms: noTerms, seen, at };
  return withAssignment(board, askedToGoOn(live, live.phase, asking));
}

/** A person wrote a comment; if it speaks to us it is obeyed or answered. */
export function commented(board: Board, event: Posted, policy: Policy): Board {
  const commands = parseCommands(event.lines, policy.commandPrefix);
  const known = issueOf(board, event, commands);
  const left = known === null ? commands.filter(isForAll) : orAnswer(board, event, commands);
  if (left.length === 0 || isKnown(board, event)) return board;
  const issue = known ?? event.issue;
  // The text of a pull request of ours is not that of its issue.
  const seen = issue === event.issue ? event.seen : null;
  const turn = { ...event, issue, place: event.issue, seen, left, done: 0, said: [], leave: null };
  return obeyed(board, turn, policy);
}

/** What is said on a pull request of ours is said of the issue that it is for; null for another's on which nothing of ours is asked for or under way. */
function issueOf(
  board: Board,
  { issue, onPull }: Posted,
  commands: readonly Command[],
): IssueId | null {
  if (onPull === null) return issue;
  const own = findByPull(board, onPull);
  if (own !== undefined) return own.issueId;
  const isAsked = commands.some(
    (command) => command.verb === "wish" && wantedBy(command.wish) !== null,
  );
  return isAsked || findLive(board, issue) !== undefined ? issue : null;
}

/** Others' pull requests have bots of their own, so nothing else is obeyed there. */
const isForAll = (command: Command): boolean =>
  command.verb === "wish" && command.wish.kind === "broadcast";

const orAnswer = (board: Board, event: Posted, commands: readonly Command[]): readonly Command[] =>
  commands.length === 0 ? answer(board, event) : commands;

/** While a Worker waits for an answer, every comment may be one. */
function answer(board: Board, event: Posted): readonly Command[] {
  const live = findLive(board, event.issue);
  const text = event.text.trim();
  if (live === undefined || !isAsking(live) || text === "") return [];
  return [{ verb: "wish", wish: { kind: "answer", text } }];
}

/** Was this comment taken in before? Then it is not obeyed or answered twice. */
const isKnown = (board: Board, { comment }: Posted): boolean =>
  [...board.values()].some(({ request, phase }) => {
    const isIt = (one: Request | undefined): boolean =>
      one !== undefined && "comment" in one && one.comment === comment;
    if (isIt(request)) return true;
    return (
      phase.name === "parked" &&
      (isIt(phase.asking?.request) || isIt(phase.refusal?.asking.request))
    );
  });
