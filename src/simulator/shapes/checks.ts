/** Check runs, check suites and commit statuses as GitHub's REST API and webhooks show them. */
import { accountShape, appShape } from "./accounts.ts";
import { briefPullShape } from "./pulls.ts";
import { headCommitShape } from "./commits.ts";
import { known, where } from "../world/find.ts";
import { repositoryPage, repositoryShape, repositoryUrl } from "./repositories.ts";
import type { CheckAnnotation, CheckRun, CheckSuite, CommitStatus } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Shape } from "./accounts.ts";
import type { Sim } from "../sim.ts";

/** One check run. */
export function checkRunShape(sim: Sim, run: CheckRun): Shape {
  const repository = known(sim.world.repositories, run.repositoryId);
  const url = `${repositoryUrl(sim, repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: run.nodeId,
    head_sha: run.headSha,
    external_id: run.externalId,
    url,
    html_url: `${repositoryPage(sim, repository)}/runs/${run.id}`,
    details_url: run.detailsUrl ?? `${repositoryPage(sim, repository)}/runs/${run.id}`,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output.title,
      summary: run.output.summary,
      text: run.output.text,
      annotations_count: run.output.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    check_suite: { id: run.suiteId },
    app: appShape(sim, known(sim.world.apps, run.appId)),
    pull_requests: pullsOn(sim, repository, run.headSha),
  };
}

/** One check run as `check_run` shows it: with the suite spelled out. */
export function checkRunEventShape(sim: Sim, run: CheckRun): Shape {
  const { repository: _repository, ...suite } = checkSuiteShape(
    sim,
    known(sim.world.checkSuites, run.suiteId),
  );
  const left = new Set(["head_commit", "latest_check_runs_count", "check_runs_url"]);
  const brief = Object.entries(suite).filter(([key]) => !left.has(key));
  return { ...checkRunShape(sim, run), check_suite: Object.fromEntries(brief) };
}

/** One check suite. */
export function checkSuiteShape(sim: Sim, suite: CheckSuite): Shape {
  const repository = known(sim.world.repositories, suite.repositoryId);
  const url = `${repositoryUrl(sim, repository)}/check-suites/${suite.id}`;
  return {
    id: suite.id,
    node_id: suite.nodeId,
    head_branch: suite.headBranch,
    head_sha: suite.headSha,
    status: suite.status,
    conclusion: suite.conclusion,
    url,
    before: suite.before,
    after: suite.after,
    pull_requests: pullsOn(sim, repository, suite.headSha),
    app: appShape(sim, known(sim.world.apps, suite.appId)),
    repository: repositoryShape(sim, repository),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    head_commit: headCommitShape(suite.headCommit),
    latest_check_runs_count: where(sim.world.checkRuns, (run) => run.suiteId === suite.id).length,
    check_runs_url: `${url}/check-runs`,
  };
}

/** One annotation of a check run. */
export function annotationShape(
  sim: Sim,
  repository: Repository,
  run: CheckRun,
  annotation: CheckAnnotation,
): Shape {
  const page = repositoryPage(sim, repository);
  return {
    path: annotation.path,
    blob_href: `${page}/blob/${run.headSha}/${annotation.path}`,
    start_line: annotation.startLine,
    start_column: null,
    end_line: annotation.endLine,
    end_column: null,
    annotation_level: annotation.level,
    title: annotation.title,
    message: annotation.message,
    raw_details: annotation.rawDetails,
  };
}

/** One status of a commit. */
export function statusShape(sim: Sim, status: CommitStatus): Shape {
  const creator = known(sim.world.accounts, status.creatorId);
  return { ...contextShape(sim, status), creator: accountShape(sim, creator) };
}

/** One status as it stands in the combined answer: without its creator. */
export function contextShape(sim: Sim, status: CommitStatus): Shape {
  const repository = known(sim.world.repositories, status.repositoryId);
  const creator = known(sim.world.accounts, status.creatorId);
  return {
    url: `${repositoryUrl(sim, repository)}/statuses/${status.sha}`,
    avatar_url: `${sim.url}/avatars/u/${creator.id}?v=4`,
    id: status.id,
    node_id: status.nodeId,
    state: status.state,
    description: status.description,
    target_url: status.targetUrl,
    context: status.context,
    created_at: status.createdAt,
    updated_at: status.updatedAt,
  };
}

function pullsOn(sim: Sim, repository: Repository, sha: string): Shape[] {
  return where(
    sim.world.pulls,
    (pull) =>
      pull.repositoryId === repository.id &&
      pull.headSha === sha &&
      known(sim.world.issues, pull.issueId).state === "open",
  ).map((pull) => briefPullShape(sim, pull));
}
