/** What follows when refs have moved, by a push or by GitHub's own hand: the events, and the pull requests that move along. */
import { noteOn } from "./act.ts";
import { announceSubject } from "./subject.ts";
import { closeNamed } from "./linked-issues.ts";
import { closePull, markMerged } from "./pull-endings.ts";
import { gitDirOf } from "./git-place.ts";
import { isAncestor } from "../git/merge.ts";
import { known, where } from "../world/find.ts";
import { announcePush } from "./push-events.ts";
import { refreshPull } from "./pull-heads.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest } from "../world/pulls.ts";
import type { RefChange } from "../git/ref-watch.ts";
import type { Repository } from "../world/accounts.ts";

const BRANCHES = "refs/heads/";

/** Tells about moved branches and tags, then lets the open pull requests follow their branches. */
export async function afterWrite(
  sim: Sim,
  by: By,
  repository: Repository,
  changes: readonly RefChange[],
): Promise<void> {
  repository.pushedAt = timestamp(sim);
  for (const change of changes) {
    const commits = await announcePush(sim, by, repository, change);
    if (!change.ref.startsWith(BRANCHES)) continue;
    const branch = change.ref.slice(BRANCHES.length);
    for (const pull of openPulls(sim, repository)) {
      if (pull.headRef === branch) await moveHead(sim, by, pull, change);
      else if (pull.baseRef === branch) await moveBase(sim, by, pull, change);
    }
    if (branch !== repository.defaultBranch) continue;
    for (const commit of commits) closeNamed(sim, by, repository, commit.message);
  }
}

function openPulls(sim: Sim, repository: Repository): PullRequest[] {
  return where(
    sim.world.pulls,
    (pull) =>
      pull.repositoryId === repository.id && known(sim.world.issues, pull.issueId).state === "open",
  );
}

async function moveHead(sim: Sim, by: By, pull: PullRequest, change: RefChange): Promise<void> {
  const issue = known(sim.world.issues, pull.issueId);
  if (!(await refreshPull(sim, pull))) {
    noteOn(sim, by, issue, "head_ref_deleted");
    closePull(sim, by, pull);
    return;
  }
  // Threads on lines that are gone are outdated; which lines are is not modelled, so all are.
  for (const thread of where(sim.world.threads, (row) => row.pullId === pull.id)) {
    thread.outdated = true;
  }
  const gitDir = gitDirOf(sim, known(sim.world.repositories, pull.repositoryId));
  const { before, after } = change;
  if (before !== undefined && !(await isAncestor(gitDir, before, pull.headSha))) {
    noteOn(sim, by, issue, "head_ref_force_pushed", { commitId: pull.headSha });
  }
  issue.updatedAt = timestamp(sim);
  announceSubject(sim, by, issue, "synchronize", { before: before ?? "", after: after ?? "" });
  // A head with nothing left to merge closes its pull request.
  if (pull.commits === 0) closePull(sim, by, pull);
}

async function moveBase(sim: Sim, by: By, pull: PullRequest, change: RefChange): Promise<void> {
  if (change.after === undefined) {
    closePull(sim, by, pull);
    return;
  }
  const gitDir = gitDirOf(sim, known(sim.world.repositories, pull.repositoryId));
  if (await isAncestor(gitDir, pull.headSha, change.after)) {
    markMerged(sim, by, pull, change.after);
    return;
  }
  await refreshPull(sim, pull);
}
