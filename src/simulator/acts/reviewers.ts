/** Asking people to review a pull request, and taking that back. */
import { accountShape } from "../shapes/accounts.ts";
import { announceSubject } from "./subject.ts";
import { findAccount, known, reaches, roleOf } from "../world/find.ts";
import { noteOn, refuseArchived } from "./act.ts";
import { Refusal } from "../refusal.ts";
import { timestamp } from "../sim.ts";
import type { Account } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest } from "../world/pulls.ts";

/** Asks people with access to review; whoever is asked already is not asked again. */
export function requestReviewers(
  sim: Sim,
  by: By,
  pull: PullRequest,
  logins: readonly string[],
): PullRequest {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  const issue = known(sim.world.issues, pull.issueId);
  const people = logins.map((login) => collaborator(sim, pull, login));
  if (people.some((person) => person.id === issue.authorId)) {
    throw new Refusal(422, "Review cannot be requested from pull request author.");
  }
  for (const person of people) {
    if (pull.requestedReviewerIds.includes(person.id)) continue;
    pull.requestedReviewerIds.push(person.id);
    issue.updatedAt = timestamp(sim);
    noteOn(sim, by, issue, "review_requested");
    const requested_reviewer = accountShape(sim, person);
    announceSubject(sim, by, issue, "review_requested", { requested_reviewer });
  }
  return pull;
}

/** Takes requests for review back. */
export function removeReviewers(
  sim: Sim,
  by: By,
  pull: PullRequest,
  logins: readonly string[],
): PullRequest {
  refuseArchived(known(sim.world.repositories, pull.repositoryId));
  const issue = known(sim.world.issues, pull.issueId);
  for (const person of logins.map((login) => collaborator(sim, pull, login))) {
    if (!pull.requestedReviewerIds.includes(person.id)) continue;
    pull.requestedReviewerIds = pull.requestedReviewerIds.filter((id) => id !== person.id);
    const requested_reviewer = accountShape(sim, person);
    announceSubject(sim, by, issue, "review_request_removed", { requested_reviewer });
  }
  return pull;
}

function collaborator(sim: Sim, pull: PullRequest, login: string): Account {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const account = findAccount(sim.world, login);
  const isMember = account?.kind === "User" && repository.roles[account.id] !== undefined;
  if (account === null || !isMember || !reaches(roleOf(repository, account), "read")) {
    throw new Refusal(
      422,
      "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not a collaborator of the " +
        `${known(sim.world.accounts, repository.ownerId).login}/${repository.name} repository.`,
    );
  }
  return account;
}
