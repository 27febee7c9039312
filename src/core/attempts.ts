/** From a free slot to a pull request: what each answer about an attempt leads to. */
import type { Assignment, HeldWork, Phase, PublishingStep, Summary } from "./assignment.ts";
import type { Attempt, EndedAttempt, Left, Recall, Run } from "./attempt.ts";
import type { Choice } from "./choice.ts";
import type { Event } from "./event.ts";
import type { Handover } from "./handover.ts";
import { sumOf } from "./handover.ts";
import type { Issue } from "./issue.ts";
import type { Millis } from "./ids.ts";
import { millis, workerId } from "./ids.ts";
import { afterAttempt, parked } from "./ladder.ts";
import type { Policy } from "./policy.ts";
import { nextRun, pending } from "./messages.ts";
import { retried } from "./shown.ts";
import { withChanges } from "./overlap.ts";
import { asFor } from "./said.ts";
import { isOf, startOf } from "./standing.ts";
import { isBuiltUpon } from "./task.ts";
import { relievedNotes } from "./wording.ts";

/** A slot is free: the next attempt begins by being registered where everybody can see it. */
export function beginAttempt(
  assignment: Assignment,
  issue: Issue,
  way: Choice,
  at: Millis,
): Assignment {
  const number = assignment.attempts.length + 1;
  const worker = workerId(issue.number, uniqueSecond(assignment, at));
  const { task } = assignment;
  const attempt: Attempt = { number, worker, task, ...way, startedAt: at };
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

type Working = Extract<Phase, { name: "working" }>;
type Exited = Extract<Event, { type: "worker.exited" }>;

/** A Worker's exit leads to the import of its work, whatever the outcome: nothing is lost. */
export function exited(assignment: Assignment, event: Exited): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working" || !isOf(phase, event)) return assignment;
  const { attempt, base } = phase;
  const { session } = event;
  const run: Run = { ...phase.run, session };
  const counted = { ...assignment, usage: sumOf(assignment.usage, event.usage) };
  const { outcome, handover } = wordsOf(phase, event);
  if (isCutShort({ ...phase, run }, { outcome, handover })) {
    return handedOver(counted, phase, { ...run, left: { outcome, handover } });
  }
  // Whoever wrote while the Worker was busy is heard before its work is published.
  if (outcome === "finished" && isBuiltUpon(attempt.task) && pending(counted).length > 0) {
    return { ...counted, ...nextRun(counted, { attempt, base, run }) };
  }
  // Of a run that was only there to hand over, the refusal is not how the attempt ended.
  const retryAt = outcome === "refused-by-provider" ? event.retryAt : null;
  const step: PublishingStep = { name: "importing", outcome, retryAt, handover };
  return { ...counted, phase: { name: "publishing", attempt, base, run, step } };
}

/** Of a run that was only there to hand over, its words count when it has done so; else those of the run before do. */
function wordsOf({ attempt, run: { left }, relief }: Working, { outcome, handover }: Exited): Left {
  if (left === null) {
    // A Worker that was told to stop has not failed.
    return relief !== null && outcome === "stopped" && isBuiltUpon(attempt.task)
      ? { outcome, handover: { kind: "unfinished", notes: relievedNotes(relief.by), report: null } }
      : { outcome, handover };
  }
  const isSaid = handover.kind === "unfinished" || handover.kind === "ready";
  // Where no money is left for the handover, none is for another attempt either.
  const ended = outcome === "funds-exhausted" ? outcome : left.outcome;
  return { outcome: ended, handover: isSaid ? handover : left.handover };
}

/** Was it stopped, or did it run out of turns or time, before it could write down how far it is? */
function isCutShort(
  { attempt: { task }, run, relief }: Working,
  { outcome, handover }: Left,
): boolean {
  if (run.left !== null || run.session === null || !isBuiltUpon(task)) return false;
  const isRelieved = outcome === "stopped" && relief?.isAsked === true;
  if (!isRelieved && outcome !== "turns-exhausted" && outcome !== "timed-out") return false;
  return handover.kind === "unfinished" && handover.report === null;
}

