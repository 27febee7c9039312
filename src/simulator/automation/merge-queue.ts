/** The merge queue at work: a merge group for each entry on top of the one before it, merged in order, thrown out where its checks fail. */
import { dequeuePull, entriesOf, entryState, queueBy } from "../acts/merge-queues.ts";
import { endGroup, makeGroup } from "../acts/merge-groups.ts";
import { gitDirOf } from "../acts/git-place.ts";
import { known, where } from "../world/find.ts";
import { markMerged } from "../acts/pull-endings.ts";
import { readRef } from "../git/refs.ts";
import { updateRef } from "../git/repository.ts";
import { writeRefs } from "../acts/ref-writes.ts";
import type { QueueEntry } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** Does for each queue of a repository all that can be done now. */
export async function advanceQueues(sim: Sim, repository: Repository): Promise<void> {
  const entries = where(sim.world.queueEntries, (row) => row.repositoryId === repository.id);
  const branches = new Set(entries.map(({ pullId }) => known(sim.world.pulls, pullId).baseRef));
  for (const branch of branches) {
    while (await hasMoved(sim, repository, branch));
  }
}

/** One step; false when there is none to take. */
async function hasMoved(sim: Sim, repository: Repository, branch: string): Promise<boolean> {
  const entries = entriesOf(sim, repository, branch);
  const unfit = entries.find((entry) => !isFit(sim, entry));
  if (unfit !== undefined) {
    await dequeuePull(sim, queueBy(sim, unfit), unfit, "MANUAL");
    return true;
  }
  return (await hasGrouped(sim, repository, branch)) || (await hasEnded(sim, repository, branch));
}

/** A pull request that is closed, a draft again or at another head leaves the queue. */
function isFit({ world }: Sim, { pullId, headSha }: QueueEntry): boolean {
  const pull = known(world.pulls, pullId);
  return (
    known(world.issues, pull.issueId).state === "open" && !pull.draft && pull.headSha === headSha
  );
}

/** Makes the first group that is missing, in place of one that stands on another commit than the one before it. */
async function hasGrouped(sim: Sim, repository: Repository, branch: string): Promise<boolean> {
  let base = readRef(gitDirOf(sim, repository), `refs/heads/${branch}`);
  for (const entry of entriesOf(sim, repository, branch)) {
    if (base === undefined) return false;
    if (entry.group?.baseSha !== base) {
      const by = queueBy(sim, entry);
      const pull = known(sim.world.pulls, entry.pullId);
      await endGroup(sim, by, { entry, pull, reason: "invalidated" });
      entry.group = null;
      const isClean = await makeGroup(sim, by, entry, base);
      if (!isClean) await dequeuePull(sim, by, entry, "MERGE_CONFLICT");
      return true;
    }
    base = entry.group.sha;
  }
  return false;
}

/** Throws out the first whose checks have failed, or merges the one at the front when its have passed. */
async function hasEnded(sim: Sim, repository: Repository, branch: string): Promise<boolean> {
  const entries = entriesOf(sim, repository, branch);
  const failed = entries.find((entry) => entryState(sim, entry) === "UNMERGEABLE");
  if (failed !== undefined) {
    await dequeuePull(sim, queueBy(sim, failed), failed, "CI_FAILURE");
    return true;
  }
  const [next] = entries;
  if (next === undefined || entryState(sim, next) !== "MERGEABLE") return false;
  await merge(sim, repository, branch, next);
  return true;
}

async function merge(
  sim: Sim,
  repository: Repository,
  branch: string,
  entry: QueueEntry,
): Promise<void> {
  const { group } = entry;
  if (group === null) return;
  const by = queueBy(sim, entry);
  await writeRefs(sim, by, repository, async (gitDir) => {
    if (!sim.world.queueEntries.has(entry.id)) return;
    await updateRef(gitDir, `refs/heads/${branch}`, group.sha, group.baseSha);
    markMerged(sim, by, known(sim.world.pulls, entry.pullId), group.sha);
  });
  await dequeuePull(sim, by, entry, "MERGE");
}
