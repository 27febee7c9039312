/**
 * What acts have in common. An act is one thing that can happen on GitHub; REST routes, GraphQL mutations and gestures all call it.
 *
 * To add one, write a function `(sim, by, …)` in the file of its subject that, in this order:
 * 1. refuses: throws a `Refusal` (`invalid`, `notFound`, …) before it has changed anything; `refuseArchived` first;
 * 2. changes rows of `sim.world` in place, ids from `mint(world, kind)`, times from `timestamp(sim)`;
 * 3. notes a timeline line where GitHub has one (`noteOn`), and last of all calls `announce`, once per webhook,
 *    whose payload is made of shapes at that moment;
 * 4. returns the row it made or changed.
 * Who may do it is not an act's business: that is for the route (`needs`), the mutation or the gesture.
 */
import { known } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { accountShape } from "../shapes/accounts.ts";
import { placeShape } from "../shapes/repositories.ts";
import { Refusal } from "../refusal.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue, TimelineEvent } from "../world/issues.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Tells the subscribers about something that happened in a repository. */
export function announce(
  sim: Sim,
  by: By,
  repository: Repository,
  event: string,
  payload: Shape,
): void {
  sim.touch();
  sim.emit({
    event,
    ownerId: repository.ownerId,
    repository,
    payload: {
      ...payload,
      ...placeShape(sim, repository),
      sender: accountShape(sim, by.account),
    },
  });
}

/** Adds a line to the timeline of an issue. */
export function noteOn(
  sim: Sim,
  by: By,
  issue: Issue,
  event: TimelineEvent["event"],
  more: Partial<
    Pick<TimelineEvent, "label" | "assigneeId" | "rename" | "commitId" | "reason" | "sourceIssueId">
  > = {},
): void {
  const ids = mint(sim.world, "timeline");
  sim.world.timeline.set(ids.id, {
    ...ids,
    issueId: issue.id,
    event,
    actorId: by.account.id,
    viaAppId: by.appId,
    createdAt: timestamp(sim),
    label: null,
    assigneeId: null,
    rename: null,
    commitId: null,
    reason: null,
    sourceIssueId: null,
    ...more,
  });
}

/** Refuses a change in an archived repository. */
export function refuseArchived(repository: Repository): void {
  if (repository.archived) throw new Refusal(403, "Repository was archived so is read-only.");
}

/** The repository of an issue. */
export function repositoryOf(sim: Sim, issue: Issue): Repository {
  return known(sim.world.repositories, issue.repositoryId);
}
