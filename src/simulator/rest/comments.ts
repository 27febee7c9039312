/** REST: comments on issues and pull requests. */
import { commentAt, issueAt, refuseStranger } from "./issue-at.ts";
import { commentShape } from "../shapes/issues.ts";
import { commentsOf, known, where } from "../world/find.ts";
import { created, noContent, ok, queryOf, textOf } from "./call.ts";
import { createComment, deleteComment, editComment } from "../acts/comments.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import type { Comment } from "../world/issues.ts";
import type { RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";

const READ = needs(["issues", "pull_requests"], "read", "read");
const WRITE = needs(["issues", "pull_requests"], "write", "read");

/** The routes of this file. */
export const commentRoutes: readonly Route[] = [
  repositoryRoute(
    "GET /repos/{owner}/{repo}/issues/comments",
    READ,
    (call) =>
      paged(call, recent(call, allComments(call)), (comment) => commentShape(call.sim, comment)),
    ["since"],
  ),
  repositoryRoute(
    "GET /repos/{owner}/{repo}/issues/{issue_number}/comments",
    READ,
    (call) =>
      paged(call, recent(call, commentsOf(call.sim.world, issueAt(call))), (comment) =>
        commentShape(call.sim, comment),
      ),
    ["since"],
  ),
  repositoryRoute(
    "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
    WRITE,
    (call) => {
      const issue = issueAt(call);
      const comment = createComment(call.sim, call.by, issue, textOf(call, "body"));
      return created(commentShape(call.sim, comment));
    },
    ["body"],
  ),
  repositoryRoute("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", READ, (call) =>
    ok(commentShape(call.sim, commentAt(call))),
  ),
  repositoryRoute(
    "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}",
    WRITE,
    (call) => {
      const comment = commentAt(call);
      refuseStranger(call, comment.authorId);
      return ok(
        commentShape(call.sim, editComment(call.sim, call.by, comment, textOf(call, "body"))),
      );
    },
    ["body"],
  ),
  repositoryRoute("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", WRITE, (call) => {
    const comment = commentAt(call);
    refuseStranger(call, comment.authorId);
    deleteComment(call.sim, call.by, comment);
    return noContent();
  }),
];

function allComments(call: RepositoryCall): Comment[] {
  const { world } = call.sim;
  return where(
    world.comments,
    (comment) => known(world.issues, comment.issueId).repositoryId === call.repository.id,
  );
}

/** Only comments changed at or after `since`, where the query has one. */
function recent(call: RepositoryCall, comments: readonly Comment[]): Comment[] {
  const since = Date.parse(queryOf(call, "since") ?? "");
  return comments.filter(({ updatedAt }) => Number.isNaN(since) || Date.parse(updatedAt) >= since);
}
