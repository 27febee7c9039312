/** What an assignment owes the world in its phase: the one list from which new work and, after a crash, unfinished work follow. */
import { asideOrder } from "./aside.ts";
import type { Assignment, Ending, Interrupted, Phase } from "./assignment.ts";
import type { Attempt, Run } from "./attempt.ts";
import type { Board } from "./board.ts";
import { branchOf } from "./branch.ts";
import { briefOf } from "./brief.ts";
import { budgetOf } from "./budget.ts";
import { integrateLabel } from "./choice.ts";
import type { Effect } from "./effect.ts";
import { findingIssues } from "./finding-issue.ts";
import { closeIssue, prepareFlow, targetOf } from "./flow.ts";
import { addressOf } from "./effect.ts";
import { integrationEffects } from "./integration.ts";
import { limitsOf } from "./limits.ts";
import type { Issue } from "./issue.ts";
import { inspectPull, mergePull } from "./owed-pulls.ts";
import type { Policy } from "./policy.ts";
import { handedOver, named } from "./prerequisites.ts";
import { commitMessage, pullBody, pullTitle } from "./pull-text.ts";
import { isAsked } from "./questions.ts";
import { publication } from "./shown.ts";
import { revertOf } from "./revert.ts";
import { isForeign, startOf } from "./standing.ts";
import { pullOfTask } from "./task.ts";
import { trackingLabel } from "./report.ts";
import { wishes } from "./wishes.ts";

/** Everything owed now. Effects that were handed out before come out again under the same keys. */
export function owed(assignment: Assignment, policy: Policy): readonly Effect[] {
  const effects: Effect[] = [];
  if (assignment.shown.state === "under-way") {
    const order = publication(assignment);
    const name = `publish/${order.publication}`;
    effects.push({ ...keyed(assignment, name), type: "status.publish", ...order });
  }
  if (isAsked(assignment)) effects.push(inspection(assignment, policy));
  if (assignment.issue !== null) {
    effects.push(
      ...wishes(assignment, assignment.issue),
      ...findingIssues(assignment, assignment.issue),
      ...handedOver(assignment, assignment.issue),
      ...work(assignment, assignment.issue, policy),
    );
  }
  return effects;
}

/** All that a whole board owes; after a restart this says what is unfinished. */
export const resume = (board: Board, policy: Policy): readonly Effect[] =>
  [...board.values()].flatMap((assignment) => owed(assignment, policy));

const keyed = (assignment: Assignment, name: string): Pick<Effect, "key" | "assignment"> => ({
  key: `${assignment.id}/${name}`,
  assignment: assignment.id,
});

/** The question to GitHub whether an issue may be worked on for the one who asks. */
function inspection(assignment: Assignment, policy: Policy): Effect {
  const { phase, questions } = assignment;
  const asking = phase.name === "parked" ? phase.asking : null;
  return {
    ...keyed(assignment, `inspect/${questions}`),
    type: "issue.inspect",
    question: questions,
    issue: assignment.issueId,
    installation: assignment.installation,
    requester: asking?.by ?? assignment.requester,
    request: asking?.request ?? assignment.request,
    dependsOn: named(assignment.prerequisites, asking?.terms.dependsOn ?? []).kept,
    triggerLabel: labelOf(assignment, policy),
    isAuthorAsked: policy.sandbox === "none",
  };
}

/** The label that a request by label must still carry. */
function labelOf({ request }: Assignment, policy: Policy): string {
  if (request.via === "tracking") return trackingLabel;
  return request.via === "integration" ? integrateLabel(policy) : policy.triggerLabel;
}

/** What the phase is there for. */
function work(assignment: Assignment, issue: Issue, policy: Policy): readonly Effect[] {
  const { phase } = assignment;
  switch (phase.name) {
    case "working":
      return [
        ...underWay(assignment, issue, phase, policy),
        ...(phase.relief === null ? [] : [stopWorker(assignment, issue, phase)]),
      ];
    case "preparing":
    case "publishing":
      return underWay(assignment, issue, phase, policy);
    case "reviewing":
      return phase.verdict.kind === "inspecting"
        ? [inspectPull(assignment, issue, phase.pull, policy)]
        : [];
    case "merging":
      return [mergePull(assignment, issue, phase)];
    case "cleaning":
      if (phase.step.name === "removing") return [removeWorktrees(assignment, issue, phase.ending)];
      if (phase.step.name === "closing") return [closeIssue(assignment, issue)];
      // What was begun is still owed: its answer is what stopping waits for.
      return [
        ...underWay(assignment, issue, phase.step.during, policy),
        ...(phase.step.during.name === "working"
          ? [stopWorker(assignment, issue, phase.step.during)]
          : []),
      ];
    case "queued":
      return phase.waiting.for === "revert"
        ? [{ ...keyed(assignment, "revert"), ...revertOf(issue) }]
        : [...integrationEffects(assignment, issue), ...asideOrder(assignment, issue)];
    case "parked":
    case "done":
    case "tracking":
    case "withdrawn":
      return [];
  }
}

