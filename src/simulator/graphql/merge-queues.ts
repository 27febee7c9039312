/** Merge queues and their entries as GraphQL shows them. */
import { connection } from "./connection.ts";
import { entriesOf, entryOf, entryState } from "../acts/merge-queues.ts";
import { known } from "../world/find.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import type { PullRequest, QueueEntry } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Show, Shown } from "./graph.ts";
import type { Sim } from "../sim.ts";

/** The merge queue of a branch; null where it has none. */
export function showQueue(
  sim: Sim,
  show: Show,
  repository: Repository,
  branch: string,
): Shown | null {
  const method = repository.mergeQueues[branch];
  if (method === undefined) return null;
  const url = `${repositoryPage(sim, repository)}/queue/${branch}`;
  return {
    __typename: "MergeQueue",
    id: `MQ_${Buffer.from(`${repository.id}:${branch}`).toString("base64url")}`,
    url,
    resourcePath: url.slice(sim.url.length),
    repository: () => show.repository(repository),
    configuration: {
      __typename: "MergeQueueConfiguration",
      mergeMethod: method.toUpperCase(),
      mergingStrategy: "ALLGREEN",
    },
    entries: connection(
      () => entriesOf(sim, repository, branch),
      (entry) => showEntry(sim, show, entry),
    ),
  };
}

/** An entry, also one that has just left its queue. */
export function showEntry(sim: Sim, show: Show, entry: QueueEntry): Shown {
  const { world } = sim;
  const pull = known(world.pulls, entry.pullId);
  const repository = known(world.repositories, entry.repositoryId);
  const { group } = entry;
  return {
    __typename: "MergeQueueEntry",
    id: entry.nodeId,
    enqueuedAt: entry.enqueuedAt,
    enqueuer: () => show.account(known(world.accounts, entry.enqueuerId)),
    jump: false,
    solo: false,
    position: entriesOf(sim, repository, pull.baseRef).indexOf(entry) + 1,
    state: entryState(sim, entry),
    baseCommit: () => (group === null ? null : show.commit(repository, group.baseSha)),
    headCommit: () => (group === null ? null : show.commit(repository, group.sha)),
    mergeQueue: () => showQueue(sim, show, repository, pull.baseRef),
    pullRequest: () => show.pull(pull),
  };
}

/** What a pull request says of the queue of its base branch. */
export function queueFields(sim: Sim, show: Show, pull: PullRequest): Omit<Shown, "__typename"> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const entry = entryOf(sim, pull);
  return {
    isInMergeQueue: entry !== null,
    isMergeQueueEnabled: repository.mergeQueues[pull.baseRef] !== undefined,
    mergeQueue: () => showQueue(sim, show, repository, pull.baseRef),
    mergeQueueEntry: () => (entry === null ? null : showEntry(sim, show, entry)),
  };
}
