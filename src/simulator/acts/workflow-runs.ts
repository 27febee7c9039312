/** The end of a run of CI, as GitHub Actions tells it. */
import { announce } from "./act.ts";
import { ciApp } from "../world/ci.ts";
import { known } from "../world/find.ts";
import { workflowRunShape, workflowShape } from "../shapes/workflow-runs.ts";
import type { By, Sim } from "../sim.ts";
import type { CheckSuite } from "../world/pulls.ts";

/** Tells that a workflow run is over, when the suite is CI's. */
export function announceWorkflowRun(sim: Sim, by: By, suite: CheckSuite): void {
  if (suite.appId !== ciApp(sim.world).id) return;
  const repository = known(sim.world.repositories, suite.repositoryId);
  announce(sim, by, repository, "workflow_run", {
    action: "completed",
    workflow_run: workflowRunShape(sim, suite),
    workflow: workflowShape(sim, repository),
  });
}
