/** Reviews, their threads and remarks as GraphQL shows them. */
import { associationOf } from "../shapes/accounts.ts";
import { connection } from "./connection.ts";
import { isAuthor } from "./access.ts";
import { issuePage } from "../shapes/issues.ts";
import { known, where } from "../world/find.ts";
import { opinionsOn } from "../acts/requirements.ts";
import { reactable } from "./reactions.ts";
import type { Actor } from "../auth/who.ts";
import type { PullRequest, Review, ReviewComment, ReviewThread } from "../world/pulls.ts";
import type { Show, Shown } from "./graph.ts";
import type { Sim } from "../sim.ts";

/** The fields of a pull request that are about its reviews. */
export function pullReviews(sim: Sim, show: Show, pull: PullRequest): Omit<Shown, "__typename"> {
  const { world } = sim;
  const submitted = (): Review[] =>
    where(world.reviews, (row) => row.pullId === pull.id && row.state !== "PENDING");
  const repository = known(world.repositories, pull.repositoryId);
  return {
    reviews: connection(
      ({ states, author }) =>
        submitted().filter(
          (row) =>
            (!Array.isArray(states) || states.includes(row.state)) &&
            (typeof author !== "string" || known(world.accounts, row.authorId).login === author),
        ),
      show.review,
    ),
    latestReviews: connection(() => latestOf(submitted()), show.review),
    latestOpinionatedReviews: connection(() => opinionsOn(sim, repository, pull), show.review),
    reviewDecision: () => decision(sim, pull),
    reviewThreads: connection(
      () => where(world.threads, (thread) => thread.pullId === pull.id),
      show.thread,
    ),
  };
}

function latestOf(reviews: readonly Review[]): Review[] {
  return [...new Map(reviews.map((review) => [review.authorId, review])).values()];
}

function decision(sim: Sim, pull: PullRequest): string | null {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const required = repository.protections[pull.baseRef]?.requiredApprovals ?? 0;
  const states = opinionsOn(sim, repository, pull).map(({ state }) => state);
  if (states.includes("CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const approvals = states.filter((state) => state === "APPROVED").length;
  if (approvals > 0 && approvals >= required) return "APPROVED";
  return required > 0 ? "REVIEW_REQUIRED" : null;
}

/** A review. */
export function showReview(sim: Sim, actor: Actor, show: Show, review: Review): Shown {
  const { world } = sim;
  const pull = known(world.pulls, review.pullId);
  const repository = known(world.repositories, pull.repositoryId);
  return {
    __typename: "PullRequestReview",
    viewerDidAuthor: isAuthor(actor, known(world.accounts, review.authorId)),
    ...said(sim, show, review, `#pullrequestreview-${review.id}`),
    state: review.state,
    submittedAt: review.submittedAt,
    commit: () => show.commit(repository, review.commitId),
    comments: connection(
      () => where(world.reviewComments, (comment) => comment.reviewId === review.id),
      show.reviewComment,
    ),
  };
}

/** A remark in a thread. */
export function showReviewComment(
  sim: Sim,
  actor: Actor,
  show: Show,
  comment: ReviewComment,
): Shown {
  const { world } = sim;
  const pull = known(world.pulls, comment.pullId);
  const repository = known(world.repositories, pull.repositoryId);
  const { inReplyToId } = comment;
  return {
    __typename: "PullRequestReviewComment",
    viewerDidAuthor: isAuthor(actor, known(world.accounts, comment.authorId)),
    ...said(sim, show, comment, `#discussion_r${comment.id}`),
    path: comment.path,
    line: known(world.threads, comment.threadId).outdated ? null : comment.line,
    originalLine: comment.line,
    startLine: comment.startLine,
    originalStartLine: comment.startLine,
    outdated: known(world.threads, comment.threadId).outdated,
    diffHunk: comment.diffHunk,
    draftedAt: comment.createdAt,
    state: "SUBMITTED",
    commit: () => show.commit(repository, comment.commitId),
    originalCommit: () => show.commit(repository, comment.originalCommitId),
    pullRequestReview: () => show.review(known(world.reviews, comment.reviewId)),
    replyTo: () =>
      inReplyToId === null ? null : show.reviewComment(known(world.reviewComments, inReplyToId)),
    ...reactable(sim, show, "review-comment", comment.id),
  };
}

/** A thread of remarks. */
export function showThread(sim: Sim, show: Show, thread: ReviewThread): Shown {
  const { world } = sim;
  const pull = known(world.pulls, thread.pullId);
  return {
    __typename: "PullRequestReviewThread",
    id: thread.nodeId,
    isResolved: thread.resolvedById !== null,
    isOutdated: thread.outdated,
    isCollapsed: thread.resolvedById !== null || thread.outdated,
    path: thread.path,
    line: thread.outdated ? null : thread.line,
    originalLine: thread.line,
    startLine: thread.startLine,
    originalStartLine: thread.startLine,
    diffSide: thread.side,
    startDiffSide: thread.startLine === null ? null : thread.side,
    subjectType: thread.line === null ? "FILE" : "LINE",
    resolvedBy: () =>
      thread.resolvedById === null
        ? null
        : show.account(known(world.accounts, thread.resolvedById)),
    pullRequest: () => show.pull(pull),
    repository: () => show.repository(known(world.repositories, pull.repositoryId)),
    comments: connection(
      () => thread.commentIds.map((id) => known(world.reviewComments, id)),
      show.reviewComment,
    ),
  };
}

function said(
  sim: Sim,
  show: Show,
  row: Review | ReviewComment,
  anchor: string,
): Omit<Shown, "__typename"> {
  const pull = known(sim.world.pulls, row.pullId);
  const repository = known(sim.world.repositories, pull.repositoryId);
  const author = known(sim.world.accounts, row.authorId);
  const url = `${issuePage(sim, known(sim.world.issues, pull.issueId))}${anchor}`;
  return {
    id: row.nodeId,
    databaseId: row.id,
    fullDatabaseId: String(row.id),
    body: row.body,
    bodyText: row.body,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
    url,
    resourcePath: url.slice(sim.url.length),
    isMinimized: false,
    minimizedReason: null,
    authorAssociation: associationOf(sim, repository, author),
    author: () => show.account(author),
    repository: () => show.repository(repository),
    pullRequest: () => show.pull(pull),
  };
}