function underWay(
  assignment: Assignment,
  issue: Issue,
  phase: Interrupted,
  policy: Policy,
): readonly Effect[] {
  switch (phase.name) {
    case "preparing":
      // While it is being registered only the publication is owed.
      if (phase.step === "flow") return prepareFlow(assignment, issue, phase.attempt);
      return phase.step === "worktree" ? [createWorktree(assignment, issue, phase.attempt)] : [];
    case "working":
      return [startWorker(assignment, issue, phase, policy)];
    case "publishing":
      return [publish(assignment, issue, phase)];
  }
}

const createWorktree = (assignment: Assignment, issue: Issue, attempt: Attempt): Effect => ({
  ...keyed(assignment, `attempt/${attempt.number}/worktree`),
  type: "worktree.create",
  ...addressOf(issue, attempt),
  base: targetOf(assignment, issue),
  branch: branchOf(assignment, issue),
  from: startOf(assignment.attempts, attempt.task),
  pull: isForeign(assignment) ? (pullOfTask(attempt.task)?.number ?? null) : null,
});

type Working = Extract<Phase, { name: "working" }>;

const startWorker = (
  assignment: Assignment,
  issue: Issue,
  { attempt, base, run }: Working,
  policy: Policy,
): Effect => ({
  ...keyed(assignment, `${underRun(attempt, run)}/start`),
  type: "worker.start",
  ...addressOf(issue, attempt),
  run: run.number,
  task: attempt.task.kind,
  agent: attempt.agent,
  model: attempt.model,
  brief: briefOf(assignment, issue, attempt, run),
  session: run.session,
  limits: limitsOf(assignment, attempt, run),
  budget: budgetOf(assignment, policy),
  variables: assignment.policy.variables,
  registries: assignment.policy.registries,
  base,
});

const stopWorker = (assignment: Assignment, issue: Issue, { attempt, run }: Working): Effect => ({
  ...keyed(assignment, `${underRun(attempt, run)}/stop`),
  type: "worker.stop",
  ...addressOf(issue, attempt),
});

const underRun = (attempt: Attempt, run: Run): string =>
  `attempt/${attempt.number}/run/${run.number}`;

/** One step on the way from a Worker's exit to a pull request; a push under another name is another effect. */
function publish(
  assignment: Assignment,
  issue: Issue,
  { attempt, base, run, step }: Extract<Assignment["phase"], { name: "publishing" }>,
): Effect {
  const branch = branchOf(assignment, issue);
  const address = addressOf(issue, attempt);
  const under = underRun(attempt, run);
  switch (step.name) {
    case "importing":
      return {
        ...keyed(assignment, `${under}/import`),
        type: "work.import",
        ...address,
        run: run.number,
        base,
        baseBranch: targetOf(assignment, issue),
        branch,
        message: commitMessage(issue, attempt, step.handover),
        gates: assignment.policy.gates,
        judged: isForeign(assignment) ? "added" : "all",
      };
    case "pushing":
      return {
        ...keyed(assignment, `${under}/push/${assignment.branchTry}`),
        type: "branch.push",
        ...address,
        run: run.number,
        branch,
        head: step.head,
        expected: assignment.pushed?.branch === branch ? assignment.pushed.head : null,
      };
    case "opening":
      return {
        ...keyed(assignment, `${under}/open`),
        type: "pull.open",
        repository: issue.repository,
        branch,
        base: targetOf(assignment, issue),
        head: step.head,
        title: pullTitle(issue),
        body: pullBody(assignment, issue, attempt, step),
      };
  }
}

/** The branch goes only when it was merged, and only while it is still what was merged. */
const removeWorktrees = (assignment: Assignment, issue: Issue, ending: Ending): Effect => ({
  ...keyed(assignment, "remove"),
  type: "worktree.remove",
  repository: issue.repository,
  issueNumber: issue.number,
  attempts: assignment.attempts.map(({ number, worker }) => ({ attempt: number, worker })),
  deleteBranch:
    ending.kind === "merged" && !isForeign(assignment)
      ? { name: branchOf(assignment, issue), expected: ending.pull.head }
      : null,
});
