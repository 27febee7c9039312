/** Reviews, their remarks and threads as GitHub's REST API and webhooks show them. */
import { accountShape, associationOf } from "./accounts.ts";
import { issuePage, reactionsShape } from "./issues.ts";
import { known } from "../world/find.ts";
import { pullUrl } from "./pulls.ts";
import { repositoryUrl } from "./repositories.ts";
import type { PullRequest, Review, ReviewComment, ReviewThread } from "../world/pulls.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** A review, its state in the upper case of the REST API. */
export function reviewShape(sim: Sim, review: Review): Shape {
  const pull = known(sim.world.pulls, review.pullId);
  const author = known(sim.world.accounts, review.authorId);
  const page = `${pageOf(sim, pull)}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: accountShape(sim, author),
    body: review.body,
    state: review.state,
    html_url: page,
    pull_request_url: pullUrl(sim, pull),
    author_association: association(sim, pull, review.authorId),
    _links: { html: { href: page }, pull_request: { href: pullUrl(sim, pull) } },
    ...(review.submittedAt === null ? {} : { submitted_at: review.submittedAt }),
    commit_id: review.commitId,
  };
}

/** A review as webhooks show it: the state in lower case, an empty body as null. */
export function reviewEventShape(sim: Sim, review: Review): Shape {
  return {
    ...reviewShape(sim, review),
    body: review.body === "" ? null : review.body,
    state: review.state.toLowerCase(),
    submitted_at: review.submittedAt,
    updated_at: review.updatedAt,
  };
}

/** One remark on lines of a pull request. */
export function reviewCommentShape(sim: Sim, comment: ReviewComment): Shape {
  const pull = known(sim.world.pulls, comment.pullId);
  const repository = known(sim.world.repositories, pull.repositoryId);
  const thread = known(sim.world.threads, comment.threadId);
  const url = `${repositoryUrl(sim, repository)}/pulls/comments/${comment.id}`;
  const page = `${pageOf(sim, pull)}#discussion_r${comment.id}`;
  return {
    url,
    pull_request_review_id: comment.reviewId,
    id: comment.id,
    node_id: comment.nodeId,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    position: thread.outdated ? null : 1,
    original_position: 1,
    commit_id: comment.commitId,
    original_commit_id: comment.originalCommitId,
    user: accountShape(sim, known(sim.world.accounts, comment.authorId)),
    body: comment.body,
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    html_url: page,
    pull_request_url: pullUrl(sim, pull),
    author_association: association(sim, pull, comment.authorId),
    _links: {
      self: { href: url },
      html: { href: page },
      pull_request: { href: pullUrl(sim, pull) },
    },
    reactions: reactionsShape(sim, "review-comment", comment.id, url),
    start_line: comment.startLine,
    original_start_line: comment.startLine,
    start_side: comment.startLine === null ? null : comment.side,
    line: thread.outdated ? null : comment.line,
    original_line: comment.line,
    side: comment.side,
    subject_type: comment.line === null ? "file" : "line",
    ...(comment.inReplyToId === null ? {} : { in_reply_to_id: comment.inReplyToId }),
  };
}

/** A thread as `pull_request_review_thread` shows it. */
export function threadShape(sim: Sim, thread: ReviewThread): Shape {
  return {
    node_id: thread.nodeId,
    comments: thread.commentIds.map((id) =>
      reviewCommentShape(sim, known(sim.world.reviewComments, id)),
    ),
  };
}

function pageOf(sim: Sim, pull: PullRequest): string {
  return issuePage(sim, known(sim.world.issues, pull.issueId));
}

function association(sim: Sim, pull: PullRequest, accountId: number): string {
  const repository = known(sim.world.repositories, pull.repositoryId);
  return associationOf(sim, repository, known(sim.world.accounts, accountId));
}
