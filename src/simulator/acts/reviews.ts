/** Reviews of a pull request: written, submitted, dismissed. */
import { addRemark, announceRemark, checkedRemark } from "./review-threads.ts";
import { announce, refuseArchived } from "./act.ts";
import { checkedBody } from "./text-limits.ts";
import { known, where } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { pullShape } from "../shapes/pulls.ts";
import { Refusal } from "../refusal.ts";
import { reviewEventShape } from "../shapes/reviews.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest, Review } from "../world/pulls.ts";
import type { Remark } from "./review-threads.ts";

/** What a reviewer says in the end. */
export type Verdict = "APPROVE" | "REQUEST_CHANGES" | "COMMENT";

/** What a review is written with; without a verdict it stays pending. */
export interface ReviewDraft {
  readonly verdict: Verdict | undefined;
  readonly body: string;
  readonly commitId: string | undefined;
  readonly remarks: readonly Remark[];
}

/** Writes a review, and submits it where it has a verdict. */
export async function writeReview(
  sim: Sim,
  by: By,
  pull: PullRequest,
  draft: ReviewDraft,
): Promise<Review> {
  refuseArchived(known(sim.world.repositories, pull.repositoryId));
  const body = checkedBody("PullRequestReview", draft.body);
  if (draft.verdict !== undefined) {
    refuseVerdict(sim, by, pull, { ...draft, verdict: draft.verdict });
  }
  const pending = where(
    sim.world.reviews,
    (row) => row.pullId === pull.id && row.authorId === by.account.id && row.state === "PENDING",
  );
  if (pending.length > 0)
    throw unprocessable("User can only have one pending review per pull request");
  const places = await Promise.all(draft.remarks.map((remark) => checkedRemark(sim, pull, remark)));

  const review = addReview(sim, by, pull, { body, commitId: draft.commitId ?? pull.headSha });
  for (const place of places) addRemark(sim, by, review, place);
  if (draft.verdict !== undefined) settle(sim, by, review, draft.verdict);
  return review;
}

/** Submits a pending review. */
export function submitReview(
  sim: Sim,
  by: By,
  review: Review,
  verdict: Verdict,
  body: string | undefined,
): Review {
  const pull = known(sim.world.pulls, review.pullId);
  refuseArchived(known(sim.world.repositories, pull.repositoryId));
  if (review.state !== "PENDING") throw unprocessable("Could not submit pull request review.");
  const remarks = where(sim.world.reviewComments, (row) => row.reviewId === review.id);
  const text = checkedBody("PullRequestReview", body ?? review.body);
  refuseVerdict(sim, by, pull, { verdict, body: text, remarks });
  review.body = text;
  settle(sim, by, review, verdict);
  return review;
}

/** Takes the force out of an approval or a request for changes. */
export function dismissReview(sim: Sim, by: By, review: Review, message: string): Review {
  const pull = known(sim.world.pulls, review.pullId);
  refuseArchived(known(sim.world.repositories, pull.repositoryId));
  if (message.trim() === "") throw unprocessable("message can't be blank");
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw unprocessable(`Can not dismiss a ${review.state.toLowerCase()} pull request review`);
  }
  Object.assign(review, { state: "DISMISSED", updatedAt: timestamp(sim) });
  announceReview(sim, by, review, "dismissed");
  return review;
}

/** Changes the text of a review; GitHub's event about it is not modelled. */
export function editReview(sim: Sim, review: Review, body: string): Review {
  Object.assign(review, {
    body: checkedBody("PullRequestReview", body),
    updatedAt: timestamp(sim),
  });
  sim.touch();
  return review;
}

/** Adds the row of a review, pending, without telling anybody. */
export function addReview(
  sim: Sim,
  by: By,
  pull: PullRequest,
  draft: { readonly body: string; readonly commitId: string },
): Review {
  const time = timestamp(sim);
  const review: Review = {
    ...mint(sim.world, "reviews"),
    pullId: pull.id,
    authorId: by.account.id,
    viaAppId: by.appId,
    state: "PENDING",
    body: draft.body,
    commitId: draft.commitId,
    submittedAt: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.reviews.set(review.id, review);
  sim.touch();
  return review;
}

/** Submits a review that consists of a remark only. */
export function publishReview(sim: Sim, by: By, review: Review): void {
  settle(sim, by, review, "COMMENT");
}

function refuseVerdict(
  sim: Sim,
  by: By,
  pull: PullRequest,
  draft: { readonly verdict: Verdict; readonly body: string; readonly remarks: readonly unknown[] },
): void {
  const isOwn = known(sim.world.issues, pull.issueId).authorId === by.account.id;
  if (isOwn && draft.verdict === "APPROVE") {
    throw unprocessable("Can not approve your own pull request");
  }
  if (isOwn && draft.verdict === "REQUEST_CHANGES") {
    throw unprocessable("Can not request changes on your own pull request");
  }
  const saysNothing = draft.body.trim() === "" && draft.remarks.length === 0;
  if (saysNothing && draft.verdict !== "APPROVE") {
    throw unprocessable("Could not create a review with a blank body.");
  }
}

const STATE_OF = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const;

function settle(sim: Sim, by: By, review: Review, verdict: Verdict): void {
  const pull = known(sim.world.pulls, review.pullId);
  const time = timestamp(sim);
  Object.assign(review, { state: STATE_OF[verdict], submittedAt: time, updatedAt: time });
  pull.requestedReviewerIds = pull.requestedReviewerIds.filter((id) => id !== by.account.id);
  known(sim.world.issues, pull.issueId).updatedAt = time;
  announceReview(sim, by, review, "submitted");
  for (const remark of where(sim.world.reviewComments, (row) => row.reviewId === review.id)) {
    announceRemark(sim, by, remark, "created");
  }
}

function announceReview(sim: Sim, by: By, review: Review, action: "submitted" | "dismissed"): void {
  const pull = known(sim.world.pulls, review.pullId);
  announce(sim, by, known(sim.world.repositories, pull.repositoryId), "pull_request_review", {
    action,
    review: reviewEventShape(sim, review),
    pull_request: pullShape(sim, pull),
  });
}

function unprocessable(text: string): Refusal {
  return new Refusal(422, "Unprocessable Entity", { errors: [text] });
}
