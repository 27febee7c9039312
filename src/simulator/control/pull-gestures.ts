/** Gestures on pull requests: what people do on a pull request's page. */
import { changeBase, openPull, reopenPull, setDraft } from "../acts/pulls.ts";
import { closePull } from "../acts/pull-endings.ts";
import { disableAutoMerge, enableAutoMerge } from "../acts/auto-merge.ts";
import { dequeuePull, enqueuePull, entryOf } from "../acts/merge-queues.ts";
import { findPull, where } from "../world/find.ts";
import { fullPullShape } from "../shapes/pulls.ts";
import { gesture, refusedGesture } from "./gesture.ts";
import { mergePull } from "../acts/merges.ts";
import { remarkOf } from "../rest/remark-body.ts";
import { requestReviewers } from "../acts/reviewers.ts";
import { reviewShape, threadShape } from "../shapes/reviews.ts";
import { setResolved } from "../acts/review-threads.ts";
import { writeReview } from "../acts/reviews.ts";
import type { Gesture, GestureCall } from "./gesture.ts";
import type { MergeMethod, PullRequest, ReviewThread } from "../world/pulls.ts";
import type { Verdict } from "../acts/reviews.ts";

/** The gestures of this file by name. */
export const pullGestures: Readonly<Record<string, Gesture>> = {
  "open-pull": gesture(
    { title: "text?", body: "text?", head: "text", base: "text?", draft: "flag?" },
    async ({ sim, by, repository }, given) =>
      fullPullShape(
        sim,
        await openPull(sim, by, repository, {
          title: given.title ?? given.head,
          body: given.body ?? null,
          head: given.head,
          base: given.base ?? repository.defaultBranch,
          draft: given.draft ?? false,
          maintainerCanModify: false,
        }),
      ),
  ),
  "close-pull": gesture({ pull: "number" }, (call, given) => {
    const pull = pullIn(call, given.pull);
    closePull(call.sim, call.by, pull);
    return fullPullShape(call.sim, pull);
  }),
  "reopen-pull": gesture({ pull: "number" }, async (call, given) => {
    const pull = pullIn(call, given.pull);
    await reopenPull(call.sim, call.by, pull);
    return fullPullShape(call.sim, pull);
  }),
  "change-base": gesture({ pull: "number", base: "text" }, async (call, given) => {
    const pull = pullIn(call, given.pull);
    await changeBase(call.sim, call.by, pull, given.base);
    return fullPullShape(call.sim, pull);
  }),
  "set-draft": gesture({ pull: "number", draft: "flag" }, (call, given) =>
    fullPullShape(call.sim, setDraft(call.sim, call.by, pullIn(call, given.pull), given.draft)),
  ),
  merge: gesture({ pull: "number", method: "text?", sha: "text?" }, async (call, given) => {
    const pull = pullIn(call, given.pull);
    const method = methodOf(given.method);
    const words = { sha: given.sha, title: undefined, message: undefined };
    await mergePull(call.sim, call.by, pull, { method, ...words });
    return fullPullShape(call.sim, pull);
  }),
  "set-auto-merge": gesture(
    { pull: "number", enabled: "flag?", method: "text?" },
    (call, given) => {
      const pull = pullIn(call, given.pull);
      if (given.enabled === false) {
        disableAutoMerge(call.sim, call.by, pull, "Auto-merge was disabled by user");
      } else {
        const order = { title: null, message: null, expectedHead: undefined };
        enableAutoMerge(call.sim, call.by, pull, { method: methodOf(given.method), ...order });
      }
      return fullPullShape(call.sim, pull);
    },
  ),
  enqueue: gesture({ pull: "number" }, (call, given) => {
    const pull = pullIn(call, given.pull);
    enqueuePull(call.sim, call.by, pull, undefined);
    return fullPullShape(call.sim, pull);
  }),
  dequeue: gesture({ pull: "number" }, async (call, given) => {
    const pull = pullIn(call, given.pull);
    const entry = entryOf(call.sim, pull);
    if (entry === null) throw refusedGesture(`pull request ${pull.number} is in no queue`);
    await dequeuePull(call.sim, call.by, entry, "MANUAL");
    return fullPullShape(call.sim, pull);
  }),
  "request-review": gesture({ pull: "number", reviewers: "texts?" }, (call, given) => {
    const reviewers = given.reviewers ?? [];
    return fullPullShape(
      call.sim,
      requestReviewers(call.sim, call.by, pullIn(call, given.pull), reviewers),
    );
  }),
  review: gesture(
    { pull: "number", state: "text", body: "text?", comments: "value?" },
    async (call, given) => {
      const { comments = [] } = given;
      if (!Array.isArray(comments)) throw refusedGesture("comments must be a list");
      const review = await writeReview(call.sim, call.by, pullIn(call, given.pull), {
        verdict: verdictOf(given.state),
        body: given.body ?? "",
        commitId: undefined,
        remarks: comments.map((comment: unknown) => remarkOf(comment)),
      });
      return reviewShape(call.sim, review);
    },
  ),
  "resolve-thread": gesture({ pull: "number", thread: "text?", resolved: "flag?" }, (call, given) =>
    threadsIn(call, pullIn(call, given.pull), given.thread).map((thread) =>
      threadShape(call.sim, setResolved(call.sim, call.by, thread, given.resolved ?? true)),
    ),
  ),
};

/** The pull request with a number in the gesture's repository. */
export function pullIn(call: GestureCall, number: number): PullRequest {
  const pull = findPull(call.sim.world, call.repository, number);
  if (pull === null) throw refusedGesture(`there is no pull request ${number}`);
  return pull;
}

/** The thread with a node id, or every thread of the pull request. */
function threadsIn(call: GestureCall, pull: PullRequest, nodeId?: string): ReviewThread[] {
  const threads = where(
    call.sim.world.threads,
    (thread) => thread.pullId === pull.id && (nodeId === undefined || thread.nodeId === nodeId),
  );
  if (threads.length === 0) throw refusedGesture(`pull request ${pull.number} has no such thread`);
  return threads;
}

function methodOf(text = "merge"): MergeMethod {
  if (text === "merge" || text === "squash" || text === "rebase") return text;
  throw refusedGesture("method must be merge, squash or rebase");
}

/** GitHub's three verdicts, also in the words of the states they lead to. */
const VERDICTS: ReadonlyMap<string, Verdict> = new Map([
  ["approve", "APPROVE"],
  ["approved", "APPROVE"],
  ["request_changes", "REQUEST_CHANGES"],
  ["changes_requested", "REQUEST_CHANGES"],
  ["comment", "COMMENT"],
  ["commented", "COMMENT"],
] as const);

function verdictOf(state: string): Verdict {
  const verdict = VERDICTS.get(state.toLowerCase());
  if (verdict !== undefined) return verdict;
  throw refusedGesture("state must be approve, request_changes or comment");
}
