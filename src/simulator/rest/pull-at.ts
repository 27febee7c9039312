/** Finds the pull request, review or remark that a path means. */
import { findPull, known } from "../world/find.ts";
import { notFound } from "../refusal.ts";
import { numberParam } from "./call.ts";
import type { PullRequest, Review, ReviewComment } from "../world/pulls.ts";
import type { RepositoryCall } from "./call.ts";

/** The pull request whose number is in the path. */
export function pullAt(call: RepositoryCall): PullRequest {
  const pull = findPull(call.sim.world, call.repository, numberParam(call, "pull_number"));
  if (pull === null) throw notFound();
  return pull;
}

/** The review whose id is in the path; a pending one is seen by its author only. */
export function reviewAt(call: RepositoryCall): Review {
  const review = call.sim.world.reviews.get(numberParam(call, "review_id"));
  if (review === undefined || review.pullId !== pullAt(call).id) throw notFound();
  if (review.state === "PENDING" && review.authorId !== call.by.account.id) throw notFound();
  return review;
}

/** The remark whose id is in the path. */
export function remarkAt(call: RepositoryCall): ReviewComment {
  const remark = call.sim.world.reviewComments.get(numberParam(call, "comment_id"));
  if (remark === undefined) throw notFound();
  const pull = known(call.sim.world.pulls, remark.pullId);
  if (pull.repositoryId !== call.repository.id) throw notFound();
  return remark;
}
