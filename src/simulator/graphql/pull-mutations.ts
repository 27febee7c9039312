/** Mutations of pull requests: opened, edited, drafted, merged, closed, and the threads of their reviews. */
import { addReview, publishReview } from "../acts/reviews.ts";
import { changeBase, openPull, reopenPull, setDraft } from "../acts/pulls.ts";
import { closePull } from "../acts/pull-endings.ts";
import { demandOn, demandWrite, write } from "./access.ts";
import { disableAutoMerge, enableAutoMerge } from "../acts/auto-merge.ts";
import { editText, MARKS, setMarks, TEXTS } from "./marks.ts";
import { known } from "../world/find.ts";
import { mutation } from "./input.ts";
import { mergePull } from "../acts/merges.ts";
import { revertPull } from "../acts/reverts.ts";
import { pullWith, repositoryWith, threadWith } from "./nodes.ts";
import { addReply, setResolved } from "../acts/review-threads.ts";
import type { MergeMethod, PullRequest, ReviewThread } from "../world/pulls.ts";
import type { Mutation, Order, Payload } from "./input.ts";
import type { Role } from "../world/accounts.ts";

const MERGE = ["mergeMethod", "expectedHeadOid", "commitHeadline", "commitBody"] as const;
const CREATED = [
  ...TEXTS,
  "repositoryId",
  "headRefName",
  "baseRefName",
  "draft",
  "maintainerCanModify",
] as const;
const EDITED = [
  ...TEXTS,
  ...MARKS,
  "pullRequestId",
  "maintainerCanModify",
  "baseRefName",
  "state",
] as const;

/** Pull requests opened, edited, drafted, merged and closed. */
export const pullMutations: Readonly<Record<string, Mutation>> = {
  createPullRequest: mutation(CREATED, create),
  updatePullRequest: mutation(EDITED, update),
  closePullRequest: mutation(["pullRequestId"], (order) => {
    const pull = named(order, "triage");
    closePull(order.graph.sim, order.by, pull);
    return shown(order, pull);
  }),
  reopenPullRequest: mutation(["pullRequestId"], async (order) => {
    const pull = named(order, "triage");
    await reopenPull(order.graph.sim, order.by, pull);
    return shown(order, pull);
  }),
  revertPullRequest: mutation([...TEXTS, "pullRequestId", "draft"], async (order) => {
    const pull = named(order, "write", "contents");
    const revert = await revertPull(order.graph.sim, order.by, pull, {
      title: order.optionalText("title"),
      body: order.optionalText("body"),
      draft: order.optionalFlag("draft") ?? false,
    });
    return { ...shown(order, pull), revertPullRequest: order.graph.show.pull(revert) };
  }),
  markPullRequestReadyForReview: mutation(["pullRequestId"], (order) =>
    shown(order, setDraft(order.graph.sim, order.by, named(order, "write"), false)),
  ),
  convertPullRequestToDraft: mutation(["pullRequestId"], (order) =>
    shown(order, setDraft(order.graph.sim, order.by, named(order, "write"), true)),
  ),
  mergePullRequest: mutation([...MERGE, "pullRequestId"], async (order) => {
    const pull = named(order, "write", "contents");
    await mergePull(order.graph.sim, order.by, pull, {
      method: methodOf(order),
      sha: order.optionalText("expectedHeadOid"),
      title: order.optionalText("commitHeadline"),
      message: order.optionalText("commitBody"),
    });
    return shown(order, pull);
  }),
  enablePullRequestAutoMerge: mutation([...MERGE, "pullRequestId"], (order) => {
    const pull = named(order, "write");
    enableAutoMerge(order.graph.sim, order.by, pull, {
      method: methodOf(order),
      title: order.optionalText("commitHeadline") ?? null,
      message: order.optionalText("commitBody") ?? null,
      expectedHead: order.optionalText("expectedHeadOid"),
    });
    return shown(order, pull);
  }),
  disablePullRequestAutoMerge: mutation(["pullRequestId"], (order) =>
    shown(order, disableAutoMerge(order.graph.sim, order.by, named(order, "write"), "disabled")),
  ),
  addPullRequestReviewThreadReply: mutation(["pullRequestReviewThreadId", "body"], reply),
  resolveReviewThread: mutation(["threadId"], (order) => resolve(order, true)),
  unresolveReviewThread: mutation(["threadId"], (order) => resolve(order, false)),
};

