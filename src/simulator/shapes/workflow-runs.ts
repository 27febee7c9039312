/** Workflow runs as GitHub's REST API and webhooks show them: each is a check suite of the simulated CI. */
import { accountShape } from "./accounts.ts";
import { botOf } from "../world/ci.ts";
import { briefPullShape } from "./pulls.ts";
import { headCommitShape } from "./commits.ts";
import { known, where } from "../world/find.ts";
import { repositoryPage, repositoryShape, repositoryUrl } from "./repositories.ts";
import type { CheckRun, CheckSuite } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

const NAME = "CI";
const PATH = ".github/workflows/ci.yml";

/** The workflow of the simulated CI in a repository. */
export function workflowShape(sim: Sim, repository: Repository): Shape {
  const url = `${repositoryUrl(sim, repository)}/actions/workflows/${repository.id}`;
  const page = repositoryPage(sim, repository);
  return {
    id: repository.id,
    node_id: `W_${repository.nodeId}`,
    name: NAME,
    path: PATH,
    state: "active",
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    url,
    html_url: `${page}/blob/${repository.defaultBranch}/${PATH}`,
    badge_url: `${page}/workflows/${NAME}/badge.svg`,
  };
}

/** One run of the workflow; it has the id of its check suite. */
export function workflowRunShape(sim: Sim, suite: CheckSuite): Shape {
  const repository = known(sim.world.repositories, suite.repositoryId);
  const url = `${repositoryUrl(sim, repository)}/actions/runs/${suite.id}`;
  const actor = accountShape(sim, botOf(sim.world, known(sim.world.apps, suite.appId)));
  const pulls = where(
    sim.world.pulls,
    (pull) => pull.repositoryId === repository.id && pull.headSha === suite.headSha,
  );
  return {
    id: suite.id,
    name: NAME,
    node_id: `WFR_${suite.nodeId}`,
    check_suite_id: suite.id,
    check_suite_node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    path: PATH,
    display_title: suite.headCommit.message.split("\n")[0] ?? "",
    run_number: suite.id,
    run_attempt: 1,
    referenced_workflows: [],
    event: "pull_request",
    status: suite.status,
    conclusion: suite.conclusion,
    workflow_id: repository.id,
    pull_requests: pulls.map((pull) => briefPullShape(sim, pull)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    run_started_at: suite.createdAt,
    actor,
    triggering_actor: actor,
    ...links(sim, suite, url),
    head_commit: headCommitShape(suite.headCommit),
    repository: briefRepositoryShape(sim, repository),
    head_repository: briefRepositoryShape(sim, repository),
  };
}

function links(sim: Sim, suite: CheckSuite, url: string): Shape {
  const repository = known(sim.world.repositories, suite.repositoryId);
  return {
    url,
    html_url: `${repositoryPage(sim, repository)}/actions/runs/${suite.id}`,
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${repositoryUrl(sim, repository)}/check-suites/${suite.id}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${repositoryUrl(sim, repository)}/actions/workflows/${repository.id}`,
  };
}

/** One job of a run; it has the id of its check run. */
export function jobShape(sim: Sim, run: CheckRun): Shape {
  const repository = known(sim.world.repositories, run.repositoryId);
  const suite = known(sim.world.checkSuites, run.suiteId);
  const root = repositoryUrl(sim, repository);
  const step = { name: run.name, number: 1, status: run.status, conclusion: run.conclusion };
  return {
    id: run.id,
    run_id: suite.id,
    workflow_name: NAME,
    head_branch: suite.headBranch,
    run_url: `${root}/actions/runs/${suite.id}`,
    run_attempt: 1,
    node_id: run.nodeId,
    head_sha: run.headSha,
    url: `${root}/actions/jobs/${run.id}`,
    html_url: `${repositoryPage(sim, repository)}/actions/runs/${suite.id}/job/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    created_at: suite.createdAt,
    started_at: run.startedAt ?? suite.createdAt,
    completed_at: run.completedAt,
    name: run.name,
    steps: [{ ...step, started_at: run.startedAt, completed_at: run.completedAt }],
    check_run_url: `${root}/check-runs/${run.id}`,
    labels: ["ubuntu-latest"],
    runner_id: null,
    runner_name: null,
    runner_group_id: null,
    runner_group_name: null,
  };
}

const BRIEF_KEYS = new Set([
  "id",
  "node_id",
  "name",
  "full_name",
  "private",
  "owner",
  "description",
  "fork",
  "url",
]);
const LEFT_OUT = new Set(["git_url", "ssh_url", "clone_url", "svn_url", "mirror_url"]);

/** The short repository of workflow runs: names and links only. */
function briefRepositoryShape(sim: Sim, repository: Repository): Shape {
  const entries = Object.entries(repositoryShape(sim, repository));
  return Object.fromEntries(
    entries.filter(([key]) => BRIEF_KEYS.has(key) || (key.endsWith("_url") && !LEFT_OUT.has(key))),
  );
}
