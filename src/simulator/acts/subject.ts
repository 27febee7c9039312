/** Announces what happens to an issue, or to a pull request through its issue half, under the right event name. */
import { announce, repositoryOf } from "./act.ts";
import { fullPullShape } from "../shapes/pulls.ts";
import { issueShape } from "../shapes/issues.ts";
import { known } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { Issue } from "../world/issues.ts";
import type { Shape } from "../shapes/accounts.ts";

/** Sends `issues` for an issue and `pull_request` for a pull request. */
export function announceSubject(
  sim: Sim,
  by: By,
  issue: Issue,
  action: string,
  more: Shape = {},
): void {
  if (issue.pullId !== null) {
    announce(sim, by, repositoryOf(sim, issue), "pull_request", {
      action,
      number: issue.number,
      pull_request: fullPullShape(sim, known(sim.world.pulls, issue.pullId)),
      ...more,
    });
    return;
  }
  announce(sim, by, repositoryOf(sim, issue), "issues", {
    action,
    issue: issueShape(sim, issue),
    ...more,
  });
}
