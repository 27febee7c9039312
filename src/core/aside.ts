/** What somebody asks for beside the work on an issue: what its last Worker printed, or that its worktrees go. An assignment of its own, without a Worker, which ends with the answer. */
import { clearedText, logText } from "./aside-text.ts";
import type { Assignment, Ending } from "./assignment.ts";
import type { Board } from "./board.ts";
import type { Effect } from "./effect.ts";
import type { AnswerEvent } from "./event.ts";
import type { IssueId } from "./ids.ts";
import type { Inspection, Issue } from "./issue.ts";
import { mayDispatch, mayMaintain } from "./issue.ts";
import { plain } from "./quote.ts";
import { denial } from "./wording.ts";

/** Why worktrees cannot go while the issue's work stands so; null when they can, also without work. */
export function mayCleanUp(live: Assignment | undefined): string | null {
  if (live === undefined) return null;
  switch (live.phase.name) {
    case "queued":
    case "preparing":
    case "working":
    case "publishing":
    case "reviewing":
    case "merging":
      return denial.underWay;
    case "cleaning":
      return denial.goesAlready;
    case "parked":
      // Once approved it is published by the Worker that has the worktree.
      return live.phase.reason.kind === "held" ? denial.heldWork : null;
    case "tracking":
    case "done":
    case "withdrawn":
      return null;
  }
}

/** Why whoever asks is not answered; null when they are. */
export function asideObjection(
  { request, requester: { login } }: Assignment,
  { permission }: Extract<Inspection, { found: true }>,
): Extract<Ending, { kind: "denied" }> | null {
  if (!mayDispatch(permission)) return deniedFor(denial.permission(login, permission));
  return request.via === "cleanup" && !mayMaintain(permission)
    ? deniedFor(denial.maintainers(login, permission))
    : null;
}

const deniedFor = (why: string): Extract<Ending, { kind: "denied" }> => ({
  kind: "denied",
  why,
  said: [],
  isAlone: true,
});

/** From here on the machine that the worktrees are on is waited for. */
export const asked = (aside: Assignment): Assignment => ({
  ...aside,
  phase: { name: "queued", waiting: { for: "machine" } },
});

/** What the machine is asked for. */
export function asideOrder(aside: Assignment, issue: Issue): readonly Effect[] {
  if (!isAsked(aside)) return [];
  const { id: assignment, request } = aside;
  const place = { repository: issue.repository, issueNumber: issue.number };
  if (request.via === "logs") {
    const { lines } = request;
    return [{ key: `${assignment}/log`, assignment, type: "log.fetch", ...place, lines }];
  }
  return request.via === "cleanup"
    ? [{ key: `${assignment}/clear`, assignment, type: "worktree.clear", ...place }]
    : [];
}

/** The machine has answered, and so is whoever asked. */
export function answeredAside(
  aside: Assignment,
  event: Extract<AnswerEvent, { type: "log.fetched" | "worktree.cleared" }>,
): Assignment {
  if (!isAsked(aside)) return aside;
  const said = event.type === "log.fetched" ? logText(event.log) : clearedText(event);
  return over(aside, { kind: "granted", said: [said] });
}

/** Whoever asked is told why not. */
export const unansweredAside = (aside: Assignment, why: string): Assignment =>
  isAsked(aside) ? over(aside, deniedFor(plain(why))) : aside;

const over = (aside: Assignment, ending: Ending): Assignment => ({
  ...aside,
  phase: { name: "withdrawn", ending, saved: [] },
});

const isAsked = ({ phase }: Assignment): boolean =>
  phase.name === "queued" && phase.waiting.for === "machine";

/** Issues whose worktrees are about to go: meanwhile nothing begins in one. */
export const clearing = (board: Board): ReadonlySet<IssueId> =>
  new Set(
    [...board.values()]
      .filter(({ request, phase }) => request.via === "cleanup" && phase.name === "queued")
      .map(({ issueId }) => issueId),
  );

/** Nobody can be called back to where there is no worktree. */
export const withoutWorktrees = (assignment: Assignment): Assignment => ({
  ...assignment,
  attempts: assignment.attempts.map((attempt) =>
    attempt.recall === null
      ? attempt
      : { ...attempt, recall: { ...attempt.recall, hasWorktree: false } },
  ),
});
