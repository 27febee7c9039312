/** The comments that record an assignment's attempts, for people and for machines. */
import { artifactText } from "./artifact-text.ts";
import { isSettled } from "./artifact.ts";
import type { Assignment } from "./assignment.ts";
import type { Attempt, EndedAttempt } from "./attempt.ts";
import { branchOf } from "./branch.ts";
import { handoverText } from "./handover-text.ts";
import { iso } from "./iso.ts";
import type { Issue } from "./issue.ts";
import { accountOf } from "./ladder.ts";
import { unlinked } from "./quote.ts";
import type { Comment, Record } from "./showing.ts";
import { currentAttempt, isForeign, pullOf } from "./standing.ts";
import { assignedText, clearedText, questionText } from "./wording.ts";

/** One comment per attempt: assigned while it lasts, cleared with its result afterwards. */
export function records(assignment: Assignment): readonly Comment[] {
  const { issue } = assignment;
  if (issue === null) return [];
  if (isForeign(assignment)) return reviewComments(assignment, issue);
  const ended = assignment.attempts.flatMap((attempt) => [
    endedRecord(assignment, attempt),
    ...handovers(issue, branchOf(assignment, issue), attempt),
    ...questions(assignment, attempt),
  ]);
  const current = currentAttempt(assignment);
  const review = reviewComments(assignment, issue);
  const all = [...ended, ...review];
  return current === null ? all : [...all, assignedRecord(assignment, issue, current)];
}

/** Records of the attempt under way, else of the last one. */
export function lastRecords(assignment: Assignment): readonly Record[] {
  const { issue } = assignment;
  const current = currentAttempt(assignment);
  if (issue !== null && current !== null) return assignedRecord(assignment, issue, current).records;
  const last = assignment.attempts.at(-1);
  return last === undefined ? [] : endedRecord(assignment, last).records;
}

/** One for the pull request, edited for each head; not before its issues can be named. */
function reviewComments({ reviews }: Assignment, issue: Issue): readonly Comment[] {
  const { artifact } = reviews;
  if (artifact === null || !isSettled(reviews)) return [];
  const text = artifactText(issue, artifact, reviews);
  return [{ key: `review-${artifact.pull}`, records: [], frame: "REVIEW", text }];
}

/** Each question is a comment of its own, so that whoever is mentioned hears of it. */
function questions({ requester }: Assignment, attempt: EndedAttempt): readonly Comment[] {
  const { handover, worker, recall } = attempt;
  if (handover.kind !== "blocked") return [];
  const text = questionText(requester.login, attempt, handover.question);
  return [{ key: `question-${worker}-${recall?.number ?? 1}`, records: [], frame: null, text }];
}

/** What a Worker left for the next one, in the seed's form. */
function handovers(issue: Issue, branch: string, attempt: EndedAttempt): readonly Comment[] {
  const text = handoverText(issue, branch, attempt);
  return text === null
    ? []
    : [{ key: `handover-${attempt.worker}`, records: [], frame: "HANDOVER", text }];
}

function assignedRecord(assignment: Assignment, issue: Issue, attempt: Attempt): Comment {
  const worktree = worktreeOf(issue, attempt);
  const assigned: Record = {
    name: "WORKER:ASSIGNED",
    payload: {
      assigned: true,
      worker_id: attempt.worker,
      assigned_at: iso(attempt.startedAt),
      worktree,
      attempt: attempt.number,
      branch: branchOf(assignment, issue),
    },
  };
  return {
    key: attempt.worker,
    records: [assigned],
    frame: null,
    text: assignedText(attempt, worktree),
  };
}

function endedRecord(assignment: Assignment, attempt: EndedAttempt): Comment {
  const pull = pullOf(assignment);
  const isOfPull = pull !== null && pull.attempt === attempt.number;
  const result = isMerged(assignment) && isOfPull ? "MERGED" : resultOf(attempt);
  const cleared: Record = {
    name: "WORKER:ASSIGNED",
    payload: { assigned: false, cleared_at: iso(attempt.endedAt), worker_id: attempt.worker },
  };
  const outcome: Record = {
    name: "WORKER:RESULT",
    payload: {
      worker_id: attempt.worker,
      status: result,
      pr: isOfPull ? pull.number : null,
      summary: firstLine(attempt),
      attempt: attempt.number,
    },
  };
  return {
    key: attempt.worker,
    records: [cleared, outcome],
    frame: null,
    text: clearedText(attempt, result, isOfPull ? pull.number : null),
  };
}

type Result = "COMPLETED" | "BLOCKED" | "HANDOVER" | "FAILED" | "MERGED";

function resultOf({ handover }: EndedAttempt): Result {
  switch (handover.kind) {
    case "ready":
      return "COMPLETED";
    case "unfinished":
      return "HANDOVER";
    case "blocked":
      return "BLOCKED";
    case "found":
    case "reviewed":
      return "COMPLETED";
    case "failed":
      return "FAILED";
  }
}

const isMerged = ({ phase }: Assignment): boolean => phase.name === "done";

const firstLine = ({ handover }: EndedAttempt): string => cut(accountOf(handover));

const cut = (text: string): string =>
  unlinked((text.split("\n")[0] ?? "").slice(0, 200).toWellFormed());

/** The directory of an attempt below the data folder. */
const worktreeOf = (issue: Issue, attempt: Pick<Attempt, "number">): string =>
  `repositories/${issue.repository.id}/issues/${issue.number}/${attempt.number}`;
