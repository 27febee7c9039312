/** REST: what happened to an issue, from its timeline. */
import { accountShape, viaAppShape } from "../shapes/accounts.ts";
import { issueAt } from "./issue-at.ts";
import { known, where } from "../world/find.ts";
import { needs, repositoryRoute } from "./route.ts";
import { paged } from "./pages.ts";
import { repositoryUrl } from "../shapes/repositories.ts";
import type { RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";
import type { Shape } from "../shapes/accounts.ts";
import type { TimelineEvent } from "../world/issues.ts";

const READ = needs(["issues", "pull_requests"], "read", "read");

/** The routes of this file. */
export const issueEventRoutes: readonly Route[] = [
  repositoryRoute("GET /repos/{owner}/{repo}/issues/{issue_number}/events", READ, (call) => {
    const { id } = issueAt(call);
    // A mention elsewhere is in the timeline only.
    const rows = where(
      call.sim.world.timeline,
      (row) => row.issueId === id && row.event !== "cross-referenced",
    );
    return paged(call, rows, (row) => eventShape(call, row));
  }),
];

function eventShape({ sim, repository, by }: RepositoryCall, event: TimelineEvent): Shape {
  const { world } = sim;
  const actor = accountShape(sim, known(world.accounts, event.actorId));
  const assignee = event.assigneeId === null ? null : known(world.accounts, event.assigneeId);
  const url = repositoryUrl(sim, repository);
  return {
    id: event.id,
    node_id: event.nodeId,
    url: `${url}/issues/events/${event.id}`,
    actor,
    event: event.event,
    commit_id: event.commitId,
    commit_url: event.commitId === null ? null : `${url}/commits/${event.commitId}`,
    created_at: event.createdAt,
    performed_via_github_app: viaAppShape(sim, event.viaAppId),
    ...(event.label === null ? {} : { label: event.label }),
    ...(event.rename === null ? {} : { rename: event.rename }),
    ...(assignee === null ? {} : { assignee: accountShape(sim, assignee), assigner: actor }),
    ...reviewRequest(event, actor, accountShape(sim, assignee ?? by.account)),
  };
}

function reviewRequest(event: TimelineEvent, requester: Shape, reviewer: Shape): Shape {
  if (event.event !== "review_requested") return {};
  return { review_requester: requester, requested_reviewer: reviewer };
}
