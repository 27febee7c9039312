/** Applies a plan with the service's own settings, and asks the running service for the work. */
import type { Planned } from "../adapters/github/plan.ts";
import { applyPlan } from "../adapters/github/plan.ts";
import type { PlanIssue } from "../adapters/github/plan-issues.ts";
import { openPlanSite } from "../adapters/github/plan-site.ts";
import type { PlanSite } from "../adapters/github/plan-site.ts";
import { ForgeFault } from "../adapters/github/fault.ts";
import { createApp, identify } from "../app.ts";
import { agentPrefix } from "../core/choice.ts";
import { mayDispatch } from "../core/issue.ts";
import type { Actor } from "../core/issue.ts";
import { waves } from "../core/plan.ts";
import type { PlanTask } from "../core/plan.ts";
import { AssignmentList, Requested } from "../http/control-shapes.ts";
import { systemClock } from "../runtime/clock.ts";
import { readSettings } from "../settings.ts";
import type { Settings } from "../settings.ts";
import { CliFault, usageExit } from "./fault.ts";
import { plainLine } from "./plain.ts";
import { planFault } from "./plan.ts";
import { whileLocked } from "./plan-lock.ts";
import type { PlanOptions } from "./plan.ts";
import type { ReadPlan } from "./plan-file.ts";
import { askService } from "./service.ts";
import { print, printJson } from "./verb.ts";

/** What is applied, and where. */
export type Application = {
  readonly path: string;
  readonly read: Extract<ReadPlan, { ok: true }>;
  readonly place: { readonly owner: string; readonly name: string };
  readonly options: PlanOptions;
  readonly environment: NodeJS.ProcessEnv;
};

/** Refuses before anything is written whatever can be known before. */
export async function applyHere(application: Application): Promise<void> {
  const { options, environment, read, place } = application;
  const login = requesterOf(options);
  const settings = readSettings(environment);
  if (login !== null) await needService(settings);
  const { session } = read.plan;
  const planned = await whileLocked(settings.dataFolder, { session, ...place }, () =>
    applied(application, settings, login),
  );
  report(application, planned, settings);
}

async function applied(
  { path, read, place, options }: Application,
  settings: Settings,
  login: string | null,
): Promise<readonly Planned[]> {
  const probot = createApp({ ...settings, logLevel: "fatal" });
  const { slug } = await identify(probot, settings);
  return within(place, async () => {
    const site = await openPlanSite(probot, place, systemClock);
    checkBase({ path, read }, site);
    const by = login === null ? null : await requesterAt(site, login, place);
    return applyPlan(site.issues, {
      plan: read.plan,
      bot: `${slug}[bot]`,
      triggerLabel: settings.policy.triggerLabel,
      labels: (task) => labelsOf(task, settings),
      request: by === null ? null : (issue, seen) => ask(settings, site, { by, issue, seen }),
      tell: options.json === true ? () => {} : (line) => print(plainLine(line)),
    });
  });
}

function requesterOf({ dispatch, as: login }: PlanOptions): string | null {
  if (!dispatch) return null;
  if (login !== undefined) return login;
  throw new CliFault(
    "Name with --as the person with write access on whose behalf the work is asked for, or give --no-dispatch.",
    usageExit,
  );
}

/** Its own label says nothing to the service, because bots may not ask for work: only here it hears of the request. */
async function needService({ dataFolder, policy }: Settings): Promise<void> {
  try {
    await askService(dataFolder, { method: "GET", path: "/assignments" }, AssignmentList);
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    throw new CliFault(
      `${error.message}\nNothing was written. Without a service give --no-dispatch, and set the label ${policy.triggerLabel} on the issues yourself.`,
    );
  }
}

/** What breaks off in between is taken up again by the next call. */
async function within<Answer>(
  { owner, name }: Application["place"],
  act: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof ForgeFault)) throw error;
    throw new CliFault(
      `${plainLine(error.message)}\nThe plan is not wholly applied to ${owner}/${name}: apply it again, and it goes on from there.`,
    );
  }
}

function checkBase({ path, read }: Pick<Application, "path" | "read">, { base }: PlanSite): void {
  const { baseBranch } = read;
  if (baseBranch === null || baseBranch === base) return;
  throw planFault(path, [
    `base_branch: work begins at the default branch, which is ${base} and not ${baseBranch}`,
  ]);
}

async function requesterAt(
  site: PlanSite,
  login: string,
  { owner, name }: Application["place"],
): Promise<Actor> {
  const person = await site.person(login);
  if (person === null) throw new CliFault(`${plainLine(login)} is no person on GitHub.`);
  if (mayDispatch(person.permission)) return person.actor;
  throw new CliFault(
    `${plainLine(login)} may not ask for work in ${owner}/${name}: that needs write access, and GitHub says ${person.permission}. Nothing was written.`,
  );
}

const labelsOf = ({ agent, priority }: PlanTask, { policy }: Settings): readonly string[] => [
  ...(agent === null ? [] : [`${agentPrefix(policy)}${agent}`]),
  ...(priority === null ? [] : [`priority:${priority}`]),
];

type Wanted = { readonly by: Actor; readonly issue: PlanIssue; readonly seen: string };

async function ask(
  { dataFolder }: Settings,
  { installation }: PlanSite,
  { by, issue, seen }: Wanted,
): Promise<{ readonly isNew: boolean }> {
  const body = { issue: issue.node_id, installation, by, seen };
  const order = { method: "POST", path: "/requests", body } as const;
  return { isNew: (await askService(dataFolder, order, Requested)).is_new };
}

function report(
  { read, place, options }: Application,
  planned: readonly Planned[],
  { policy }: Settings,
): void {
  const { plan } = read;
  const done = planned.filter(({ state }) => state === "closed").length;
  const completed = plan.tasks.length - planned.length + done;
  if (options.json === true) {
    return printJson({
      session: plan.session,
      repository: `${place.owner}/${place.name}`,
      waves: waves(planned.map(({ task }) => task)),
      tasks: planned.map(rowOf),
      total: plan.tasks.length,
      completed,
      pending: plan.tasks.length - completed,
    });
  }
  for (const { issue, task } of planned.filter(({ state }) => state === "edited")) {
    print(`#${issue.number} ${task.id} was edited by a person and is left as it is.`);
  }
  const asked = planned.filter(({ dispatch }) => dispatch === "requested").length;
  print(`${plan.tasks.length} tasks, ${completed} completed; ${asked} asked for now.`);
  if (!options.dispatch) print(`Set the label ${policy.triggerLabel} on the issues to begin.`);
}

const rowOf = ({ task, issue, state, dispatch }: Planned): object => ({
  id: task.id,
  number: issue.number,
  url: issue.html_url,
  depends_on: task.needs,
  state,
  dispatch,
});
