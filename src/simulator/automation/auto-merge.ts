/** Auto-merge going off: an armed pull request is merged, or put into the merge queue, as soon as nothing is missing. */
import { known, where } from "../world/find.ts";
import { enqueuePull } from "../acts/merge-queues.ts";
import { mergePull } from "../acts/merges.ts";
import { mergeableState } from "../acts/requirements.ts";
import { Refusal } from "../refusal.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** Merges the armed pull requests of a repository that are ready. */
export async function mergeArmed(sim: Sim, repository: Repository): Promise<void> {
  const armed = where(
    sim.world.pulls,
    (pull) => pull.repositoryId === repository.id && pull.autoMerge !== null,
  );
  for (const pull of armed) {
    if (isReady(sim, pull)) await merge(sim, pull);
  }
}

function isReady(sim: Sim, pull: PullRequest): boolean {
  const state = mergeableState(sim, pull);
  return state === "clean" || state === "unstable";
}

const repositoryQueues = (sim: Sim, { repositoryId, baseRef }: PullRequest): boolean =>
  known(sim.world.repositories, repositoryId).mergeQueues[baseRef] !== undefined;

async function merge(sim: Sim, pull: PullRequest): Promise<void> {
  const order = pull.autoMerge;
  if (order === null) return;
  const account = known(sim.world.accounts, order.enabledById);
  const by = { account, appId: account.appId };
  try {
    if (repositoryQueues(sim, pull)) {
      enqueuePull(sim, by, pull, undefined);
      pull.autoMerge = null;
      return;
    }
    await mergePull(sim, by, pull, {
      method: order.method,
      sha: pull.headSha,
      title: order.commitTitle ?? undefined,
      message: order.commitMessage ?? undefined,
    });
  } catch (error) {
    // Somebody was faster: the pull request stays armed and is looked at again after the next event.
    if (!(error instanceof Refusal)) throw error;
  }
}
