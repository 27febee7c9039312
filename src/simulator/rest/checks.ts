/** REST: check runs and check suites. */
import { annotationShape, checkRunShape, checkSuiteShape } from "../shapes/checks.ts";
import { askForCheckRun, createCheckRun, updateCheckRun } from "../acts/checks.ts";
import { askForSuite, latestRuns, suiteOf } from "../acts/check-suites.ts";
import { CHECK_RUN, checkRunOf } from "./check-body.ts";
import { commitNamed } from "./commit-at.ts";
import { choiceOf, created, numberParam, ok, param, queryOf, textOf } from "./call.ts";
import { needs, repositoryRoute } from "./route.ts";
import { notFound, Refusal } from "../refusal.ts";
import { paged } from "./pages.ts";
import { where } from "../world/find.ts";
import type { Answer, RepositoryCall } from "./call.ts";
import type { App } from "../world/accounts.ts";
import type { CheckRun, CheckSuite } from "../world/pulls.ts";
import type { Route } from "./route.ts";

const READ = needs("checks", "read", "read");
const WRITE = needs("checks", "write", "write");
const RUN_FILTER = ["check_name", "status", "app_id", "filter"];
const REPOSITORY = "/repos/{owner}/{repo}" as const;

/** The routes of this file. */
export const checkRoutes: readonly Route[] = [
  repositoryRoute(`POST ${REPOSITORY}/check-runs`, WRITE, create, ["head_sha", ...CHECK_RUN]),
  repositoryRoute(`GET ${REPOSITORY}/check-runs/{check_run_id}`, READ, (call) =>
    ok(checkRunShape(call.sim, runAt(call))),
  ),
  repositoryRoute(
    `PATCH ${REPOSITORY}/check-runs/{check_run_id}`,
    WRITE,
    (call) => {
      const run = updateCheckRun(call.sim, call.by, runAt(call), appOf(call), checkRunOf(call));
      return ok(checkRunShape(call.sim, run));
    },
    CHECK_RUN,
  ),
  repositoryRoute(`GET ${REPOSITORY}/check-runs/{check_run_id}/annotations`, READ, (call) => {
    const run = runAt(call);
    return paged(call, run.output.annotations, (annotation) =>
      annotationShape(call.sim, call.repository, run, annotation),
    );
  }),
  repositoryRoute(`POST ${REPOSITORY}/check-runs/{check_run_id}/rerequest`, WRITE, (call) => {
    askForCheckRun(call.sim, call.by, runAt(call), { action: "rerequested" });
    return created({});
  }),
  repositoryRoute(`GET ${REPOSITORY}/commits/{ref}/check-runs`, READ, runsOnCommit, RUN_FILTER),
  repositoryRoute(`GET ${REPOSITORY}/commits/{ref}/check-suites`, READ, suitesOnCommit, ["app_id"]),
  repositoryRoute(
    `POST ${REPOSITORY}/check-suites`,
    WRITE,
    async (call) => {
      const { sim, repository } = call;
      const suite = await suiteOf(sim, repository, appOf(call), textOf(call, "head_sha"), null);
      return created(checkSuiteShape(sim, suite));
    },
    ["head_sha"],
  ),
  repositoryRoute(`GET ${REPOSITORY}/check-suites/{check_suite_id}`, READ, (call) =>
    ok(checkSuiteShape(call.sim, suiteAt(call))),
  ),
  repositoryRoute(
    `GET ${REPOSITORY}/check-suites/{check_suite_id}/check-runs`,
    READ,
    (call) => {
      const suite = suiteAt(call);
      return listRuns(call, (run) => run.suiteId === suite.id);
    },
    RUN_FILTER,
  ),
  repositoryRoute(`POST ${REPOSITORY}/check-suites/{check_suite_id}/rerequest`, WRITE, (call) => {
    askForSuite(call.sim, call.by, suiteAt(call), "rerequested");
    return created({});
  }),
];

async function create(call: RepositoryCall): Promise<Answer> {
  const draft = {
    ...checkRunOf(call),
    name: textOf(call, "name"),
    headSha: textOf(call, "head_sha"),
  };
  const run = await createCheckRun(call.sim, call.by, call.repository, appOf(call), draft);
  return created(checkRunShape(call.sim, run));
}

async function runsOnCommit(call: RepositoryCall): Promise<Answer> {
  const sha = await commitNamed(call, param(call, "ref"));
  return listRuns(call, (run) => run.headSha === sha);
}

function listRuns(call: RepositoryCall, isWanted: (run: CheckRun) => boolean): Answer {
  const name = queryOf(call, "check_name");
  const status = queryOf(call, "status");
  const appId = queryOf(call, "app_id");
  const rows = where(
    call.sim.world.checkRuns,
    (run) =>
      run.repositoryId === call.repository.id &&
      isWanted(run) &&
      (name === null || run.name === name) &&
      (status === null || run.status === status) &&
      (appId === null || run.appId === Number(appId)),
  );
  const runs = choiceOf(call, "filter", ["latest", "all"]) === "all" ? rows : latestRuns(rows);
  return paged(
    call,
    runs,
    (run) => checkRunShape(call.sim, run),
    (check_runs, total_count) => ({ total_count, check_runs }),
  );
}

async function suitesOnCommit(call: RepositoryCall): Promise<Answer> {
  const sha = await commitNamed(call, param(call, "ref"));
  const appId = queryOf(call, "app_id");
  const suites = where(
    call.sim.world.checkSuites,
    (suite) =>
      suite.repositoryId === call.repository.id &&
      suite.headSha === sha &&
      (appId === null || suite.appId === Number(appId)),
  );
  return paged(
    call,
    suites,
    (suite) => checkSuiteShape(call.sim, suite),
    (check_suites, total_count) => ({ total_count, check_suites }),
  );
}

function runAt(call: RepositoryCall): CheckRun {
  const run = call.sim.world.checkRuns.get(numberParam(call, "check_run_id"));
  if (run?.repositoryId !== call.repository.id) throw notFound();
  return run;
}

function suiteAt(call: RepositoryCall): CheckSuite {
  const suite = call.sim.world.checkSuites.get(numberParam(call, "check_suite_id"));
  if (suite?.repositoryId !== call.repository.id) throw notFound();
  return suite;
}

function appOf(call: RepositoryCall): App {
  if (call.actor.kind === "installation") return call.actor.app;
  throw new Refusal(403, "You must authenticate via a GitHub App.");
}
