/** Finds the issue that a path means, and says what became of one that is gone. */
import { findIssue, known } from "../world/find.ts";
import { may } from "../auth/who.ts";
import { moved, needs } from "./route.ts";
import { needsRights, notFound, Refusal } from "../refusal.ts";
import { numberParam } from "./call.ts";
import type { Comment, Issue } from "../world/issues.ts";
import type { RepositoryCall } from "./call.ts";

const TRIAGE = needs(["issues", "pull_requests"], "write", "triage");

/** The issue whose number is in the path: 404 for none, 410 for a deleted one, 301 for a transferred one. */
export function issueAt(call: RepositoryCall): Issue {
  const issue = findIssue(call.sim.world, call.repository, numberParam(call, "issue_number"));
  if (issue === null) throw notFound();
  switch (issue.gone?.kind) {
    case undefined:
      return issue;
    case "deleted":
      throw new Refusal(410, "This issue was deleted");
    case "transferred":
      throw transferred(call, issue.gone.toIssueId);
  }
}

/** The comment whose id is in the path. */
export function commentAt(call: RepositoryCall): Comment {
  const { world } = call.sim;
  const comment = world.comments.get(numberParam(call, "comment_id"));
  const issue = comment === undefined ? undefined : world.issues.get(comment.issueId);
  if (comment === undefined || issue?.repositoryId !== call.repository.id) throw notFound();
  return comment;
}

/** Whether whoever calls may triage, which people who only read may not. */
export function mayTriage(call: RepositoryCall): boolean {
  return may(call.actor, call.repository, TRIAGE);
}

/** Refuses a change of something by a person who neither wrote it nor may triage. */
export function refuseStranger(call: RepositoryCall, authorId: number): void {
  if (call.by.account.id !== authorId && !mayTriage(call)) throw needsRights();
}

function transferred(call: RepositoryCall, toIssueId: number): Refusal {
  const target = known(call.sim.world.issues, toIssueId);
  const rest = call.url.pathname.split(`/issues/${numberParam(call, "issue_number")}`)[1] ?? "";
  return moved(
    call.sim,
    `/repositories/${target.repositoryId}/issues/${target.number}${rest}${call.url.search}`,
  );
}
