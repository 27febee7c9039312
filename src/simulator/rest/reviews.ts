/** REST: reviews of pull requests. */
import { dismissReview, editReview, submitReview, writeReview } from "../acts/reviews.ts";
import { malformed } from "../refusal.ts";
import { needs, repositoryRoute } from "./route.ts";
import { ok, optionalText, textOf, valueOf } from "./call.ts";
import { paged } from "./pages.ts";
import { pullAt, reviewAt } from "./pull-at.ts";
import { remarkOf } from "./remark-body.ts";
import { reviewCommentShape, reviewShape } from "../shapes/reviews.ts";
import { where } from "../world/find.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { Remark } from "../acts/review-threads.ts";
import type { Review } from "../world/pulls.ts";
import type { Route } from "./route.ts";
import type { Verdict } from "../acts/reviews.ts";

const READ = needs("pull_requests", "read", "read");
const WRITE = needs("pull_requests", "write", "read");
const DISMISS = needs("pull_requests", "write", "write");
const REVIEWS = "/repos/{owner}/{repo}/pulls/{pull_number}/reviews" as const;

/** The routes of this file. */
export const reviewRoutes: readonly Route[] = [
  repositoryRoute(`GET ${REVIEWS}`, READ, (call) =>
    paged(call, reviewsSeen(call), (review) => reviewShape(call.sim, review)),
  ),
  repositoryRoute(`POST ${REVIEWS}`, WRITE, write, ["event", "body", "commit_id", "comments"]),
  repositoryRoute(`GET ${REVIEWS}/{review_id}`, READ, (call) =>
    ok(reviewShape(call.sim, reviewAt(call))),
  ),
  repositoryRoute(
    `PUT ${REVIEWS}/{review_id}`,
    WRITE,
    (call) => {
      const review = editReview(call.sim, reviewAt(call), textOf(call, "body"));
      return ok(reviewShape(call.sim, review));
    },
    ["body"],
  ),
  repositoryRoute(`GET ${REVIEWS}/{review_id}/comments`, READ, (call) => {
    const review = reviewAt(call);
    const remarks = where(call.sim.world.reviewComments, (row) => row.reviewId === review.id);
    return paged(call, remarks, (remark) => reviewCommentShape(call.sim, remark));
  }),
  repositoryRoute(
    `POST ${REVIEWS}/{review_id}/events`,
    WRITE,
    (call) => {
      const verdict = verdictOf(textOf(call, "event"));
      const body = optionalText(call, "body");
      const review = submitReview(call.sim, call.by, reviewAt(call), verdict, body);
      return ok(reviewShape(call.sim, review));
    },
    ["event", "body"],
  ),
  repositoryRoute(
    `PUT ${REVIEWS}/{review_id}/dismissals`,
    DISMISS,
    (call) => {
      const review = dismissReview(call.sim, call.by, reviewAt(call), textOf(call, "message"));
      return ok(reviewShape(call.sim, review));
    },
    ["message"],
  ),
];

function reviewsSeen(call: RepositoryCall): Review[] {
  const pull = pullAt(call);
  return where(
    call.sim.world.reviews,
    (review) =>
      review.pullId === pull.id &&
      (review.state !== "PENDING" || review.authorId === call.by.account.id),
  );
}

async function write(call: RepositoryCall): Promise<Answer> {
  const event = optionalText(call, "event");
  const review = await writeReview(call.sim, call.by, pullAt(call), {
    verdict: event === undefined || event === "PENDING" ? undefined : verdictOf(event),
    body: optionalText(call, "body") ?? "",
    commitId: optionalText(call, "commit_id"),
    remarks: remarksOf(valueOf(call, "comments")),
  });
  return ok(reviewShape(call.sim, review));
}

function verdictOf(text: string): Verdict {
  if (text === "APPROVE" || text === "REQUEST_CHANGES" || text === "COMMENT") return text;
  throw malformed(
    `For 'properties/event', "${text}" is not a member of ["APPROVE", "REQUEST_CHANGES", "COMMENT"].`,
  );
}

function remarksOf(comments: unknown): Remark[] {
  if (comments === undefined || comments === null) return [];
  if (!Array.isArray(comments)) throw malformed("For 'properties/comments', it is not an array.");
  return comments.map((comment: unknown) => remarkOf(comment));
}
