/** What an assignment owes the world in its phase: the one list from which new work and, after a crash, unfinished work follow. */
import type { Assignment, Attempt, Ending } from "./assignment.ts";
import { lastHead } from "./assignment.ts";
import type { Board } from "./board.ts";
import { branchOf } from "./branch.ts";
import { brief } from "./brief.ts";
import type { Effect, RemovalOrder } from "./effect.ts";
import { addressOf } from "./effect.ts";
import type { Issue } from "./issue.ts";
import type { Policy } from "./policy.ts";
import { commitMessage, pullBody, pullTitle } from "./pull-text.ts";
import { publication } from "./shown.ts";

/** Everything owed now. Effects that were handed out before come out again under the same keys. */
export function owed(assignment: Assignment, policy: Policy): readonly Effect[] {
  const effects: Effect[] = [];
  if (!assignment.shown.isConfirmed) {
    const order = publication(assignment);
    const name = `publish/${order.publication}`;
    effects.push({ ...keyed(assignment, name), type: "status.publish", ...order });
  }
  if (assignment.phase.name === "queued" || assignment.phase.name === "parked") {
    effects.push(...questions(assignment, policy));
  } else if (assignment.issue !== null) {
    effects.push(...work(assignment, assignment.issue));
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
function questions(assignment: Assignment, policy: Policy): readonly Effect[] {
  const { phase } = assignment;
  const asks =
    (phase.name === "queued" && phase.waiting.for === "inspection") ||
    (phase.name === "parked" && phase.asking !== null);
  if (!asks) return [];
  const asking = phase.name === "parked" ? phase.asking : null;
  return [
    {
      ...keyed(assignment, `inspect/${assignment.questions}`),
      type: "issue.inspect",
      issue: assignment.issueId,
      installation: assignment.installation,
      requester: asking?.by ?? assignment.requester,
      request: asking?.request ?? assignment.request,
      triggerLabel: policy.triggerLabel,
    },
  ];
}

function work(assignment: Assignment, issue: Issue): readonly Effect[] {
  const { phase } = assignment;
  const { repository } = issue;
  switch (phase.name) {
    case "preparing":
      return phase.step === "worktree" ? [createWorktree(assignment, issue, phase.attempt)] : [];
    case "working":
      return [
        {
          ...keyed(assignment, `attempt/${phase.attempt.number}/start`),
          type: "worker.start",
          ...addressOf(issue, phase.attempt),
          agent: phase.attempt.agent,
          brief: brief(assignment, issue, phase.attempt),
          wallClockMs: assignment.policy.wallClockMs,
          base: phase.base,
        },
      ];
    case "publishing":
      return [publish(assignment, issue, phase)];
    case "reviewing":
      if (phase.verdict.kind !== "inspecting") return [];
      return [
        {
          ...keyed(assignment, `pull/${assignment.questions}`),
          type: "pull.inspect",
          repository,
          pull: phase.pull.number,
        },
      ];
    case "merging":
      return [
        {
          ...keyed(assignment, `merge/${assignment.questions}`),
          type: "pull.merge",
          repository,
          pull: phase.pull.number,
          head: phase.pull.head,
          method: assignment.policy.merge.method,
          title: pullTitle(issue),
        },
      ];
    case "cleaning":
      return phase.step.name === "removing"
        ? [
            {
              ...keyed(assignment, "remove"),
              type: "worktree.remove",
              ...removal(assignment, issue, phase.ending),
            },
          ]
        : phase.step.isWorking
          ? [stopWorker(assignment, issue, phase.step.attempt)]
          : [];
    case "queued":
    case "parked":
    case "done":
    case "withdrawn":
      return [];
  }
}

const createWorktree = (assignment: Assignment, issue: Issue, attempt: Attempt): Effect => ({
  ...keyed(assignment, `attempt/${attempt.number}/worktree`),
  type: "worktree.create",
  ...addressOf(issue, attempt),
  base: issue.base,
  branch: branchOf(assignment, issue),
  from: lastHead(assignment.attempts),
});

const stopWorker = (assignment: Assignment, issue: Issue, attempt: Attempt): Effect => ({
  ...keyed(assignment, `attempt/${attempt.number}/stop`),
  type: "worker.stop",
  ...addressOf(issue, attempt),
});

/** One step on the way from a Worker's exit to a pull request. */
function publish(
  assignment: Assignment,
  issue: Issue,
  { attempt, base, step }: Extract<Assignment["phase"], { name: "publishing" }>,
): Effect {
  const branch = branchOf(assignment, issue);
  const address = addressOf(issue, attempt);
  const key = (name: string): ReturnType<typeof keyed> =>
    keyed(assignment, `attempt/${attempt.number}/${name}`);
  switch (step.name) {
    case "importing":
      return {
        ...key("import"),
        type: "work.import",
        ...address,
        base,
        branch,
        message: commitMessage(issue, attempt, step.handover),
      };
    case "pushing":
      // The name is part of the key: when it is taken, the push under the next name is another effect.
      return {
        ...key(`push/${assignment.branchTry}`),
        type: "branch.push",
        ...address,
        branch,
        head: step.head,
        expected: null,
      };
    case "opening":
      return {
        ...key("open"),
        type: "pull.open",
        repository: issue.repository,
        branch,
        base: issue.base,
        head: step.head,
        title: pullTitle(issue),
        body: pullBody(assignment, issue, attempt, step),
      };
  }
}

/** The branch goes only when it was merged, and only while it is still what was merged. */
function removal(assignment: Assignment, issue: Issue, ending: Ending): RemovalOrder {
  return {
    repository: issue.repository,
    issueNumber: issue.number,
    attempts: assignment.attempts.map(({ number, worker }) => ({ attempt: number, worker })),
    deleteBranch:
      ending.kind === "merged"
        ? { name: branchOf(assignment, issue), expected: ending.pull.head }
        : null,
  };
}
