/** What an attempt is for. */
import type { Pull } from "./assignment.ts";
import type { Sha } from "./ids.ts";

/** The kind of work of one attempt. */
export type Task =
  /** Make the change that the issue asks for. */
  | { readonly kind: "implement" }
  /** Find out why the last attempt failed; nothing that it changes is built upon. */
  | { readonly kind: "research" }
  | ReviewTask
  | Errand;

/** Judge the pull request at its head; nothing that it changes is built upon. `base` is the head of the base branch. */
export type ReviewTask = { readonly kind: "review"; readonly pull: Pull; readonly base: Sha };

/** Work on a pull request of ours that is open, for its head as it was then. */
export type Errand =
  /** Resolve the conflicts with `base`, the head of the base branch. */
  | { readonly kind: "rebase"; readonly pull: Pull; readonly base: Sha }
  /** Make the failed checks pass. */
  | { readonly kind: "fix"; readonly pull: Pull; readonly failures: readonly Failure[] }
  /** Do what reviewers ask for. */
  | { readonly kind: "revise"; readonly pull: Pull; readonly critiques: readonly Critique[] };

/** A check of others that failed on the head. */
export type Failure = {
  readonly name: string;
  /** What it says of its failure: summary, annotations and the end of its log. */
  readonly text: string;
};

/** What somebody with write access wants changed. */
export type Critique = {
  /** GitHub's id of the comment or review: a Worker is called for it once. */
  readonly id: string;
  readonly by: string;
  /** Path and line; null for the pull request as a whole. */
  readonly place: string | null;
  /** GitHub's id of the conversation that it stands in; null for the pull request as a whole. */
  readonly thread: string | null;
  readonly text: string;
};

/** Does its work go on towards a pull request? */
export function isBuiltUpon({ kind }: Task): boolean {
  switch (kind) {
    case "implement":
    case "rebase":
    case "fix":
    case "revise":
      return true;
    case "research":
    case "review":
      return false;
  }
}

/** Is it work on a pull request that is open? */
export const isErrand = (task: Task): task is Errand =>
  task.kind === "rebase" || task.kind === "fix" || task.kind === "revise";

/** The pull request that the task is about; null for one that has none yet. */
export function pullOfTask(task: Task): Pull | null {
  switch (task.kind) {
    case "implement":
    case "research":
      return null;
    case "review":
    case "rebase":
    case "fix":
    case "revise":
      return task.pull;
  }
}

/** Are both for one cause at one head? Then the second goes on with what the first has left. */
export const isSameErrand = (one: Task, other: Task): boolean =>
  isErrand(one) && one.kind === other.kind && one.pull.head === pullOfTask(other)?.head;

/** The errand as one to the pull request as it is by now; null when none is known. */
export const onPull = (task: Task, pull: Pull | null): Task =>
  isErrand(task) && pull !== null ? { ...task, pull } : task;
