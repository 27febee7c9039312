/** Wishes about work under way: GitHub is asked who has them, then each is granted or denied, and its author hears of it. */
import type { Assignment } from "./assignment.ts";
import { approved, heldHead, mayApprove } from "./approval.ts";
import type { Board } from "./board.ts";
import { findLive, withAssignment } from "./board.ts";
import { raised } from "./budget.ts";
import type { Event } from "./event.ts";
import { mayDispatch } from "./issue.ts";
import { deaf, sent } from "./messages.ts";
import { askedAfresh } from "./questions.ts";
import { reply } from "./reply.ts";
import { denial } from "./wording.ts";
import type { Petition, Wish } from "./wish.ts";

type Posted = Extract<Event, { type: "comment.posted" }>;
type Inspected = Extract<Event, { type: "actor.inspected" }>;
type Failed = Extract<Event, { type: "effect.failed" }>;

/** Somebody has a wish: who that is must be asked first. Without work under way there is nothing to wish for. */
export function petitioned(board: Board, event: Posted, wish: Wish): Board {
  const live = findLive(board, event.issue);
  if (live === undefined) return reply(board, event, denial.nothingUnderWay);
  if (live.petitions.some(({ comment }) => comment === event.comment)) return board;
  const question = live.questions + 1;
  const { by, comment, seen } = event;
  const petition: Petition = { question, by, comment, seen, held: heldHead(live), wish };
  const asked = { ...live, questions: question, petitions: [...live.petitions, petition] };
  return withAssignment(board, asked);
}

/** GitHub told what its author may do. */
export function petitionAnswered(board: Board, event: Inspected): Board {
  const found = findPetition(board, event);
  if (found === null) return board;
  const { assignment, petition } = found;
  const why = objection(assignment, petition, event);
  // Whoever has seen another text than we have makes us read it again.
  const refused = why === denial.changed ? askedAfresh(assignment) : assignment;
  const after = why === null ? granted(assignment, petition, event.at) : refused;
  return replied(withAssignment(board, without(after, petition)), assignment, petition, event, why);
}

/** GitHub did not tell: unknown is not yes. */
export function petitionUnanswered(board: Board, event: Failed): Board {
  const assignment = board.get(event.assignment);
  const petition = assignment?.petitions.find(
    ({ question }) => event.key === petitionKey(assignment, question),
  );
  if (assignment === undefined || petition === undefined) return board;
  const next = withAssignment(board, without(assignment, petition));
  return replied(next, assignment, petition, event, event.why);
}

/** Key of the question who has a wish. */
export const petitionKey = ({ id }: Assignment, question: number): string =>
  `${id}/petition/${question}`;

function findPetition(
  board: Board,
  event: Inspected,
): { readonly assignment: Assignment; readonly petition: Petition } | null {
  const assignment = board.get(event.assignment);
  const petition = assignment?.petitions.find(({ question }) => question === event.question);
  return assignment === undefined || petition === undefined ? null : { assignment, petition };
}

const without = (assignment: Assignment, petition: Petition): Assignment => ({
  ...assignment,
  petitions: assignment.petitions.filter(({ question }) => question !== petition.question),
});

function objection(
  assignment: Assignment,
  { by, seen, held, wish }: Petition,
  { permission, isUnedited }: Inspected,
): string | null {
  if (!mayDispatch(permission)) return denial.permission(by.login, permission);
  if (!isUnedited) return denial.edited;
  switch (wish.kind) {
    case "send":
      return deaf(assignment);
    case "answer":
      return isAsking(assignment) ? null : denial.nothingAsked;
    case "approve":
      return mayApprove(assignment, { seen, held });
    case "raise":
      return null;
  }
}

function granted(
  assignment: Assignment,
  { by, comment, wish }: Petition,
  at: Event["at"],
): Assignment {
  switch (wish.kind) {
    case "send":
    case "answer":
      return sent(assignment, { key: comment, by: by.login, at, text: wish.text });
    case "approve":
      return approved(assignment);
    case "raise":
      return raised(assignment, { key: comment, by: by.login, ...wish }, at);
  }
}

/** Whoever gave no command is told nothing where the comment does not count: people talk. */
function replied(
  board: Board,
  { issueId, installation }: Assignment,
  { by, comment, wish }: Petition,
  { at }: Pick<Event, "at">,
  why: string | null,
): Board {
  if (wish.kind === "answer" && why !== null) return board;
  return reply(board, { issue: issueId, installation, by, comment, at }, why);
}

/** Does its Worker wait for an answer? */
export const isAsking = ({ phase }: Assignment): boolean =>
  phase.name === "parked" && phase.reason.kind === "question" && phase.asking === null;
