/** Check runs, check suites, statuses and their sum as GraphQL shows them. */
import { connection } from "./connection.ts";
import { first, known, where } from "../world/find.ts";
import { isRecord } from "./arguments.ts";
import { repositoryPage } from "../shapes/repositories.ts";
import { signalsOn } from "../acts/requirements.ts";
import type { App, Repository } from "../world/accounts.ts";
import type { Arguments, Show, Shown } from "./graph.ts";
import type { CheckRun, CheckSuite, CommitStatus } from "../world/pulls.ts";
import type { Sim } from "../sim.ts";

/** The fields of a commit that are about its checks. */
export function checksOfCommit(
  sim: Sim,
  show: Show,
  repository: Repository,
  sha: string,
): Omit<Shown, "__typename"> {
  return {
    statusCheckRollup: () => rollup(sim, show, repository, sha),
    checkSuites: connection(
      ({ filterBy }) =>
        where(
          sim.world.checkSuites,
          (suite) => suite.repositoryId === repository.id && suite.headSha === sha,
        ).filter(suiteFilter(sim, filterBy)),
      show.checkSuite,
    ),
  };
}

/** All checks of a commit in one answer; null where there is none. */
export function rollup(sim: Sim, show: Show, repository: Repository, sha: string): Shown | null {
  const contexts = contextsOn(sim, repository, sha);
  if (contexts.length === 0) return null;
  const outcomes = signalsOn(sim, repository, sha).map(({ outcome }) => outcome);
  const waiting = outcomes.includes("waiting") ? "PENDING" : "SUCCESS";
  return {
    __typename: "StatusCheckRollup",
    id: `SCR_${Buffer.from(`${repository.id}:${sha}`).toString("base64url")}`,
    state: outcomes.includes("failed") ? "FAILURE" : waiting,
    commit: () => show.commit(repository, sha),
    contexts: connection(
      () => contexts,
      (row) => ("suiteId" in row ? show.checkRun(row) : show.status(row)),
    ),
  };
}

/** The newest run of each App and name, then the newest status of each context. */
function contextsOn(sim: Sim, repository: Repository, sha: string): (CheckRun | CommitStatus)[] {
  const newest = new Map<string, CheckRun | CommitStatus>();
  for (const run of sim.world.checkRuns.values()) {
    if (run.repositoryId === repository.id && run.headSha === sha)
      newest.set(`run ${run.appId} ${run.name}`, run);
  }
  for (const status of sim.world.statuses.values()) {
    if (status.repositoryId === repository.id && status.sha === sha)
      newest.set(`status ${status.context}`, status);
  }
  return [...newest.values()];
}

/** A check run. */
export function showCheckRun(sim: Sim, show: Show, run: CheckRun): Shown {
  const repository = known(sim.world.repositories, run.repositoryId);
  const url = `${repositoryPage(sim, repository)}/runs/${run.id}`;
  return {
    __typename: "CheckRun",
    id: run.nodeId,
    databaseId: run.id,
    name: run.name,
    status: run.status.toUpperCase(),
    conclusion: run.conclusion?.toUpperCase() ?? null,
    startedAt: run.startedAt,
    completedAt: run.completedAt,
    detailsUrl: run.detailsUrl ?? url,
    externalId: run.externalId,
    title: run.output.title,
    summary: run.output.summary,
    text: run.output.text,
    url,
    permalink: url,
    resourcePath: url.slice(sim.url.length),
    repository: () => show.repository(repository),
    checkSuite: () => show.checkSuite(known(sim.world.checkSuites, run.suiteId)),
    isRequired: (args: Arguments) => isRequired(sim, repository, run.name, args),
  };
}

/** A check suite. */
export function showCheckSuite(sim: Sim, show: Show, suite: CheckSuite): Shown {
  const { world } = sim;
  const repository = known(world.repositories, suite.repositoryId);
  return {
    __typename: "CheckSuite",
    id: suite.nodeId,
    databaseId: suite.id,
    status: suite.status.toUpperCase(),
    conclusion: suite.conclusion?.toUpperCase() ?? null,
    createdAt: suite.createdAt,
    updatedAt: suite.updatedAt,
    app: showApp(sim, known(world.apps, suite.appId)),
    commit: () => show.commit(repository, suite.headSha),
    repository: () => show.repository(repository),
    checkRuns: connection(
      ({ filterBy }) =>
        where(world.checkRuns, (run) => run.suiteId === suite.id).filter(runFilter(filterBy)),
      show.checkRun,
    ),
  };
}

/** A status. */
export function showStatus(sim: Sim, show: Show, status: CommitStatus): Shown {
  const repository = known(sim.world.repositories, status.repositoryId);
  return {
    __typename: "StatusContext",
    id: status.nodeId,
    context: status.context,
    state: status.state.toUpperCase(),
    description: status.description,
    targetUrl: status.targetUrl,
    createdAt: status.createdAt,
    creator: () => show.account(known(sim.world.accounts, status.creatorId)),
    commit: () => show.commit(repository, status.sha),
    isRequired: (args: Arguments) => isRequired(sim, repository, status.context, args),
  };
}

function showApp(sim: Sim, app: App): Shown {
  return {
    __typename: "App",
    id: app.nodeId,
    databaseId: app.id,
    slug: app.slug,
    name: app.name,
    description: app.description,
    clientId: app.clientId,
    url: `${sim.url}/apps/${app.slug}`,
    createdAt: app.createdAt,
    updatedAt: app.updatedAt,
  };
}

function isRequired(sim: Sim, repository: Repository, name: string, args: Arguments): boolean {
  const { pullRequestId, pullRequestNumber } = args;
  const pull = first(
    sim.world.pulls,
    (row) =>
      row.nodeId === pullRequestId ||
      (row.repositoryId === repository.id && row.number === pullRequestNumber),
  );
  const branch = pull?.baseRef ?? repository.defaultBranch;
  return repository.protections[branch]?.requiredChecks.includes(name) ?? false;
}

function suiteFilter(sim: Sim, filterBy: unknown): (suite: CheckSuite) => boolean {
  const { appId, checkName } = isRecord(filterBy) ? filterBy : {};
  return (suite) =>
    fits(appId, suite.appId) &&
    (typeof checkName !== "string" ||
      first(sim.world.checkRuns, (run) => run.suiteId === suite.id && run.name === checkName) !==
        null);
}

function runFilter(filterBy: unknown): (run: CheckRun) => boolean {
  const { appId, checkName, status } = isRecord(filterBy) ? filterBy : {};
  return (run) =>
    fits(appId, run.appId) && fits(checkName, run.name) && fits(status, run.status.toUpperCase());
}

function fits(wanted: unknown, value: unknown): boolean {
  return wanted === undefined || wanted === null || wanted === value;
}
