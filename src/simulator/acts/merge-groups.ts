/** Merge groups: what GitHub's merge queue has checked before it merges. Of the queue itself nothing is modelled. */
import { announce, refuseArchived } from "./act.ts";
import { listRefs } from "../git/refs.ts";
import { deleteRef, updateRef } from "../git/repository.ts";
import { gitDirOf } from "./git-place.ts";
import { known } from "../world/find.ts";
import { headCommitShape } from "../shapes/commits.ts";
import { readCommit } from "../git/history.ts";
import { Refusal } from "../refusal.ts";
import { writeRefs } from "./ref-writes.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { Shape } from "../shapes/accounts.ts";

/** How a merge group ends. */
export type GroupEnd = "merged" | "invalidated" | "dequeued";

interface Group {
  readonly ref: string;
  readonly sha: string;
}

/** Puts the merge of a pull request on a branch of the queue and asks for its checks. */
export async function requestMergeGroup(sim: Sim, by: By, pull: PullRequest): Promise<Shape> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  const sha = pull.mergeCommitSha;
  const isOpen = known(sim.world.issues, pull.issueId).state === "open";
  if (!isOpen || pull.draft || pull.mergeable !== true || sha === null) {
    throw new Refusal(422, "Pull Request is not mergeable");
  }
  const group = { ref: `${branchOf(pull)}${pull.baseSha}`, sha };
  await writeRefs(sim, by, repository, async (gitDir) => {
    await updateRef(gitDir, group.ref, sha);
  });
  return await tell(sim, by, pull, group, { action: "checks_requested" });
}

/** Ends the merge group of a pull request; 404 when it has none. */
export async function endMergeGroup(
  sim: Sim,
  by: By,
  pull: PullRequest,
  reason: GroupEnd,
): Promise<Shape> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  const [found] = listRefs(gitDirOf(sim, repository), branchOf(pull));
  if (found === undefined) throw new Refusal(404, "Not Found");
  const group = { ref: found[0], sha: found[1] };
  await writeRefs(sim, by, repository, async (gitDir) => {
    await deleteRef(gitDir, group.ref);
  });
  return await tell(sim, by, pull, group, { action: "destroyed", reason });
}

/** The branch of a pull request in the queue, up to the base's object name at its end. */
function branchOf({ baseRef, number }: PullRequest): string {
  return `refs/heads/gh-readonly-queue/${baseRef}/pr-${number}-`;
}

async function tell(
  sim: Sim,
  by: By,
  pull: PullRequest,
  { ref, sha }: Group,
  what: Shape,
): Promise<Shape> {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const commit = await readCommit(gitDirOf(sim, repository), sha);
  const group = {
    head_sha: sha,
    head_ref: ref,
    base_sha: commit.parents[0] ?? pull.baseSha,
    base_ref: `refs/heads/${pull.baseRef}`,
    head_commit: headCommitShape(commit),
  };
  announce(sim, by, repository, "merge_group", { ...what, merge_group: group });
  return group;
}
