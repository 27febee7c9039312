/** REST: remarks on lines of a pull request. */
import { addReview, publishReview } from "../acts/reviews.ts";
import { addRemark, addReply, checkedRemark } from "../acts/review-threads.ts";
import { created, numberOf, optionalText, textOf, valueOf } from "./call.ts";
import { known, where } from "../world/find.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound } from "../refusal.ts";
import { paged } from "./pages.ts";
import { pullAt, remarkAt } from "./pull-at.ts";
import { REMARK, remarkOf } from "./remark-body.ts";
import { reviewCommentShape } from "../shapes/reviews.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { ReviewComment } from "../world/pulls.ts";
import type { Route } from "./route.ts";

const READ = needs("pull_requests", "read", "read");
const WRITE = needs("pull_requests", "write", "read");
const COMMENTS = "/repos/{owner}/{repo}/pulls/{pull_number}/comments" as const;

/** The routes of this file. */
export const reviewCommentRoutes: readonly Route[] = [
  repositoryRoute(`GET ${COMMENTS}`, READ, (call) => {
    const pull = pullAt(call);
    const remarks = where(call.sim.world.reviewComments, (row) => row.pullId === pull.id);
    return paged(call, remarks, (remark) => reviewCommentShape(call.sim, remark));
  }),
  repositoryRoute(`POST ${COMMENTS}`, WRITE, comment, [...REMARK, "commit_id", "in_reply_to"]),
  repositoryRoute(
    `POST ${COMMENTS}/{comment_id}/replies`,
    WRITE,
    (call) => reply(call, remarkAt(call), textOf(call, "body")),
    ["body"],
  ),
];

async function comment(call: RepositoryCall): Promise<Answer> {
  const { sim, by } = call;
  const pull = pullAt(call);
  if (valueOf(call, "in_reply_to") !== undefined) {
    const remark = sim.world.reviewComments.get(numberOf(call, "in_reply_to"));
    if (remark === undefined || remark.pullId !== pull.id) throw notFound();
    return reply(call, remark, textOf(call, "body"));
  }
  const { commit_id: _, ...said } = call.body;
  const remark = await checkedRemark(sim, pull, remarkOf(said));
  const commitId = optionalText(call, "commit_id") ?? pull.headSha;
  const review = addReview(sim, by, pull, { body: "", commitId });
  const added = addRemark(sim, by, review, remark);
  publishReview(sim, by, review);
  return created(reviewCommentShape(sim, added));
}

/** Each single remark is a small review of its own, as on GitHub. */
function reply(call: RepositoryCall, remark: ReviewComment, body: string): Answer {
  const { sim, by } = call;
  const pull = known(sim.world.pulls, remark.pullId);
  const thread = known(sim.world.threads, remark.threadId);
  const review = addReview(sim, by, pull, { body: "", commitId: pull.headSha });
  const added = addReply(sim, by, review, thread, body);
  publishReview(sim, by, review);
  return created(reviewCommentShape(sim, added));
}
