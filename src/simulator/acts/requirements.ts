/** What stands between a pull request and its merge: conflicts, draft, required checks and reviews. Computed, never stored. */
import { known, reaches, roleOf, where } from "../world/find.ts";
import type { CheckConclusion, PullRequest, Review } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";
import type { Sim } from "../sim.ts";

/** How one check, or one status context, stands on a commit. */
export interface Signal {
  readonly name: string;
  readonly outcome: "waiting" | "passed" | "failed";
}

/** GitHub's `mergeable_state`, without `has_hooks`. */
export type MergeableState =
  | "unknown"
  | "draft"
  | "dirty"
  | "blocked"
  | "behind"
  | "unstable"
  | "clean";

const PASSING: readonly (CheckConclusion | null)[] = ["success", "neutral", "skipped"];

/** The newest check run of each App and name, and the newest status of each context. */
export function signalsOn(sim: Sim, repository: Repository, sha: string): Signal[] {
  const signals = new Map<string, Signal>();
  for (const run of where(
    sim.world.checkRuns,
    (row) => row.repositoryId === repository.id && row.headSha === sha,
  )) {
    const passed = PASSING.includes(run.conclusion) ? "passed" : "failed";
    const outcome = run.status === "completed" ? passed : "waiting";
    signals.set(`run ${run.appId} ${run.name}`, { name: run.name, outcome });
  }
  for (const status of where(
    sim.world.statuses,
    (row) => row.repositoryId === repository.id && row.sha === sha,
  )) {
    const failed = status.state === "pending" ? "waiting" : "failed";
    const outcome = status.state === "success" ? "passed" : failed;
    signals.set(`status ${status.context}`, { name: status.context, outcome });
  }
  return [...signals.values()];
}

/** The sentences with which GitHub refuses to merge; empty when nothing that the base branch requires is missing. */
export function unmetRequirements(sim: Sim, pull: PullRequest): string[] {
  const repository = known(sim.world.repositories, pull.repositoryId);
  const protection = repository.protections[pull.baseRef];
  if (protection === undefined) return [];
  const faults = checkFaults(sim, repository, pull.baseRef, pull.headSha);

  const opinions = opinionsOn(sim, repository, pull);
  const approvals = opinions.filter((review) => review.state === "APPROVED").length;
  if (opinions.some((review) => review.state === "CHANGES_REQUESTED")) {
    faults.push("Changes have been requested by a reviewer with write access.");
  }
  const missing = protection.requiredApprovals - approvals;
  if (missing > 0) {
    const reviews = missing === 1 ? "1 approving review is" : `${missing} approving reviews are`;
    faults.push(`At least ${reviews} required by reviewers with write access.`);
  }
  return faults;
}

/** What the checks that a branch requires say of a commit that is to be merged into it; empty when they have passed. */
function checkFaults(sim: Sim, repository: Repository, branch: string, sha: string): string[] {
  const signals = signalsOn(sim, repository, sha);
  const required = repository.protections[branch]?.requiredChecks ?? [];
  return required.flatMap((name) => checkFault(name, signals));
}

/** How far the checks are that a branch requires of a commit. */
export function requiredOutcome(
  sim: Sim,
  repository: Repository,
  branch: string,
  sha: string,
): Signal["outcome"] {
  const faults = checkFaults(sim, repository, branch, sha);
  if (faults.some((fault) => fault.endsWith("is failing."))) return "failed";
  return faults.length === 0 ? "passed" : "waiting";
}

function checkFault(name: string, signals: readonly Signal[]): string[] {
  const named = signals.filter((signal) => signal.name === name);
  if (named.length === 0) return [`Required status check "${name}" is expected.`];
  if (named.some((signal) => signal.outcome === "failed")) {
    return [`Required status check "${name}" is failing.`];
  }
  if (named.some((signal) => signal.outcome === "waiting")) {
    return [`Required status check "${name}" is in progress.`];
  }
  return [];
}

/** Must the head be brought up to date with its base before it may be merged? */
export function isOutdated(sim: Sim, pull: PullRequest): boolean {
  const { protections } = known(sim.world.repositories, pull.repositoryId);
  const protection = protections[pull.baseRef];
  if (protection === undefined || protection.requiredChecks.length === 0) return false;
  return protection.strict && pull.behind > 0;
}

/** The latest approval or request for changes of each reviewer with write access. */
export function opinionsOn(sim: Sim, repository: Repository, pull: PullRequest): Review[] {
  const latest = new Map<number, Review>();
  for (const review of where(sim.world.reviews, (row) => row.pullId === pull.id)) {
    const author = known(sim.world.accounts, review.authorId);
    const counts = review.viaAppId !== null || reaches(roleOf(repository, author), "write");
    if (!counts || review.state === "PENDING" || review.state === "COMMENTED") continue;
    latest.set(review.authorId, review);
  }
  return [...latest.values()].filter((review) => review.state !== "DISMISSED");
}

/** What GitHub's merge button would look like. */
export function mergeableState(sim: Sim, pull: PullRequest): MergeableState {
  const repository = known(sim.world.repositories, pull.repositoryId);
  if (pull.merged || pull.mergeable === null) return "unknown";
  if (!pull.mergeable) return "dirty";
  if (pull.draft) return "draft";
  if (unmetRequirements(sim, pull).length > 0) return "blocked";
  if (isOutdated(sim, pull)) return "behind";
  const signals = signalsOn(sim, repository, pull.headSha);
  return signals.every((signal) => signal.outcome === "passed") ? "clean" : "unstable";
}
