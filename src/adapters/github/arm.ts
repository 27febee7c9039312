/** Arming and disarming GitHub's own auto-merge. */
import type { ArmOrder } from "../../core/effect.ts";
import type { ArmAnswer } from "../../ports.ts";
import type { Client } from "./client.ts";
import { make } from "./mutation.ts";
import type { Change } from "./mutation.ts";
import { cappedLine, storable } from "./published-text.ts";
import { longestTitle, readPull } from "./pulls.ts";

/** Reads first: what an earlier try has done is a success. */
export async function armPull(client: Client, order: ArmOrder): Promise<ArmAnswer> {
  const pull = await readPull(client, order, null);
  if ((pull.autoMergeRequest != null) === order.isOn) return { armed: true };
  const { owner, name } = order.repository;
  const what = `auto-merge of pull request ${owner}/${name}#${order.pull}`;
  const change = order.isOn ? arming(pull.id, order) : disarming(pull.id);
  const done = (await make(client, what, [change])).get(change.name);
  if (done === undefined || !("refused" in done)) return { armed: true };
  return { armed: false, why: done.refused.words };
}

const arming = (pullRequestId: string, { head, method, title }: ArmOrder): Change => ({
  name: "arm",
  kind: "enablePullRequestAutoMerge",
  input: {
    pullRequestId,
    expectedHeadOid: head,
    mergeMethod: method.toUpperCase(),
    commitHeadline: cappedLine(storable(title), longestTitle),
  },
});

const disarming = (pullRequestId: string): Change => ({
  name: "disarm",
  kind: "disablePullRequestAutoMerge",
  input: { pullRequestId },
});
