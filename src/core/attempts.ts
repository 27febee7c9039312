/** From a free slot to a pull request: what each answer about an attempt leads to. */
import type {
  Assignment,
  Attempt,
  EndedAttempt,
  HeldWork,
  Phase,
  PublishingStep,
  Recall,
  Run,
  Summary,
} from "./assignment.ts";
import { choiceOf } from "./choice.ts";
import type { Event, ImportedWork } from "./event.ts";
import type { Handover } from "./handover.ts";
import { sumOf } from "./handover.ts";
import type { Issue } from "./issue.ts";
import type { Millis, Sha } from "./ids.ts";
import { millis, workerId } from "./ids.ts";
import type { Policy } from "./policy.ts";
import { nextRun, pending } from "./messages.ts";
import { retried } from "./shown.ts";
import { isOf, lastHead } from "./standing.ts";

/** A slot is free: the next attempt begins by being registered where everybody can see it. */
export function beginAttempt(
  assignment: Assignment,
  issue: Issue,
  at: Millis,
  policy: Policy,
): Assignment {
  const number = assignment.attempts.length + 1;
  const choice = choiceOf(assignment, issue, assignment.policy, policy);
  // Labels that disagree have been objected to when GitHub told of them.
  if ("torn" in choice) return assignment;
  const worker = workerId(issue.number, uniqueSecond(assignment, at));
  const attempt: Attempt = { number, worker, ...choice, startedAt: at };
  // Without its registration it would wait for ever, so one that failed to be shown is shown again.
  return { ...retried(assignment), phase: { name: "preparing", attempt, step: "registering" } };
}

/** Worker ids count seconds; an attempt that begins in the second of the one before is dated a second later. */
function uniqueSecond(assignment: Assignment, at: Millis): Millis {
  const last = assignment.attempts.at(-1);
  if (last === undefined) return at;
  const lastSecond = Number(last.worker.split("-")[1]);
  return Math.floor(at / 1000) > lastSecond ? at : millis((lastSecond + 1) * 1000);
}

type Exited = Extract<Event, { type: "worker.exited" }>;

/** A Worker's exit leads to the import of its work, whatever the outcome: nothing is lost. */
export function exited(assignment: Assignment, event: Exited): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working" || !isOf(phase, event)) return assignment;
  const { attempt, base } = phase;
  const { outcome, handover, session } = event;
  const run: Run = { ...phase.run, session };
  const counted = { ...assignment, usage: sumOf(assignment.usage, event.usage) };
  // Whoever wrote while the Worker was busy is heard before its work is published.
  if (outcome === "finished" && pending(counted).length > 0) {
    return { ...counted, ...nextRun(counted, { attempt, base, run }) };
  }
  const step: PublishingStep = { name: "importing", outcome, handover };
  return { ...counted, phase: { name: "publishing", attempt, base, run, step } };
}

/** The work is in the mirror: publish it, go on with another attempt, or ask a person. */
export function imported(
  assignment: Assignment,
  event: Extract<Event, { type: "work.imported" }>,
  policy: Policy,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || !isOf(phase, event)) return assignment;
  if (phase.step.name !== "importing") return assignment;
  const { outcome, handover } = phase.step;
  const { attempt } = phase;
  const { work } = event;
  const over = { endedAt: event.at, outcome, recall: recallOf(phase) };
  const head = headOf(work, assignment.attempts);
  if (work.kind === "refused") {
    const { why } = work;
    const account: Handover = { kind: "failed", why };
    const ended = endAttempt(assignment, attempt, { ...over, handover: account, head: null });
    return parked(ended, { kind: "refused", why });
  }
  if (handover.kind === "ready" && head !== null) {
    const files = work.kind === "commits" ? work.files : [];
    const ready = { head, files, summary: summaryOf(handover) };
    if (work.kind === "commits" && work.findings.length > 0) {
      const { findings } = work;
      // What nobody may approve is not built upon either.
      const kept = findings.some(({ isFinal }) => isFinal) ? null : head;
      const ended = endAttempt(assignment, attempt, { ...over, handover, head: kept });
      return parked(ended, { kind: "held", findings, work: ready, isApproved: false });
    }
    return { ...assignment, phase: { ...phase, step: pushing(ready) } };
  }
  const account: Handover =
    handover.kind === "ready"
      ? { kind: "failed", why: "the worker said that it was done, but changed nothing" }
      : handover;
  const ended = endAttempt(assignment, attempt, { ...over, handover: account, head });
  return afterAttempt(ended, account, event.at, policy);
}

