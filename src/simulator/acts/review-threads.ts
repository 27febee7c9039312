/** Remarks on lines of a pull request and the threads they form. */
import { announce, refuseArchived } from "./act.ts";
import { checkedBody } from "./text-limits.ts";
import { diffFiles } from "../git/diff.ts";
import { gitDirOf } from "./git-place.ts";
import { hunkDownTo } from "./diff-lines.ts";
import { invalid } from "../refusal.ts";
import { known } from "../world/find.ts";
import { mergeBase } from "../git/merge.ts";
import { mint } from "../world/world.ts";
import { pullShape } from "../shapes/pulls.ts";
import { reviewCommentShape, threadShape } from "../shapes/reviews.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest, Review, ReviewComment, ReviewThread } from "../world/pulls.ts";

/** Something to be said about a file, or about lines of it. */
export interface Remark {
  readonly body: string;
  readonly path: string;
  /** Null speaks about the whole file. */
  readonly line: number | null;
  readonly startLine: number | null;
  readonly side: "LEFT" | "RIGHT";
}

/** A remark whose place is known to be part of the diff. */
export interface PlacedRemark extends Remark {
  readonly diffHunk: string;
}

/** Finds a remark's place in the diff; 422 when it is not there. */
export async function checkedRemark(
  sim: Sim,
  pull: PullRequest,
  remark: Remark,
): Promise<PlacedRemark> {
  checkedBody("PullRequestReviewComment", remark.body);
  if (remark.body.trim() === "") throw fault("body", "body can't be blank");
  const gitDir = gitDirOf(sim, known(sim.world.repositories, pull.repositoryId));
  const root = await mergeBase(gitDir, pull.baseSha, pull.headSha);
  const files = await diffFiles(gitDir, root, pull.headSha);
  const file = files.find(({ path }) => path === remark.path);
  if (file === undefined) throw fault("path", "path could not be resolved");
  if (remark.line === null) return { ...remark, diffHunk: file.patch ?? "" };
  const place = { line: remark.line, side: remark.side };
  const diffHunk = hunkDownTo(file.patch ?? "", place);
  if (diffHunk === undefined) throw fault("line", "line must be part of the diff");
  return { ...remark, diffHunk };
}

/** Begins a thread with a remark of a review, without telling anybody. */
export function addRemark(sim: Sim, by: By, review: Review, remark: PlacedRemark): ReviewComment {
  const thread: ReviewThread = {
    ...mint(sim.world, "threads"),
    pullId: review.pullId,
    path: remark.path,
    line: remark.line,
    startLine: remark.startLine,
    side: remark.side,
    outdated: false,
    resolvedById: null,
    commentIds: [],
  };
  sim.world.threads.set(thread.id, thread);
  return addComment(sim, by, { review, thread, remark, inReplyToId: null });
}

/** Answers in a thread, as part of a review, without telling anybody. */
export function addReply(
  sim: Sim,
  by: By,
  review: Review,
  thread: ReviewThread,
  body: string,
): ReviewComment {
  const [firstId = 0] = thread.commentIds;
  const top = known(sim.world.reviewComments, firstId);
  checkedBody("PullRequestReviewComment", body);
  if (body.trim() === "") throw fault("body", "body can't be blank");
  return addComment(sim, by, { review, thread, remark: { ...top, body }, inReplyToId: top.id });
}

interface CommentDraft {
  readonly review: Review;
  readonly thread: ReviewThread;
  readonly remark: PlacedRemark;
  readonly inReplyToId: number | null;
}

function addComment(sim: Sim, by: By, draft: CommentDraft): ReviewComment {
  const { review, thread, remark } = draft;
  const time = timestamp(sim);
  const comment: ReviewComment = {
    ...mint(sim.world, "reviewComments"),
    pullId: review.pullId,
    threadId: thread.id,
    reviewId: review.id,
    authorId: by.account.id,
    viaAppId: by.appId,
    body: remark.body,
    path: remark.path,
    line: remark.line,
    startLine: remark.startLine,
    side: remark.side,
    commitId: review.commitId,
    originalCommitId: review.commitId,
    diffHunk: remark.diffHunk,
    inReplyToId: draft.inReplyToId,
    createdAt: time,
    updatedAt: time,
  };
  thread.commentIds.push(comment.id);
  sim.world.reviewComments.set(comment.id, comment);
  return comment;
}

/** Resolves a thread, or opens it again. */
export function setResolved(
  sim: Sim,
  by: By,
  thread: ReviewThread,
  resolved: boolean,
): ReviewThread {
  const pull = known(sim.world.pulls, thread.pullId);
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  if ((thread.resolvedById !== null) === resolved) return thread;
  thread.resolvedById = resolved ? by.account.id : null;
  announce(sim, by, repository, "pull_request_review_thread", {
    action: resolved ? "resolved" : "unresolved",
    thread: threadShape(sim, thread),
    pull_request: pullShape(sim, pull),
    updated_at: timestamp(sim),
  });
  return thread;
}

/** Tells about a remark. */
export function announceRemark(
  sim: Sim,
  by: By,
  comment: ReviewComment,
  action: "created" | "deleted",
): void {
  const pull = known(sim.world.pulls, comment.pullId);
  const repository = known(sim.world.repositories, pull.repositoryId);
  announce(sim, by, repository, "pull_request_review_comment", {
    action,
    comment: reviewCommentShape(sim, comment),
    pull_request: pullShape(sim, pull),
  });
}

function fault(field: string, message: string): Error {
  return invalid({ resource: "PullRequestReviewComment", field, code: "custom", message });
}
