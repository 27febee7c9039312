/** Mutations of the merge queue. */
import { demandOn, write } from "./access.ts";
import { dequeuePull, enqueuePull, entryOf } from "../acts/merge-queues.ts";
import { known } from "../world/find.ts";
import { mutation } from "./input.ts";
import { pullWith } from "./nodes.ts";
import { Refusal } from "../refusal.ts";
import { showEntry } from "./merge-queues.ts";
import type { Mutation, Order } from "./input.ts";
import type { PullRequest } from "../world/pulls.ts";

/** Pull requests put into the queue and taken out. */
export const queueMutations: Readonly<Record<string, Mutation>> = {
  enqueuePullRequest: mutation(["pullRequestId", "expectedHeadOid"], (order) => {
    const { sim, show } = order.graph;
    const pull = named(order, order.text("pullRequestId"));
    const entry = enqueuePull(sim, order.by, pull, order.optionalText("expectedHeadOid"));
    return { mergeQueueEntry: showEntry(sim, show, entry) };
  }),
  dequeuePullRequest: mutation(["id"], async (order) => {
    const { sim, show } = order.graph;
    const pull = named(order, order.text("id"));
    const entry = entryOf(sim, pull);
    if (entry === null) throw new Refusal(422, `Failed to remove PR #${pull.number}`);
    const shown = showEntry(sim, show, entry);
    await dequeuePull(sim, order.by, entry, "MANUAL");
    return { mergeQueueEntry: shown };
  }),
};

function named({ graph }: Order<never>, id: string): PullRequest {
  const pull = pullWith(graph, id);
  const issue = known(graph.sim.world.issues, pull.issueId);
  demandOn(graph, issue, write("write", "pull_requests"));
  demandOn(graph, issue, write("write", "contents"));
  return pull;
}