/** Finished work on its way to GitHub. */
export const pushing = (ready: HeldWork): PublishingStep => ({
  name: "pushing",
  ...ready,
  hasNews: false,
});

/** An attempt broke before its work could be imported, by a fault of the machine or of git. */
export function broken(
  assignment: Assignment,
  attempt: Attempt,
  { why, at }: { readonly why: string; readonly at: Millis },
  policy: Policy,
): Assignment {
  const handover: Handover = { kind: "failed", why };
  const recall = assignment.phase.name === "publishing" ? recallOf(assignment.phase) : null;
  const over = { endedAt: at, outcome: "crashed", handover, head: null, recall } as const;
  return afterAttempt(endAttempt(assignment, attempt, over), handover, at, policy);
}

/** The work is done and in the mirror, but GitHub does not take it: a person is needed, and the work waits. */
export function unpublishable(
  assignment: Assignment,
  during: string,
  why: string,
  at: Millis,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || phase.step.name === "importing") return assignment;
  const handover: Handover = { kind: "ready", ...phase.step.summary };
  const { head } = phase.step;
  const recall = recallOf(phase);
  const over = { endedAt: at, outcome: "finished", handover, head, recall } as const;
  const ended = endAttempt(assignment, phase.attempt, over);
  return parked(ended, { kind: "fault", during, why });
}

/** Where an assignment goes when an attempt has ended without a pull request. */
function afterAttempt(
  assignment: Assignment,
  account: Handover,
  at: Millis,
  policy: Policy,
): Assignment {
  const used = assignment.attempts.length - assignment.attemptsBefore;
  if (assignment.attempts.at(-1)?.outcome === "funds-exhausted") {
    return parked(assignment, { kind: "budget", last: accountText(account) });
  }
  if (account.kind === "blocked") {
    return parked(assignment, { kind: "question", question: account.question });
  }
  if (used >= assignment.policy.maxAttempts) {
    return parked(assignment, { kind: "attempts-used", last: accountText(account) });
  }
  // A handover goes on at once; only a failure is worth a pause before the same thing is tried again.
  const until =
    account.kind === "unfinished" ? at : millis(at + policy.backoffMs * 2 ** Math.max(0, used - 1));
  return { ...assignment, phase: { name: "queued", waiting: { for: "time", until } } };
}

/** The attempt as a closed chapter of the assignment. */
export function endAttempt(
  assignment: Assignment,
  attempt: Attempt,
  account: Omit<EndedAttempt, keyof Attempt>,
): Assignment {
  return { ...assignment, attempts: [...assignment.attempts, { ...attempt, ...account }] };
}

/** Where the Worker of an attempt that has a worktree can be called back to. */
export const recallOf = ({
  base,
  run,
}: Extract<Phase, { name: "publishing" | "working" }>): Recall => ({
  base,
  number: run.number,
  session: run.session,
});

/** Stands still until a person acts. */
export const parked = (
  assignment: Assignment,
  reason: Extract<Phase, { name: "parked" }>["reason"],
): Assignment => ({
  ...assignment,
  phase: { name: "parked", reason, asking: null, refusal: null },
});

/** The commit that holds all work so far: this attempt's, or an earlier one's when it added nothing. */
const headOf = (work: ImportedWork, earlier: readonly EndedAttempt[]): Sha | null =>
  work.kind === "commits" ? work.head : lastHead(earlier);

const summaryOf = (handover: Extract<Handover, { kind: "ready" }>): Summary => ({
  summary: handover.summary,
  testing: handover.testing,
});

function accountText(account: Handover): string {
  switch (account.kind) {
    case "ready":
      return account.summary;
    case "unfinished":
      return account.notes;
    case "blocked":
      return account.question;
    case "failed":
      return account.why;
  }
}