async function create(order: Order<(typeof CREATED)[number]>): Promise<Payload> {
  const { graph, by } = order;
  const id = order.text("repositoryId");
  const repository = repositoryWith(graph, id);
  demandWrite(graph.actor, repository, write("read", "pull_requests"), id);
  const pull = await openPull(graph.sim, by, repository, {
    title: order.text("title"),
    body: order.optionalText("body") ?? null,
    head: order.text("headRefName"),
    base: order.text("baseRefName"),
    draft: order.optionalFlag("draft") ?? false,
    maintainerCanModify: order.optionalFlag("maintainerCanModify") ?? true,
  });
  return { pullRequest: graph.show.pull(pull) };
}

async function update(order: Order<(typeof EDITED)[number]>): Promise<Payload> {
  const { graph, by } = order;
  const pull = named(order, "triage");
  const issue = known(graph.sim.world.issues, pull.issueId);
  editText(order, issue);
  setMarks(order, issue);
  pull.maintainerCanModify = order.optionalFlag("maintainerCanModify") ?? pull.maintainerCanModify;
  const base = order.optionalText("baseRefName");
  if (base !== undefined) await changeBase(graph.sim, by, pull, base);
  const state = order.optionalText("state");
  if (state === "CLOSED") closePull(graph.sim, by, pull);
  if (state === "OPEN") await reopenPull(graph.sim, by, pull);
  return shown(order, pull);
}

function reply(order: Order<"pullRequestReviewThreadId" | "body">): Payload {
  const { graph, by } = order;
  const thread = threadWith(graph, order.text("pullRequestReviewThreadId"));
  const pull = known(graph.sim.world.pulls, thread.pullId);
  demandThread(order, thread, "read");
  // as on GitHub, a single remark is a small review of its own
  const review = addReview(graph.sim, by, pull, { body: "", commitId: pull.headSha });
  const comment = addReply(graph.sim, by, review, thread, order.text("body"));
  publishReview(graph.sim, by, review);
  return { comment: graph.show.reviewComment(comment) };
}

function resolve(order: Order<"threadId">, resolved: boolean): Payload {
  const { graph, by } = order;
  const thread = threadWith(graph, order.text("threadId"));
  demandThread(order, thread, "write");
  return { thread: graph.show.thread(setResolved(graph.sim, by, thread, resolved)) };
}

function demandThread({ graph }: Order<never>, thread: ReviewThread, role: Role): void {
  const { issueId } = known(graph.sim.world.pulls, thread.pullId);
  demandOn(graph, known(graph.sim.world.issues, issueId), write(role, "pull_requests"));
}

/** The pull request that the input names; its author needs no role to change it. */
function named(
  { graph, by, text }: Order<"pullRequestId">,
  role: Role,
  permission = "pull_requests",
): PullRequest {
  const pull = pullWith(graph, text("pullRequestId"));
  const issue = known(graph.sim.world.issues, pull.issueId);
  const isOwn = issue.authorId === by.account.id && permission === "pull_requests";
  demandOn(graph, issue, write(isOwn ? "read" : role, permission));
  return pull;
}

function shown({ graph, by }: Order<never>, pull: PullRequest): Payload {
  return { pullRequest: graph.show.pull(pull), actor: graph.show.account(by.account) };
}

function methodOf({ text }: Order<"mergeMethod">): MergeMethod {
  const name = text("mergeMethod");
  if (name === "SQUASH") return "squash";
  return name === "REBASE" ? "rebase" : "merge";
}
