/** Check suites: one per App and commit, as far along as the check runs in it. */
import { announce } from "./act.ts";
import { accountShape } from "../shapes/accounts.ts";
import { announceWorkflowRun } from "./workflow-runs.ts";
import { checkSuiteShape } from "../shapes/checks.ts";
import { first, known, where } from "../world/find.ts";
import { gitDirOf } from "./git-place.ts";
import { mint } from "../world/world.ts";
import { placeShape } from "../shapes/repositories.ts";
import { readCommit } from "../git/history.ts";
import { Refusal } from "../refusal.ts";
import { resolveCommit } from "../git/repository.ts";
import { timestamp } from "../sim.ts";
import type { App, Repository } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";
import type { CheckConclusion, CheckRun, CheckSuite } from "../world/pulls.ts";

/** The worst comes first: one run with it decides about the suite. */
const BY_WEIGHT: readonly CheckConclusion[] = [
  "failure",
  "timed_out",
  "cancelled",
  "action_required",
  "stale",
  "success",
  "neutral",
  "skipped",
];

/** The suite of an App on a commit, created where there is none; 422 for a commit that is not there. */
export async function suiteOf(
  sim: Sim,
  repository: Repository,
  app: App,
  headSha: string,
  headBranch: string | null,
): Promise<CheckSuite> {
  const gitDir = gitDirOf(sim, repository);
  const sha = await resolveCommit(gitDir, headSha);
  if (sha === undefined) throw new Refusal(422, `No commit found for SHA: ${headSha}`);
  const headCommit = await readCommit(gitDir, sha);
  // Looked up only here: two callers that wait for git must not both create the suite.
  const present = findSuite(sim, repository, app, sha);
  if (present !== null) return present;
  const time = timestamp(sim);
  const suite: CheckSuite = {
    ...mint(sim.world, "checkSuites"),
    repositoryId: repository.id,
    appId: app.id,
    headBranch: headBranch ?? branchAt(sim, repository, sha),
    headSha: sha,
    headCommit,
    before: headCommit.parents[0] ?? null,
    after: sha,
    status: "queued",
    conclusion: null,
    createdAt: time,
    updatedAt: time,
  };
  sim.world.checkSuites.set(suite.id, suite);
  sim.touch();
  return suite;
}

/** The suite of an App on a commit, or null. */
export function findSuite(
  sim: Sim,
  repository: Repository,
  app: App,
  sha: string,
): CheckSuite | null {
  return first(
    sim.world.checkSuites,
    (row) => row.repositoryId === repository.id && row.appId === app.id && row.headSha === sha,
  );
}

function branchAt(sim: Sim, repository: Repository, sha: string): string | null {
  const pull = first(
    sim.world.pulls,
    (row) => row.repositoryId === repository.id && row.headSha === sha,
  );
  return pull?.headRef ?? null;
}

/** Brings a suite up to its runs; its completion is told once. */
export function settleSuite(sim: Sim, by: By, suite: CheckSuite): void {
  const runs = latestRuns(where(sim.world.checkRuns, (run) => run.suiteId === suite.id));
  const wasCompleted = suite.status === "completed";
  const isCompleted = runs.every((run) => run.status === "completed");
  const isQueued = runs.every((run) => run.status === "queued");
  const ended = isCompleted ? "completed" : "in_progress";
  suite.status = isQueued ? "queued" : ended;
  suite.conclusion = isCompleted ? worst(runs) : null;
  suite.updatedAt = timestamp(sim);
  sim.touch();
  if (!isCompleted || wasCompleted) return;
  const repository = known(sim.world.repositories, suite.repositoryId);
  announce(sim, by, repository, "check_suite", {
    action: "completed",
    check_suite: suiteEventShape(sim, suite),
  });
  announceWorkflowRun(sim, by, suite);
}

/** The newest run of each name. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  return [...new Map(runs.map((run) => [`${run.appId} ${run.name}`, run])).values()];
}

function worst(runs: readonly CheckRun[]): CheckConclusion {
  return BY_WEIGHT.find((weight) => runs.some((run) => run.conclusion === weight)) ?? "success";
}

/** Asks the App of a suite to begin (or begin again); no other App hears of it. */
export function askForSuite(
  sim: Sim,
  by: By,
  suite: CheckSuite,
  action: "requested" | "rerequested",
): void {
  const repository = known(sim.world.repositories, suite.repositoryId);
  sim.touch();
  sim.emit({
    event: "check_suite",
    ownerId: repository.ownerId,
    repository,
    onlyAppId: suite.appId,
    payload: {
      action,
      check_suite: suiteEventShape(sim, suite),
      ...placeShape(sim, repository),
      sender: accountShape(sim, by.account),
    },
  });
}

/** A suite as `check_suite` shows it: without the repository, which stands beside it. */
function suiteEventShape(sim: Sim, suite: CheckSuite): Readonly<Record<string, unknown>> {
  const { repository: _repository, ...shape } = checkSuiteShape(sim, suite);
  return shape;
}
