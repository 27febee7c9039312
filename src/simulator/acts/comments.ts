/** Comments on issues and pull requests: written, edited, hidden and deleted. */
import { announce, refuseArchived, repositoryOf } from "./act.ts";
import { checkedBody, checkedComment } from "./text-limits.ts";
import { commentShape, issueShape } from "../shapes/issues.ts";
import { known } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Comment, Issue } from "../world/issues.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Writes a comment. */
export function createComment(sim: Sim, by: By, issue: Issue, body: string): Comment {
  refuseArchived(repositoryOf(sim, issue));
  const time = timestamp(sim);
  const comment: Comment = {
    ...mint(sim.world, "comments"),
    issueId: issue.id,
    authorId: by.account.id,
    viaAppId: by.appId,
    body: checkedComment(body),
    createdAt: time,
    updatedAt: time,
    lastEditedAt: null,
    minimizedReason: null,
  };
  sim.world.comments.set(comment.id, comment);
  issue.updatedAt = time;
  tell(sim, by, comment, "created");
  return comment;
}

/** Changes the text of a comment; the same text again is an edit too, but no news. */
export function editComment(sim: Sim, by: By, comment: Comment, body: string): Comment {
  refuseArchived(repositoryOf(sim, known(sim.world.issues, comment.issueId)));
  const from = comment.body;
  comment.body = checkedBody("IssueComment", body);
  comment.updatedAt = timestamp(sim);
  if (from === body) return comment;
  comment.lastEditedAt = comment.updatedAt;
  tell(sim, by, comment, "edited", { changes: { body: { from } } });
  return comment;
}

/** Deletes a comment. */
export function deleteComment(sim: Sim, by: By, comment: Comment): void {
  refuseArchived(repositoryOf(sim, known(sim.world.issues, comment.issueId)));
  sim.world.comments.delete(comment.id);
  tell(sim, by, comment, "deleted");
}

/** Hides a comment for a reason such as `outdated`, or shows it again with null; GitHub tells nobody. */
export function minimizeComment(sim: Sim, comment: Comment, reason: string | null): Comment {
  comment.minimizedReason = reason;
  sim.touch();
  return comment;
}

function tell(sim: Sim, by: By, comment: Comment, action: string, more: Shape = {}): void {
  const issue = known(sim.world.issues, comment.issueId);
  announce(sim, by, repositoryOf(sim, issue), "issue_comment", {
    action,
    ...more,
    issue: issueShape(sim, issue),
    comment: commentShape(sim, comment),
  });
}
