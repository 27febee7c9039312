/** Putting pull requests into GitHub's merge queue, and taking them out. */
import type { EnqueueOrder } from "../../core/effect.ts";
import type { EnqueueAnswer } from "../../ports.ts";
import type { Client } from "./client.ts";
import { make } from "./mutation.ts";
import type { Change } from "./mutation.ts";
import type { PullNode } from "./pull-documents.ts";
import { readPull } from "./pulls.ts";

/** Reads first: what an earlier try has done is a success. A refusal is looked into, for GitHub may have done it all the same. */
export async function enqueuePull(client: Client, order: EnqueueOrder): Promise<EnqueueAnswer> {
  const pull = await readPull(client, order, null);
  if (isDone(pull, order)) return { done: true };
  const { owner, name } = order.repository;
  const what = `merge queue entry of pull request ${owner}/${name}#${order.pull}`;
  const change = order.isOn ? entering(pull.id, order) : leaving(pull.id);
  const made = (await make(client, what, [change])).get(change.name);
  if (made === undefined || !("refused" in made)) return { done: true };
  return isDone(await readPull(client, order, null), order)
    ? { done: true }
    : { done: false, why: made.refused.words };
}

/** What is merged has nothing to wait for. */
const isDone = ({ state, mergeQueueEntry: entry }: PullNode, { isOn }: EnqueueOrder): boolean =>
  state === "MERGED" || (entry != null) === isOn;

const entering = (pullRequestId: string, { head }: EnqueueOrder): Change => ({
  name: "enqueue",
  kind: "enqueuePullRequest",
  input: { pullRequestId, expectedHeadOid: head },
});

const leaving = (id: string): Change => ({
  name: "dequeue",
  kind: "dequeuePullRequest",
  input: { id },
});