/** The same Worker is called back for a moment, only to write down how far it is. */
const handedOver = (assignment: Assignment, working: Working, run: Run): Assignment => ({
  ...assignment,
  phase: {
    ...working,
    run: { ...run, number: run.number + 1, told: [] },
    isStarted: false,
    isDoubted: false,
    relief: null,
  },
});

/** The work is in the mirror: publish it, go on with another attempt, or ask a person. */
export function imported(
  assignment: Assignment,
  event: Extract<Event, { type: "work.imported" }>,
  policy: Policy,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "publishing" || !isOf(phase, event)) return assignment;
  if (phase.step.name !== "importing") return assignment;
  const { attempt } = phase;
  const { outcome, retryAt } = phase.step;
  const handover = asFor(attempt.task, phase.step.handover);
  const { work } = event;
  const files = work.kind === "commits" ? work.files : [];
  const over = { endedAt: event.at, outcome, retryAt, files, recall: recallOf(phase) };
  if (!isBuiltUpon(attempt.task)) {
    const ended = endAttempt(assignment, attempt, { ...over, handover, head: null });
    return afterAttempt(ended, event.at, policy);
  }
  const on = withChanges(assignment, work);
  // One that added nothing leaves what it began with.
  const head = work.kind === "commits" ? work.head : startOf(assignment.attempts, attempt.task);
  if (work.kind === "refused") {
    const { why } = work;
    const account: Handover = { kind: "failed", why };
    const ended = endAttempt(on, attempt, { ...over, handover: account, head: null });
    return parked(ended, { kind: "refused", why });
  }
  if (handover.kind === "ready" && head !== null) {
    const ready = { head, files, summary: summaryOf(handover) };
    if (work.kind === "commits" && work.findings.length > 0) {
      const { findings } = work;
      // What nobody may approve is not built upon either.
      const kept = findings.some(({ isFinal }) => isFinal) ? null : head;
      const ended = endAttempt(on, attempt, { ...over, handover, head: kept });
      return parked(ended, { kind: "held", findings, work: ready, isApproved: false });
    }
    return { ...on, phase: { ...phase, step: pushing(ready) } };
  }
  const account: Handover =
    handover.kind === "ready"
      ? { kind: "failed", why: "the worker said that it was done, but changed nothing" }
      : handover;
  const ended = endAttempt(on, attempt, { ...over, handover: account, head });
  return afterAttempt(ended, event.at, policy);
}

/** Finished work on its way to GitHub. */
export const pushing = (ready: HeldWork): PublishingStep => ({
  name: "pushing",
  ...ready,
  hasNews: false,
});

/** A run did not begin. Where it was only there to hand over, the work of the run before is there without it. */
export function notStarted(
  assignment: Assignment,
  event: { readonly why: string; readonly at: Millis },
  policy: Policy,
): Assignment {
  const { phase } = assignment;
  if (phase.name !== "working") return assignment;
  const { attempt, base, run } = phase;
  return run.left === null
    ? broken(assignment, attempt, event, policy)
    : {
        ...assignment,
        phase: {
          name: "publishing",
          attempt,
          base,
          run,
          step: { name: "importing", retryAt: null, ...run.left },
        },
      };
}

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
  return afterAttempt(endAttempt(assignment, attempt, over), at, policy);
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

/** The attempt as a closed chapter of the assignment. */
export function endAttempt(
  assignment: Assignment,
  attempt: Attempt,
  account: Omit<EndedAttempt, keyof Attempt | "retryAt" | "files"> &
    Partial<Pick<EndedAttempt, "retryAt" | "files">>,
): Assignment {
  const ended: EndedAttempt = { ...attempt, retryAt: null, files: [], ...account };
  return { ...assignment, attempts: [...assignment.attempts, ended] };
}

/** Where the Worker of an attempt that has a worktree can be called back to. */
export const recallOf = ({
  base,
  run,
}: Extract<Phase, { name: "publishing" | "working" }>): Recall => ({
  base,
  number: run.number,
  session: run.session,
  hasWorktree: true,
});

const summaryOf = (handover: Extract<Handover, { kind: "ready" }>): Summary => ({
  summary: handover.summary,
  testing: handover.testing,
  replies: handover.replies,
});
