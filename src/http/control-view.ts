/** An assignment in the words of the control socket. */
import type { Assignment, ParkedReason } from "../core/assignment.ts";
import type { Run } from "../core/attempt.ts";
import type { AttemptAddress } from "../core/effect.ts";
import { addressOf } from "../core/effect.ts";
import { iso } from "../core/iso.ts";
import { pending } from "../core/messages.ts";
import { currentAttempt, pullOf } from "../core/standing.ts";
import type { Waiting } from "../core/waiting.ts";
import type { AssignmentView } from "./control-shapes.ts";
import type { Verdict } from "../core/verdict.ts";

/** Where the files of a Worker are. Absolute paths, whether there is something or not. */
export type Places = {
  readonly worktree: (attempt: AttemptAddress) => string;
  readonly run: (attempt: AttemptAddress, run: number) => string;
  readonly home: (attempt: AttemptAddress) => string;
};

/** The assignment as an operator sees it. */
export function viewOf(assignment: Assignment, places: Places): AssignmentView {
  const { issue, phase, requester, usage } = assignment;
  const pull = pullOf(assignment);
  return {
    task_id: referenceOf(assignment),
    assignment: assignment.id,
    repository_id: issue?.repository.id ?? null,
    title: issue?.title ?? "",
    url: issue?.url ?? null,
    requester: requester.login,
    requested_at: iso(assignment.requestedAt),
    phase: phase.name,
    waiting: waitingOf(assignment),
    max_attempts: assignment.policy.maxAttempts,
    ...workerOf(assignment, places),
    pull: pull === null ? null : { number: pull.number, url: pull.url },
    queued_count: pending(assignment).length,
    usd: usage.usd,
  };
}

/** `owner/name#12`; null until GitHub has said which issue it is. */
export const referenceOf = ({ issue }: Assignment): string | null =>
  issue === null ? null : `${issue.repository.owner}/${issue.repository.name}#${issue.number}`;

/** All workers of the assignment, the latest first. */
export const workersOf = (assignment: Assignment): readonly string[] => {
  const current = currentAttempt(assignment);
  const ended = assignment.attempts.map(({ worker }) => worker).toReversed();
  return current === null ? ended : [current.worker, ...ended];
};

type WorkerPart = Pick<
  AssignmentView,
  | "attempt"
  | "worker"
  | "agent"
  | "model"
  | "run"
  | "is_running"
  | "session_id"
  | "worktree_path"
  | "run_path"
  | "home_path"
>;

/** The Worker of the current attempt, else of the last one. */
function workerOf(assignment: Assignment, places: Places): WorkerPart {
  const { issue, phase } = assignment;
  const attempt = currentAttempt(assignment) ?? assignment.attempts.at(-1);
  if (attempt === undefined || issue === null) return noWorker;
  const run = runOf(assignment);
  const address = addressOf(issue, attempt);
  return {
    attempt: attempt.number,
    worker: attempt.worker,
    agent: attempt.agent,
    model: attempt.model,
    run: run?.number ?? null,
    is_running: phase.name === "working",
    session_id: run?.session ?? null,
    worktree_path: places.worktree(address),
    run_path: run === null ? null : places.run(address, run.number),
    home_path: places.home(address),
  };
}

const noWorker: WorkerPart = {
  attempt: null,
  worker: null,
  agent: null,
  model: null,
  run: null,
  is_running: false,
  session_id: null,
  worktree_path: null,
  run_path: null,
  home_path: null,
};

/** The run under way, else the last one that there was. */
function runOf({ phase, attempts }: Assignment): Pick<Run, "number" | "session"> | null {
  switch (phase.name) {
    case "working":
    case "publishing":
      return phase.run;
    case "queued":
    case "preparing":
    case "reviewing":
    case "merging":
    case "cleaning":
    case "parked":
    case "tracking":
    case "done":
    case "withdrawn":
      return phase.name === "preparing" ? null : (attempts.at(-1)?.recall ?? null);
  }
}

function waitingOf({ phase }: Assignment): string | null {
  switch (phase.name) {
    case "queued":
      return waitingText(phase.waiting);
    case "reviewing":
      return verdictText(phase.verdict);
    case "parked":
      return parkedText(phase.reason);
    case "preparing":
    case "working":
    case "publishing":
    case "merging":
    case "cleaning":
    case "tracking":
    case "done":
    case "withdrawn":
      return null;
  }
}

function waitingText(waiting: Waiting): string {
  switch (waiting.for) {
    case "inspection":
      return "GitHub's answer";
    case "slot":
      return "a free slot";
    case "blockers":
      return `${waiting.references.join(", ")} to be closed`;
    case "plan":
      return "GitHub's answer about the issue that it is part of";
    case "parts":
      return `its sub-issues: ${waiting.references.join(", ")}`;
    case "integration":
      return "the pull request of what its sub-issues bring";
    case "revert":
      return "the pull request that takes the work back";
    case "machine":
      return "what was asked for in a comment";
    case "unhold":
      return "to be let go: it is on hold";
    case "overlap":
      return `${waiting.with}, which touches ${waiting.path} too`;
    case "reviews":
      return `people: ${waiting.open} pull requests wait for them`;
    case "approval":
      return `approval by somebody with write access: ${waiting.doubts.join("; ")}`;
    case "claim":
      return `another system's worker ${waiting.claim.worker}, or approval by somebody with write access`;
    case "time":
      return `${iso(waiting.until)}, after a failed attempt`;
    case "provider":
      return `${iso(waiting.until)}, because the provider of ${waiting.agent} refuses it`;
    case "breaker":
      return `${waiting.until === null ? "another issue's attempt" : iso(waiting.until)}, because several failed alike: ${waiting.cause}`;
  }
}

function verdictText(verdict: Verdict): string {
  switch (verdict.kind) {
    case "inspecting":
      return "GitHub's answer";
    case "waiting-for-person":
      return "a person to merge";
    case "checks":
      return verdict.checks === "failing" ? "failing checks" : "checks";
    case "on-hold":
      return `to be let go: ${verdict.by} put it on hold`;
    case "conflict":
      return "a conflict to be resolved";
    case "foreign-head":
      return "a person: somebody else has pushed";
    case "in-line":
      return `its turn to be merged into ${verdict.base}`;
    case "armed":
      return "what its base branch still requires; GitHub then merges it";
    case "updating":
      return "GitHub to bring its branch up to date";
    case "in-queue":
      return `the merge queue of ${verdict.base}`;
    case "thrown-out":
      return `a person: it left the merge queue: ${verdict.why}`;
    case "review":
      return `its review: ${verdict.why}`;
    case "refused":
      return `a person: GitHub refused the merge: ${verdict.why}`;
  }
}

function parkedText(reason: ParkedReason): string {
  switch (reason.kind) {
    case "question":
      return `an answer: ${reason.question}`;
    case "attempts-used":
      return `a person: all attempts are used up: ${reason.last}`;
    case "repeated":
      return `a person: two attempts failed for the same cause: ${reason.last}`;
    case "held":
      return `consent: ${reason.findings.map(({ where, what }) => `${where}: ${what}`).join("; ")}`;
    case "blocked":
      return `a person: ${reason.by} has blocked it`;
    case "budget":
      return `money: ${reason.last}`;
    case "provider":
      return `a person: the provider of ${reason.agent} refuses again and again: ${reason.last}`;
    case "refused":
      return `a person: ${reason.why}`;
    case "fault":
      return `a person: ${reason.during} failed: ${reason.why}`;
  }
}
