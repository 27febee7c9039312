/** A new assignment, as it is before GitHub has been asked anything. */
import { noReviews } from "./artifact.ts";
import type { Assignment } from "./assignment.ts";
import type { Board } from "./board.ts";
import { noUsage } from "./handover.ts";
import type { AssignmentId, InstallationId, IssueId, Millis } from "./ids.ts";
import { assignmentId, millis } from "./ids.ts";
import type { Actor } from "./issue.ts";
import { defaultRepositoryPolicy } from "./policy.ts";
import { nothingShown } from "./showing.ts";
import { noTerms } from "./terms.ts";
import type { Terms } from "./terms.ts";

/** Who asked, for which issue, and when. */
export type Asked = {
  readonly issue: IssueId;
  readonly installation: InstallationId;
  readonly by: Actor;
  readonly at: Millis;
};

/** What was asked for. */
type Wanted = Pick<Assignment, "request"> &
  Partial<Pick<Assignment, "seen">> & { readonly terms?: Terms };

/** Waits for GitHub's first answer. */
export function begun(board: Board, asked: Asked, wanted: Wanted): Assignment {
  const { agent, model, dependsOn } = wanted.terms ?? noTerms;
  return {
    id: freeId(board, asked),
    issueId: asked.issue,
    installation: asked.installation,
    requester: asked.by,
    request: wanted.request,
    requestedAt: asked.at,
    issue: null,
    policy: defaultRepositoryPolicy,
    agent,
    model,
    prerequisites: { kept: dependsOn, isNew: true },
    seen: wanted.seen ?? null,
    approvals: [],
    petitions: [],
    messages: [],
    told: 0,
    raises: [],
    hold: null,
    block: null,
    mergeWish: null,
    lane: null,
    errandWish: null,
    usage: noUsage,
    task: { kind: "implement" },
    errands: [],
    answers: [],
    reviews: noReviews,
    files: [],
    verified: null,
    attempts: [],
    attemptsBefore: 0,
    branchTry: 1,
    pushed: null,
    flow: null,
    integration: null,
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
