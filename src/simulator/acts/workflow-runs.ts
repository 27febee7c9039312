/** The end of a run of the simulated CI, as GitHub Actions would tell it. */
import { announce } from "./act.ts";
import { CI_SLUG } from "../world/ci.ts";
import { known } from "../world/find.ts";
import { workflowRunShape, workflowShape } from "../shapes/workflow-runs.ts";
import type { By, Sim } from "../sim.ts";
import type { CheckSuite } from "../world/pulls.ts";

/** Tells that a workflow run is over, when its suite is the simulated CI's. */
export function announceWorkflowRun(sim: Sim, by: By, suite: CheckSuite): void {
  if (known(sim.world.apps, suite.appId).slug !== CI_SLUG) return;
  const repository = known(sim.world.repositories, suite.repositoryId);
  announce(sim, by, repository, "workflow_run", {
    action: "completed",
    workflow_run: workflowRunShape(sim, suite),
    workflow: workflowShape(sim, repository),
  });
}
