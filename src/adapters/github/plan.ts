/**
 * Brings a repository's issues to what a plan says. Each step looks before it writes, so that the whole may be done again
 * at any time: first every issue, then what waits for what, and only then the requests, because a task that is asked for
 * before it is known to wait would begin at once.
 */
import { planBody, planTitle } from "../../core/plan-text.ts";
import { openTasks } from "../../core/plan.ts";
import type { Plan, PlanTask } from "../../core/plan.ts";
import type { PlanIssue, PlanIssues, PlanText } from "./plan-issues.ts";
import { hasMark, isAsWritten, markedBody, taskMark } from "./plan-mark.ts";
import { hashOf } from "./snapshot.ts";

/** What a plan is applied with. */
export type PlanOrder = {
  readonly plan: Plan;
  /** Login of our App's account, as the author of issues. */
  readonly bot: string;
  readonly triggerLabel: string;
  readonly labels: (task: PlanTask) => readonly string[];
  /** Asks the service for an issue; null leaves that to people. `seen` is the hash of the text that the plan stands for. */
  readonly request:
    | ((issue: PlanIssue, seen: string) => Promise<{ readonly isNew: boolean }>)
    | null;
  /** Hears of each step, as a line. */
  readonly tell: (line: string) => void;
};

/** What became of a task. */
export type Planned = {
  readonly task: PlanTask;
  readonly issue: PlanIssue;
  /** `edited`: a person has changed it since, so it was left alone. */
  readonly state: "created" | "updated" | "unchanged" | "edited" | "closed";
  /** `before`: it was asked for earlier, and what came of that is left as it is. */
  readonly dispatch: "requested" | "before" | "none";
};

type Settled = Omit<Planned, "dispatch"> & { readonly seen: string };

/** Everything that is still to be done, in the order of the waves. */
export async function applyPlan(issues: PlanIssues, order: PlanOrder): Promise<readonly Planned[]> {
  const own = await issues.own(order.bot);
  const settled: Settled[] = [];
  for (const task of openTasks(order.plan)) {
    const one = await settle(issues, order, task, own);
    order.tell(`${one.state} #${one.issue.number} ${task.id}: ${one.issue.title}`);
    settled.push(one);
  }
  await connect(issues, settled, order.tell);
  if (order.plan.parent !== null) await gather(issues, order.plan.parent, settled, order.tell);
  const planned: Planned[] = [];
  for (const { seen, ...one } of settled) {
    const dispatch = await dispatchOf(issues, order, { ...one, seen });
    if (dispatch === "requested") order.tell(`dispatched #${one.issue.number} ${one.task.id}`);
    planned.push({ ...one, dispatch });
  }
  return planned;
}

async function settle(
  issues: PlanIssues,
  { plan, labels }: PlanOrder,
  task: PlanTask,
  own: readonly PlanIssue[],
): Promise<Settled> {
  const mark = taskMark(plan.session, task.id);
  const title = planTitle(task);
  const text = { title, body: markedBody(mark, title, planBody(plan, task)) };
  const issue = own.find(({ body }) => hasMark(body ?? "", mark));
  if (issue === undefined) {
    const created = await issues.create(text, labels(task));
    return { task, issue: created, state: "created", seen: seenIn(created) };
  }
  const state = stateOf(issue, text);
  // The plan does not stand for what somebody else has written: the service lets a person approve that first.
  if (state === "edited") return { task, issue, state, seen: seenIn(text) };
  const kept = state === "updated" ? await issues.edit(issue.number, text) : issue;
  return { task, issue: kept, state, seen: seenIn(kept) };
}

const seenIn = ({ title, body }: Pick<PlanIssue, "title" | "body">): string =>
  hashOf(title, body ?? null);

function stateOf({ state, title, body }: PlanIssue, text: PlanText): Planned["state"] {
  if (state !== "open") return "closed";
  if (!isAsWritten(title, body ?? "")) return "edited";
  return title === text.title && body === text.body ? "unchanged" : "updated";
}

/** Adds what is missing; what people have added stays. */
async function connect(
  issues: PlanIssues,
  settled: readonly Settled[],
  tell: PlanOrder["tell"],
): Promise<void> {
  const byTask = new Map(settled.map(({ task, issue }) => [task.id, issue] as const));
  for (const { task, issue, state } of settled) {
    if (state === "closed" || task.needs.length === 0) continue;
    const known = new Set(state === "created" ? [] : await issues.blockers(issue.number));
    for (const blocker of task.needs.flatMap((need) => byTask.get(need) ?? [])) {
      if (known.has(blocker.id)) continue;
      await issues.block(issue.number, blocker.id);
      tell(`#${issue.number} ${task.id} waits for #${blocker.number}`);
    }
  }
}

/** Makes them sub-issues; of one that is closed nothing is to come any more. */
async function gather(
  issues: PlanIssues,
  parent: number,
  settled: readonly Settled[],
  tell: PlanOrder["tell"],
): Promise<void> {
  const known = new Set(await issues.parts(parent));
  for (const { task, issue, state } of settled) {
    if (state === "closed" || known.has(issue.id)) continue;
    await issues.addPart(parent, issue.id);
    tell(`#${issue.number} ${task.id} is a sub-issue of #${parent}`);
  }
}

async function dispatchOf(
  issues: PlanIssues,
  { request, triggerLabel }: PlanOrder,
  { issue, state, seen }: Settled,
): Promise<Planned["dispatch"]> {
  if (request === null || state === "closed") return "none";
  const isLabelled = issue.labels.some((name) => name.toLowerCase() === triggerLabel.toLowerCase());
  if (!isLabelled) {
    // The service takes the label off when it has taken the request in, and a person may have stopped the work since.
    if (state !== "created" && (await issues.wasLabelled(issue.number, triggerLabel))) {
      return "before";
    }
    await issues.label(issue.number, [triggerLabel]);
  }
  return (await request(issue, seen)).isNew ? "requested" : "before";
}
