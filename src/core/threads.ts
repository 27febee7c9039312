/** What reviewers are answered in their threads, once a Worker has gone over them and its work is published. */
import type { Assignment, Phase } from "./assignment.ts";
import type { Effect } from "./effect.ts";
import type { PullNumber, Sha } from "./ids.ts";
import type { Issue } from "./issue.ts";
import type { Critique } from "./task.ts";
import { answerText } from "./thread-text.ts";

/** One answer to each thread of a review. */
export type Answers = {
  readonly pull: PullNumber;
  /** Tells them from those of another run. */
  readonly mark: string;
  readonly threads: readonly ThreadAnswer[];
};

export type ThreadAnswer = {
  readonly thread: string;
  readonly text: string;
  readonly isResolved: boolean;
};

type Publishing = Extract<Phase, { name: "publishing" }>;

/** The work for reviewers is on GitHub as `head`: each thread that its Worker was told of is answered once, whether the Worker says something about it or not. */
export function answering(
  assignment: Assignment,
  { attempt, run, step }: Publishing,
  head: Sha,
): Assignment {
  const { task, worker } = attempt;
  if (task.kind !== "revise" || step.name === "importing") return assignment;
  const { replies } = step.summary;
  const due = task.critiques.filter(isInThread).filter(({ id }) => !isAnswered(assignment, id));
  const threads = [...new Set(due.map(({ thread }) => thread))].map((thread) => {
    const reply = replies.find((one) => one.thread === thread) ?? null;
    return { thread, text: answerText(reply, head), isResolved: reply?.outcome === "fixed" };
  });
  if (threads.length === 0) return assignment;
  const answers = { pull: task.pull.number, mark: `${worker}/${run.number}`, threads };
  return {
    ...assignment,
    errands: [...assignment.errands, ...due.map(({ id }) => answeredKey(id))],
    answers: [...assignment.answers, answers],
  };
}

/** They stand in their threads, or never will. */
export const answersGiven = (assignment: Assignment, mark: string): Assignment => ({
  ...assignment,
  answers: assignment.answers.filter((answers) => answers.mark !== mark),
});

/** GitHub would not have them. */
export const answersFailed = (assignment: Assignment, key: string): Assignment => ({
  ...assignment,
  answers: assignment.answers.filter(({ mark }) => answersKey(assignment, mark) !== key),
});

/** What is owed, whatever the phase. */
export const answersOwed = (assignment: Assignment, issue: Issue): readonly Effect[] =>
  assignment.answers.map(({ pull, mark, threads }) => ({
    key: answersKey(assignment, mark),
    assignment: assignment.id,
    type: "threads.answer",
    repository: issue.repository,
    pull,
    mark,
    threads,
  }));

const answersKey = ({ id }: Assignment, mark: string): string => `${id}/threads/${mark}`;

const answeredKey = (critique: string): string => `answered/${critique}`;

const isAnswered = ({ errands }: Assignment, critique: string): boolean =>
  errands.includes(answeredKey(critique));

const isInThread = (critique: Critique): critique is Critique & { readonly thread: string } =>
  critique.thread !== null;
