/** Puts the files of the types together, and keeps from an asker what his token does not reach. */
import { canSee } from "../auth/who.ts";
import { checksOfCommit, showCheckRun, showCheckSuite, showStatus } from "./checks.ts";
import { demandRead, readChecks, readIssues, readPulls, readStatuses } from "./access.ts";
import { Fault } from "./faults.ts";
import { known } from "../world/find.ts";
import { showAccount } from "./accounts.ts";
import { showComment } from "./conversation.ts";
import { showCommit } from "./git-objects.ts";
import { showIssue, showLabel, showMilestone } from "./issues.ts";
import { showItem, showProject } from "./boards.ts";
import { showPull } from "./pulls.ts";
import { showRepository } from "./repositories.ts";
import { showReview, showReviewComment, showThread } from "./reviews.ts";
import type { Actor, Need } from "../auth/who.ts";
import type { Show } from "./graph.ts";
import type { Sim } from "../sim.ts";

/** How everything is shown to an asker; throws FORBIDDEN where his permissions do not reach. */
export function showFor(sim: Sim, actor: Actor): Show {
  const show: Show = {
    account: (account) => showAccount(sim, actor, show, account),
    repository: (repository) => showRepository(sim, actor, show, repository),
    label: (label) => showLabel(sim, show, label),
    milestone: (milestone) => showMilestone(sim, show, milestone),
    comment: (comment) => showComment(sim, actor, show, comment),
    project: (project) => showProject(sim, show, project),
    item: (item) => showItem(sim, actor, show, item),
    issue: (issue) => showIssue(sim, actor, show, reached(sim, actor, issue, readIssues)),
    pull: (pull) => showPull(sim, actor, show, reached(sim, actor, pull, readPulls)),
    issueOrPull: (issue) =>
      issue.pullId === null ? show.issue(issue) : show.pull(known(sim.world.pulls, issue.pullId)),
    review: (review) => showReview(sim, actor, show, review),
    reviewComment: (comment) => showReviewComment(sim, actor, show, comment),
    thread: (thread) => showThread(sim, show, thread),
    commit: async (repository, sha) =>
      await showCommit(sim, show, repository, sha, checksOfCommit(sim, show, repository, sha)),
    checkRun: (run) => showCheckRun(sim, show, reached(sim, actor, run, readChecks)),
    checkSuite: (suite) => showCheckSuite(sim, show, reached(sim, actor, suite, readChecks)),
    status: (status) => showStatus(sim, show, reached(sim, actor, status, readStatuses)),
  };
  return show;
}

/** A row of a repository, where the asker sees the repository and may read this part of it. */
function reached<Row extends { readonly repositoryId: number }>(
  sim: Sim,
  actor: Actor,
  row: Row,
  need: Need,
): Row {
  const repository = known(sim.world.repositories, row.repositoryId);
  if (!canSee(actor, repository))
    throw new Fault("NOT_FOUND", "Could not resolve to a Repository.");
  demandRead(actor, repository, need);
  return row;
}
