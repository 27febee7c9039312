/** Auto-merge: armed while something is still missing, gone off when nothing is. */
import { announceSubject } from "./subject.ts";
import { known } from "../world/find.ts";
import { mergeableState } from "./requirements.ts";
import { methodRefusal } from "./merges.ts";
import { refuseArchived } from "./act.ts";
import { Refusal } from "../refusal.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { MergeMethod, PullRequest } from "../world/pulls.ts";

/** How a pull request is to be merged by itself. */
export interface AutoMergeOrder {
  readonly method: MergeMethod;
  readonly title: string | null;
  readonly message: string | null;
  readonly expectedHead: string | undefined;
}

/** Arms auto-merge; refused, as on GitHub, where it is switched off or nothing is left to wait for. */
export function enableAutoMerge(
  sim: Sim,
  by: By,
  pull: PullRequest,
  order: AutoMergeOrder,
): PullRequest {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  const issue = known(sim.world.issues, pull.issueId);
  if (!repository.allowAutoMerge) throw refusal("Auto merge is not allowed for this repository");
  if (issue.state === "closed") throw refusal("Pull request is closed");
  if (order.expectedHead !== undefined && order.expectedHead !== pull.headSha) {
    throw refusal("Head branch was modified. Review and try the merge again.");
  }
  const methodFault = methodRefusal(repository, order.method);
  if (methodFault !== undefined) throw refusal(methodFault);
  const state = mergeableState(sim, pull);
  if (state === "draft") throw refusal("Pull request is in draft state");
  if (state === "clean" || state === "unstable") {
    throw refusal(`Pull request is in ${state} status`);
  }
  pull.autoMerge = {
    enabledById: by.account.id,
    method: order.method,
    enabledAt: timestamp(sim),
    commitTitle: order.title,
    commitMessage: order.message,
  };
  issue.updatedAt = timestamp(sim);
  announceSubject(sim, by, issue, "auto_merge_enabled");
  return pull;
}

/** Disarms auto-merge. */
export function disableAutoMerge(sim: Sim, by: By, pull: PullRequest, reason: string): PullRequest {
  if (pull.autoMerge === null) throw refusal("Auto merge is not enabled for this pull request");
  pull.autoMerge = null;
  const issue = known(sim.world.issues, pull.issueId);
  issue.updatedAt = timestamp(sim);
  announceSubject(sim, by, issue, "auto_merge_disabled", { reason });
  return pull;
}

function refusal(text: string): Refusal {
  return new Refusal(422, text);
}
