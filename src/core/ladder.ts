/** Where an assignment goes when an attempt has ended without a pull request: to the next Worker, to one that finds out why, or to a person. */
import type { Assignment, Phase, Pull } from "./assignment.ts";
import type { EndedAttempt } from "./attempt.ts";
import { causeOf } from "./cause.ts";
import type { Choice } from "./choice.ts";
import type { Handover, Outcome } from "./handover.ts";
import type { Millis } from "./ids.ts";
import { millis } from "./ids.ts";
import { reviewed } from "./artifact.ts";
import type { Policy } from "./policy.ts";
import { reviewSummary } from "./review-report.ts";
import { isRefused, pullOf, triesOf } from "./standing.ts";
import { suspensionAfter } from "./suspension.ts";
import { isErrand, onPull, pullOfTask } from "./task.ts";
import type { Task } from "./task.ts";
import { inspecting } from "./questions.ts";

/** The next step after the last of the ended attempts. */
export function afterAttempt(assignment: Assignment, at: Millis, policy: Policy): Assignment {
  const last = assignment.attempts.at(-1);
  if (last === undefined) return assignment;
  const said = accountOf(last.handover);
  if (last.outcome === "funds-exhausted") return parked(assignment, { kind: "budget", last: said });
  if (last.task.kind === "review") return afterReview(assignment, last, last.task.pull);
  if (last.handover.kind === "blocked") {
    return parked(assignment, { kind: "question", question: last.handover.question });
  }
  if (assignment.block !== null) {
    return parked(stillOnPull(assignment, last), { kind: "blocked", ...assignment.block });
  }
  if (isRefused(last)) return suspended(assignment, last, at, policy);
  if (last.task.kind === "research") return queued(assignment, { kind: "implement" }, at);
  if (isErrand(last.task)) return afterErrand(assignment, last, at);
  const { implemented, researched } = triesOf(assignment);
  if (implemented >= assignment.policy.maxAttempts) {
    return parked(assignment, { kind: "attempts-used", last: said });
  }
  // A handover goes on at once; only a failure is worth a pause before anything else is tried.
  if (last.handover.kind === "unfinished") return queued(assignment, { kind: "implement" }, at);
  if (isStuck(assignment, last, policy)) {
    return parked(assignment, { kind: "repeated", last: said });
  }
  const isResearched =
    isWorthResearch(last.outcome) && researched < assignment.policy.researchCycles;
  const pauseMs = policy.backoffMs * 2 ** Math.max(0, implemented - 1);
  const next: Task = isResearched ? { kind: "research" } : { kind: "implement" };
  return queued(assignment, next, millis(at + pauseMs));
}

/** Whoever goes on with an errand later does so for the head that there is by now. */
const stillOnPull = (assignment: Assignment, { task }: EndedAttempt): Assignment => ({
  ...assignment,
  task: onPull(task, pullOf(assignment) ?? pullOfTask(task)),
});

/** Once more with the same task when the provider may be asked again; a person is asked where that never seems to come. */
function suspended(
  assignment: Assignment,
  last: EndedAttempt,
  at: Millis,
  policy: Policy,
): Assignment {
  const waiting = suspensionAfter(assignment, last, at, policy);
  return waiting === null
    ? parked(assignment, { kind: "provider", agent: last.agent, last: accountOf(last.handover) })
    : { ...stillOnPull(assignment, last), phase: { name: "queued", waiting } };
}

/** Back to the pull request, about which GitHub is asked; only one who hands over is followed by another. */
function afterErrand(assignment: Assignment, last: EndedAttempt, at: Millis): Assignment {
  const pull = pullOf(assignment) ?? pullOfTask(last.task);
  const tries = assignment.attempts.filter(
    (attempt) => pullOfTask(attempt.task)?.head === pull?.head && !isRefused(attempt),
  );
  const isOn = last.handover.kind === "unfinished" && tries.length < assignment.policy.maxAttempts;
  return isOn || pull === null
    ? queued(assignment, onPull(last.task, pull), at)
    : inspecting(assignment, pull, null);
}

/** Whatever came of it, GitHub is asked what has become of the pull request meanwhile. */
function afterReview(assignment: Assignment, last: EndedAttempt, of: Pull): Assignment {
  const { handover, worker, endedAt: at } = last;
  const judged =
    handover.kind === "reviewed"
      ? reviewed(assignment, handover.report, { pull: of, worker, at })
      : assignment;
  return judged.block === null
    ? inspecting(judged, pullOf(assignment) ?? of, null)
    : parked(judged, { kind: "blocked", ...judged.block });
}

/** What broke around the Worker no other Worker finds in the code. */
function isWorthResearch(outcome: Outcome): boolean {
  switch (outcome) {
    case "finished":
    case "turns-exhausted":
    case "budget-exhausted":
    case "timed-out":
    case "silent":
    case "flooded":
      return true;
    case "funds-exhausted":
    case "stopped":
    case "refused-by-provider":
    case "crashed":
    case "lost":
      return false;
  }
}

/** Another agent where the chosen one has failed twice for one cause: what failed twice is not tried a third time the same way. */
export function withDetour(assignment: Assignment, choice: Choice, { agents }: Policy): Choice {
  if (!isWornOut(assignment, choice.agent)) return choice;
  return insteadOf(choice, assignment, agents);
}

/** The first of the agents that has not failed twice for one cause, else the choice as it is. */
export function insteadOf(
  choice: Choice,
  assignment: Assignment,
  agents: readonly string[],
): Choice {
  const other = agents.find((agent) => !isWornOut(assignment, agent));
  // Another agent's models have other names.
  return other === undefined ? choice : { agent: other, model: null };
}

/** Is there no other way left? Whoever named an agent wants that one. */
const isStuck = (assignment: Assignment, last: EndedAttempt, { agents }: Policy): boolean =>
  isWornOut(assignment, last.agent) &&
  (assignment.agent !== null || agents.every((agent) => isWornOut(assignment, agent)));

/** Has the agent failed twice for the cause of the last failure? */
function isWornOut({ attempts, attemptsBefore }: Assignment, agent: string): boolean {
  const tries = attempts
    .slice(attemptsBefore)
    .filter((one) => one.task.kind === "implement" && !isRefused(one))
    .map((one) => ({ agent: one.agent, cause: causeOf(one) }));
  const cause = tries.at(-1)?.cause ?? null;
  if (cause === null) return false;
  return tries.filter((one) => one.agent === agent && one.cause === cause).length >= 2;
}

/** Stands still until a person acts. */
export const parked = (
  assignment: Assignment,
  reason: Extract<Phase, { name: "parked" }>["reason"],
): Assignment => ({
  ...assignment,
  phase: { name: "parked", reason, asking: null, refusal: null },
});

const queued = (assignment: Assignment, task: Task, until: Millis): Assignment => ({
  ...assignment,
  task,
  phase: { name: "queued", waiting: { for: "time", until } },
});

/** The last words of an attempt. */
export function accountOf(handover: Handover): string {
  switch (handover.kind) {
    case "ready":
      return handover.summary;
    case "unfinished":
      return handover.notes;
    case "blocked":
      return handover.question;
    case "found":
      return handover.findings.recommendation;
    case "reviewed":
      return reviewSummary(handover.report);
    case "failed":
      return handover.why;
  }
}
