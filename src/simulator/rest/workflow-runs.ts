/** REST: the workflow runs of CI, which are its check suites, and their jobs, which are its check runs. */
import { ciApp } from "../world/ci.ts";
import { jobShape, workflowRunShape } from "../shapes/workflow-runs.ts";
import { LOGS } from "../http/stored-log.ts";
import { latestRuns } from "../acts/check-suites.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound } from "../refusal.ts";
import { choiceOf, numberParam, ok, queryOf } from "./call.ts";
import { paged } from "./pages.ts";
import { where } from "../world/find.ts";
import type { CheckRun, CheckSuite } from "../world/pulls.ts";
import type { RepositoryCall } from "./call.ts";
import type { Route } from "./route.ts";

const READ = needs("actions", "read", "read");
const ACTIONS = "/repos/{owner}/{repo}/actions" as const;

/** The routes of this file. */
export const workflowRunRoutes: readonly Route[] = [
  repositoryRoute(
    `GET ${ACTIONS}/runs`,
    READ,
    (call) =>
      paged(
        call,
        runsAsked(call),
        (suite) => workflowRunShape(call.sim, suite),
        (workflow_runs, total_count) => ({ total_count, workflow_runs }),
      ),
    ["branch", "head_sha", "status"],
  ),
  repositoryRoute(`GET ${ACTIONS}/runs/{run_id}`, READ, (call) =>
    ok(workflowRunShape(call.sim, runAt(call))),
  ),
  repositoryRoute(
    `GET ${ACTIONS}/runs/{run_id}/jobs`,
    READ,
    (call) => {
      const suite = runAt(call);
      const runs = where(call.sim.world.checkRuns, (run) => run.suiteId === suite.id);
      return paged(
        call,
        choiceOf(call, "filter", ["latest", "all"]) === "all" ? runs : latestRuns(runs),
        (run) => jobShape(call.sim, run),
        (jobs, total_count) => ({ total_count, jobs }),
      );
    },
    ["filter"],
  ),
  repositoryRoute(`GET ${ACTIONS}/jobs/{job_id}`, READ, (call) =>
    ok(jobShape(call.sim, jobAt(call))),
  ),
  repositoryRoute(`GET ${ACTIONS}/jobs/{job_id}/logs`, READ, (call) => ({
    status: 302,
    headers: { location: `${call.sim.url}${LOGS}${jobAt(call).nodeId}` },
  })),
];

/** Newest first. */
function runsAsked(call: RepositoryCall): CheckSuite[] {
  const { id } = ciApp(call.sim.world);
  const branch = queryOf(call, "branch");
  const sha = queryOf(call, "head_sha");
  const status = queryOf(call, "status");
  return where(
    call.sim.world.checkSuites,
    (suite) =>
      suite.repositoryId === call.repository.id &&
      suite.appId === id &&
      (branch === null || suite.headBranch === branch) &&
      (sha === null || suite.headSha === sha) &&
      (status === null || suite.status === status || suite.conclusion === status),
  ).toReversed();
}

function runAt(call: RepositoryCall): CheckSuite {
  const suite = call.sim.world.checkSuites.get(numberParam(call, "run_id"));
  const isCi = suite?.appId === ciApp(call.sim.world).id;
  if (suite?.repositoryId !== call.repository.id || !isCi) throw notFound();
  return suite;
}

function jobAt(call: RepositoryCall): CheckRun {
  const run = call.sim.world.checkRuns.get(numberParam(call, "job_id"));
  const isCi = run?.appId === ciApp(call.sim.world).id;
  if (run?.repositoryId !== call.repository.id || !isCi) throw notFound();
  return run;
}
