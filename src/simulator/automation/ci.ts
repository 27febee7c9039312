/** The simulated CI: queues its checks on each new head of an open pull request and on each merge group, and ends them where its rule says so. */
import { botOf, ciApp } from "../world/ci.ts";
import { createCheckRun, updateCheckRun } from "../acts/checks.ts";
import { known, where } from "../world/find.ts";
import type { By, Sim } from "../sim.ts";
import type { CheckConclusion, CheckRun } from "../world/pulls.ts";
import type { CheckRunDraft } from "../acts/check-rules.ts";
import type { Repository } from "../world/accounts.ts";

const UNCHANGED: CheckRunDraft = {
  name: undefined,
  status: undefined,
  conclusion: undefined,
  externalId: undefined,
  detailsUrl: undefined,
  startedAt: undefined,
  completedAt: undefined,
  output: undefined,
  actions: undefined,
};

/** In whose name CI acts. */
function ciBy(sim: Sim): By {
  const app = ciApp(sim.world);
  return { account: botOf(sim.world, app), appId: app.id };
}

/** Queues the missing checks on the heads of open pull requests and of merge groups, and returns them. */
export async function queueCi(sim: Sim, repository: Repository): Promise<CheckRun[]> {
  const rule = sim.world.ciRules.get(repository.id);
  if (rule === undefined) return [];
  const queued: CheckRun[] = [];
  for (const headSha of openHeads(sim, repository)) {
    const present = ciRuns(sim, repository).filter((run) => run.headSha === headSha);
    for (const name of rule.checks) {
      if (present.some((run) => run.name === name)) continue;
      queued.push(await queueCheck(sim, repository, { name, headSha }));
    }
  }
  return queued;
}

/** Queues one check of CI on a commit. */
export async function queueCheck(
  sim: Sim,
  repository: Repository,
  check: { readonly name: string; readonly headSha: string },
): Promise<CheckRun> {
  const draft = { ...UNCHANGED, ...check, status: "queued" as const };
  return await createCheckRun(sim, ciBy(sim), repository, ciApp(sim.world), draft);
}

/** Ends a check of CI. */
export function completeCheck(
  sim: Sim,
  run: CheckRun,
  conclusion: CheckConclusion,
  summary: string | undefined,
): CheckRun {
  const output = { title: run.name, summary: summary ?? "", text: null, annotations: [] };
  const draft = { ...UNCHANGED, conclusion, output: summary === undefined ? undefined : output };
  return updateCheckRun(sim, ciBy(sim), run, ciApp(sim.world), draft);
}

/** Ends those checks that still wait, as the repository's rule says. */
export function completeByRule(sim: Sim, repository: Repository, runs: readonly CheckRun[]): void {
  const auto = sim.world.ciRules.get(repository.id)?.auto;
  if (auto === null || auto === undefined) return;
  for (const run of runs) {
    if (run.status !== "completed") completeCheck(sim, run, auto.conclusion, undefined);
  }
}

/** The check runs of CI in a repository, oldest first. */
export function ciRuns(sim: Sim, repository: Repository): CheckRun[] {
  const { id } = ciApp(sim.world);
  return where(
    sim.world.checkRuns,
    (run) => run.repositoryId === repository.id && run.appId === id,
  );
}

function openHeads(sim: Sim, repository: Repository): Set<string> {
  const pulls = where(
    sim.world.pulls,
    (pull) =>
      pull.repositoryId === repository.id && known(sim.world.issues, pull.issueId).state === "open",
  );
  const groups = where(sim.world.queueEntries, (entry) => entry.repositoryId === repository.id);
  return new Set([
    ...pulls.map((pull) => pull.headSha),
    ...groups.flatMap(({ group }) => (group === null ? [] : [group.sha])),
  ]);
}
