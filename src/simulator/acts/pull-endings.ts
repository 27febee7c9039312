/** How a pull request ends: merged or closed. */
import { announceSubject } from "./subject.ts";
import { applyWorkflow } from "./boards.ts";
import { closeIssue } from "./issues.ts";
import { known } from "../world/find.ts";
import { linkedIssues } from "./linked-issues.ts";
import { noteOn } from "./act.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest } from "../world/pulls.ts";

/** Records a merge that git has made, and closes the issues it was for. */
export function markMerged(sim: Sim, by: By, pull: PullRequest, commit: string): void {
  const issue = known(sim.world.issues, pull.issueId);
  const time = timestamp(sim);
  Object.assign(pull, {
    merged: true,
    mergedAt: time,
    mergedById: by.account.id,
    mergeCommitSha: commit,
    autoMerge: null,
  });
  Object.assign(issue, {
    state: "closed",
    closedAt: time,
    closedById: by.account.id,
    updatedAt: time,
  });
  noteOn(sim, by, issue, "merged", { commitId: commit });
  noteOn(sim, by, issue, "closed");
  announceSubject(sim, by, issue, "closed");
  applyWorkflow(sim, issue, "mergedTo");
  for (const linked of linkedIssues(sim, pull)) {
    if (linked.state === "open") closeIssue(sim, by, linked, "completed");
  }
}

/** Closes a pull request without merging it. */
export function closePull(sim: Sim, by: By, pull: PullRequest): void {
  pull.autoMerge = null;
  closeIssue(sim, by, known(sim.world.issues, pull.issueId), "completed");
}
