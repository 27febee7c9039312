/** Questions about where an assignment stands, answered from its phase. */
import type { Assignment, Pull } from "./assignment.ts";
import type { Attempt, EndedAttempt } from "./attempt.ts";
import type { Sha } from "./ids.ts";
import { isErrand, isSameErrand, pullOfTask } from "./task.ts";
import type { Errand, Task } from "./task.ts";

/** Is it about a pull request that we did not open? Then it is worked on once, as asked, and nothing else of it is ours. */
export const isForeign = ({ request }: Pick<Assignment, "request">): boolean =>
  request.via === "pull";

/** Does it hold one of the slots that limit how many Workers are busy? */
export function isBusy({ phase }: Assignment): boolean {
  switch (phase.name) {
    case "queued":
      return phase.waiting.for === "inspection" && phase.waiting.hasSlot;
    case "preparing":
    case "working":
    case "publishing":
      return true;
    case "cleaning":
      return phase.step.name === "stopping";
    case "reviewing":
    case "merging":
    case "parked":
    case "done":
    case "tracking":
    case "withdrawn":
      return false;
  }
}

/** Is nothing left to do but to show how it ended? */
export const isOver = ({ phase }: Assignment): boolean =>
  phase.name === "done" || phase.name === "withdrawn";

/** Does it stand beside the work on its issue, which goes on as if it were not there? */
export const isAside = ({ request }: Assignment): boolean =>
  request.via === "logs" || request.via === "cleanup";

/** The attempt under way, if one is. */
export function currentAttempt({ phase }: Assignment): Attempt | null {
  switch (phase.name) {
    case "preparing":
    case "working":
    case "publishing":
      return phase.attempt;
    case "cleaning":
      return phase.step.name === "stopping" ? phase.step.during.attempt : null;
    case "queued":
    case "reviewing":
    case "merging":
    case "parked":
    case "done":
    case "tracking":
    case "withdrawn":
      return null;
  }
}

/** Is an answer about the run that the phase is in? */
export const isOf = (
  phase: Extract<Assignment["phase"], { name: "working" | "publishing" }>,
  answer: { readonly attempt: number; readonly run: number },
): boolean => phase.attempt.number === answer.attempt && phase.run.number === answer.run;

/** Our pull request, where one is open or has just ended. */
export function pullOf({ phase, task }: Assignment): Pull | null {
  switch (phase.name) {
    case "reviewing":
    case "merging":
      return phase.pull;
    case "cleaning":
    case "done":
    case "withdrawn":
      return "pull" in phase.ending ? phase.ending.pull : null;
    case "working":
    case "publishing":
      return phase.run.pull;
    case "queued":
    case "preparing":
    case "parked":
    case "tracking":
      return pullOfTask(task);
  }
}

/** Is it an integration plan that only waits for others' work so far? */
export const isGathering = (assignment: Assignment): boolean =>
  assignment.integration !== null && pullOf(assignment) === null;

/** How many attempts of each kind the present request has used up. */
export function triesOf({ attempts, attemptsBefore }: Assignment): {
  readonly implemented: number;
  readonly researched: number;
} {
  // What a provider refused is no try at the issue.
  const tries = attempts
    .slice(attemptsBefore)
    .filter((attempt) => !isRefused(attempt))
    .map(({ task }) => task.kind);
  const count = (kind: Task["kind"]): number => tries.filter((one) => one === kind).length;
  return { implemented: count("implement"), researched: count("research") };
}

/** Did the provider keep the attempt from being a try at the issue? */
export const isRefused = ({ outcome, handover }: EndedAttempt): boolean =>
  outcome === "refused-by-provider" && handover.kind === "failed";

/** An ended attempt as the one under way that it was. */
export function reopened({ number, worker, task, agent, model, startedAt }: EndedAttempt): Attempt {
  return { number, worker, task, agent, model, startedAt };
}

/** The last commit that any attempt left, on which the next one goes on; null begins at the base branch. */
const lastHead = (attempts: readonly EndedAttempt[]): Sha | null =>
  attempts.findLast((attempt) => attempt.head !== null)?.head ?? null;

/** The commit on which an attempt at the task goes on; null begins at the base branch. What another errand left unpublished is not among it. */
export function startOf(attempts: readonly EndedAttempt[], task: Task): Sha | null {
  if (task.kind === "review") return task.pull.head;
  return isErrand(task)
    ? (predecessorOf(attempts, task)?.head ?? task.pull.head)
    : lastHead(attempts);
}

/** The Worker that stopped short on the same errand; null when there is none to go on from. */
export function predecessorOf(
  attempts: readonly EndedAttempt[],
  errand: Errand,
): EndedAttempt | null {
  const last = attempts.at(-1);
  if (last === undefined || !isSameErrand(last.task, errand)) return null;
  const isCutOff = last.outcome === "funds-exhausted" || isRefused(last);
  return last.handover.kind === "failed" && !isCutOff ? null : last;
}
