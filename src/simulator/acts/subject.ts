/** Announces what happens to an issue, or to a pull request through its issue half, under the right event name. */
import { announce, repositoryOf } from "./act.ts";
import { issueShape } from "../shapes/issues.ts";
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
  // A pull request's own events are the subject of acts/pulls.ts.
  if (issue.pullId !== null) return;
  announce(sim, by, repositoryOf(sim, issue), "issues", {
    action,
    issue: issueShape(sim, issue),
    ...more,
  });
}
