/** Check runs: created and completed by Apps, asked for again by people. */
import { accountShape } from "../shapes/accounts.ts";
import { announce, refuseArchived } from "./act.ts";
import { checkRunEventShape } from "../shapes/checks.ts";
import { known } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { placeShape } from "../shapes/repositories.ts";
import { refuseCheckRun } from "./check-rules.ts";
import { Refusal } from "../refusal.ts";
import { settleSuite, suiteOf } from "./check-suites.ts";
import { timestamp } from "../sim.ts";
import type { App, Repository } from "../world/accounts.ts";
import type { By, Sim } from "../sim.ts";
import type { CheckRun, CheckSuite } from "../world/pulls.ts";
import type { CheckRunDraft } from "./check-rules.ts";

/** Creates a check run of an App on a commit. */
export async function createCheckRun(
  sim: Sim,
  by: By,
  repository: Repository,
  app: App,
  draft: CheckRunDraft & { readonly name: string; readonly headSha: string },
): Promise<CheckRun> {
  refuseArchived(repository);
  refuseCheckRun(draft);
  const suite = await suiteOf(sim, repository, app, draft.headSha, null);
  const run = addCheckRun(sim, suite, draft.name);
  write(sim, run, draft);
  announceCheckRun(sim, by, run, "created");
  if (run.status === "completed") announceCheckRun(sim, by, run, "completed");
  settleSuite(sim, by, suite);
  return run;
}

/** Changes a check run; only the App that created it may. */
export function updateCheckRun(
  sim: Sim,
  by: By,
  run: CheckRun,
  app: App,
  draft: CheckRunDraft,
): CheckRun {
  refuseArchived(known(sim.world.repositories, run.repositoryId));
  if (run.appId !== app.id) {
    throw new Refusal(
      403,
      `Invalid app_id \`${app.id}\` - check run can only be modified by the GitHub App that created it.`,
    );
  }
  refuseCheckRun(draft);
  const wasCompleted = run.status === "completed";
  write(sim, run, draft);
  if (run.status === "completed" && !wasCompleted) announceCheckRun(sim, by, run, "completed");
  settleSuite(sim, by, known(sim.world.checkSuites, run.suiteId));
  return run;
}

/** Asks the App of a check run to run it again, or to do one of the things it offers; no other App hears of it. */
export function askForCheckRun(
  sim: Sim,
  by: By,
  run: CheckRun,
  ask:
    | { readonly action: "rerequested" }
    | { readonly action: "requested_action"; readonly identifier: string },
): void {
  const repository = known(sim.world.repositories, run.repositoryId);
  const more =
    ask.action === "rerequested" ? {} : { requested_action: { identifier: ask.identifier } };
  sim.touch();
  sim.emit({
    event: "check_run",
    ownerId: repository.ownerId,
    repository,
    onlyAppId: run.appId,
    payload: {
      action: ask.action,
      ...more,
      check_run: checkRunEventShape(sim, run),
      ...placeShape(sim, repository),
      sender: accountShape(sim, by.account),
    },
  });
}

function addCheckRun(sim: Sim, suite: CheckSuite, name: string): CheckRun {
  const run: CheckRun = {
    ...mint(sim.world, "checkRuns"),
    repositoryId: suite.repositoryId,
    suiteId: suite.id,
    appId: suite.appId,
    name,
    headSha: suite.headSha,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: timestamp(sim),
    completedAt: null,
    output: { title: null, summary: null, text: null, annotations: [] },
    log: null,
    actions: [],
  };
  sim.world.checkRuns.set(run.id, run);
  return run;
}

function write(sim: Sim, run: CheckRun, draft: CheckRunDraft): void {
  const status = draft.conclusion === undefined ? (draft.status ?? run.status) : "completed";
  const isReset = status !== "completed";
  Object.assign(run, {
    name: draft.name ?? run.name,
    status,
    conclusion: isReset ? null : (draft.conclusion ?? run.conclusion),
    externalId: draft.externalId ?? run.externalId,
    detailsUrl: draft.detailsUrl ?? run.detailsUrl,
    startedAt: draft.startedAt ?? run.startedAt,
    completedAt: isReset ? null : (draft.completedAt ?? run.completedAt ?? timestamp(sim)),
    actions: draft.actions ?? run.actions,
  });
  if (draft.output === undefined) return;
  const { title, summary, text, annotations } = draft.output;
  run.output = {
    title: title ?? run.output.title,
    summary,
    text: text ?? run.output.text,
    annotations: [...run.output.annotations, ...annotations],
  };
}

function announceCheckRun(sim: Sim, by: By, run: CheckRun, action: "created" | "completed"): void {
  announce(sim, by, known(sim.world.repositories, run.repositoryId), "check_run", {
    action,
    check_run: checkRunEventShape(sim, run),
  });
}
