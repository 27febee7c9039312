/** The outside world on one page: what the runtime needs of GitHub, git, agents, the store and time. */
import type { Cleared, ClearOrder, LogOrder, RunLog } from "./core/aside-order.ts";
import type { Assignment } from "./core/assignment.ts";
import type {
  ActorOrder,
  ArmOrder,
  AttemptAddress,
  Effect,
  EnqueueOrder,
  ImportOrder,
  InspectPullOrder,
  InspectionOrder,
  MergeOrder,
  PullOrder,
  PushOrder,
  Publication,
  RaiseOrder,
  RemovalOrder,
  RevertOrder,
  ThreadsOrder,
  UpdateOrder,
  WorkerOrder,
  WorktreeOrder,
} from "./core/effect.ts";
import type { FindingOrder } from "./core/finding-issue.ts";
import type { CloseOrder, FlowOrder, FlowState } from "./core/flow.ts";
import type { Event, GitHubEvent, ImportedWork, Reverted, SavedRef } from "./core/event.ts";
import type { DependencyOrder } from "./core/prerequisites.ts";
import type { PullState } from "./core/pull-state.ts";
import type { Handover, Outcome, Usage } from "./core/handover.ts";
import type { CommentId, IssueNumber, Millis, PullNumber, Sha } from "./core/ids.ts";
import type { BoardStatus, Inspection, Permission } from "./core/issue.ts";

/** GitHub. `again` says that an earlier try may have taken effect: read first, then write what is missing. */
export interface Forge {
  inspectIssue(order: InspectionOrder): Promise<Inspection>;
  inspectActor(order: ActorOrder): Promise<ActorStanding>;
  publish(order: Publication, again: boolean): Promise<Published>;
  openPull(order: PullOrder, again: boolean): Promise<OpenedPull>;
  inspectPull(order: InspectPullOrder): Promise<PullState>;
  /** Merges this head, or says why GitHub will not; merging what is merged is a success. */
  mergePull(order: MergeOrder, again: boolean): Promise<MergeAnswer>;
  /** Answers each thread once. */
  answerThreads(order: ThreadsOrder, again: boolean): Promise<void>;
  /** Has the base branch merged into this head, or says why GitHub will not. */
  updatePull(order: UpdateOrder): Promise<UpdateAnswer>;
  /** Has GitHub merge this head by itself, or no more, or says why it will not. */
  armPull(order: ArmOrder): Promise<ArmAnswer>;
  /** Puts this head into the merge queue of its base branch, or takes it out, or says why GitHub will not. */
  enqueuePull(order: EnqueueOrder): Promise<EnqueueAnswer>;
  /** Opens the issue of a deferred finding, or finds it. */
  trackFinding(order: FindingOrder, again: boolean): Promise<IssueNumber>;
  /** Has GitHub itself know what an issue waits for; what it knows already stays. */
  addDependencies(order: DependencyOrder): Promise<void>;
  /** Opens the pull request that takes merged work back, or finds the one that is open. */
  revertPull(order: RevertOrder): Promise<Reverted>;
  /** Has the branch of an integration plan there and up to date, or tells that somebody has deleted it. */
  prepareFlow(order: FlowOrder): Promise<FlowState>;
  closeIssue(order: CloseOrder): Promise<void>;
  /** Requests that webhooks may have missed: labelled issues and Ready cards of every installed repository. */
  openRequests(): AsyncIterable<GitHubEvent>;
  /** Guids of deliveries that GitHub could not hand over in the last three days. */
  failedDeliveries(): Promise<readonly FailedDelivery[]>;
  redeliver(delivery: FailedDelivery): Promise<void>;
}

/** What somebody may do, and whether the comment with the wish is there and unedited; true without one. */
export type ActorStanding = { readonly permission: Permission; readonly isUnedited: boolean };
export type Published = {
  readonly comments: Readonly<{ [key: string]: CommentId }>;
  readonly item: string | null;
  readonly missingStatus: BoardStatus | null;
};
export type OpenedPull = { readonly pull: PullNumber; readonly url: string; readonly head: Sha };
export type MergeAnswer =
  | { readonly merged: true }
  | { readonly merged: false; readonly why: string };
export type UpdateAnswer =
  | { readonly updated: true }
  | { readonly updated: false; readonly why: string };
export type ArmAnswer = { readonly armed: true } | { readonly armed: false; readonly why: string };
export type EnqueueAnswer =
  | { readonly done: true }
  | { readonly done: false; readonly why: string };
export type FailedDelivery = { readonly id: number; readonly guid: string };

/** Git: mirror, private repository per issue, worktree per Worker. All are safe to repeat. */
export interface Git {
  createWorktree(order: WorktreeOrder): Promise<{ readonly base: Sha }>;
  /** Where an attempt's Worker works, whether it exists or not. */
  workplace(order: Pick<AttemptAddress, "repository" | "issueNumber" | "attempt">): Workplace;
  /** What the repository tells agents in its own files, read as data from the commit; null when it tells nothing. */
  guidance(order: AttemptAddress, base: Sha): Promise<string | null>;
  importWork(order: ImportOrder): Promise<ImportedWork>;
  pushBranch(order: PushOrder): Promise<PushAnswer>;
  removeWorktrees(order: RemovalOrder): Promise<readonly SavedRef[]>;
  /** Saves and removes every worktree that the issue has. */
  clearWorktrees(order: ClearOrder): Promise<Cleared>;
}

/** Absolute paths of what a Worker works with. */
export type Workplace = {
  readonly worktree: string;
  /** Private repository that the worktree belongs to; the Worker may write it. */
  readonly repository: string;
  /** Objects that the repository borrows; the Worker may only read them. */
  readonly objects: string;
  /** The agent's home, one for all attempts of an issue. */
  readonly home: string;
};

export type PushAnswer =
  | { readonly pushed: true }
  /** `isTaken`: the branch holds what is not ours; else GitHub refused these commits under any name. */
  | { readonly pushed: false; readonly isTaken: boolean; readonly why: string };

/** Coding agents as processes. */
export interface Agents {
  /** Starts the attempt's Worker, or adopts the process or the exit record that an earlier start left. */
  start(order: WorkerOrder, workplace: Workplace): Promise<Worker>;
  /** Gives back what a removed worktree held of this machine: its ports. */
  release(workplace: Workplace): Promise<void>;
  /** The end of what the issue's last Worker has printed, as a person reads it; null when nothing of it is left. */
  log(order: LogOrder): Promise<RunLog | null>;
}

/** One live agent process serving one attempt. */
export interface Worker {
  /** Settles when the process is gone; never rejects. */
  readonly exited: Promise<WorkerExit>;
  /** Ends the process and everything it started; `exited` then settles. */
  stop(): Promise<void>;
}

export type WorkerExit = {
  readonly outcome: Outcome;
  /** When the provider that refused takes requests again; null when it did not say or did not refuse. */
  readonly retryAt: Millis | null;
  readonly handover: Handover;
  /** With which the agent can be asked to go on; null when it cannot. */
  readonly session: string | null;
  readonly usage: Usage;
};

/** The one account of what models cost. All sums are US dollars. */
export interface Ledger {
  /** Books one request to a model; the same key again books nothing. */
  book(entry: LedgerEntry): Promise<void>;
  /** What is spent and what is allowed beyond the budgets, as of now. */
  standing(account: Account): Promise<Standing>;
  /** Allows an issue to cost more for a time; the same raise again changes nothing. */
  raise(order: RaiseOrder): Promise<void>;
}

/** Who spends. */
export type Account = {
  readonly repository: number;
  readonly issueNumber: number;
  /** The Worker's run, as `worker/run`. */
  readonly run: string;
};

export type LedgerEntry = Account &
  Usage & {
    readonly key: string;
    readonly at: Millis;
    readonly model: string;
    /** The part of the input that the provider had cached. */
    readonly cachedTokens: number;
    /** The price is not known, so the dearest known one was taken. */
    readonly isEstimate: boolean;
  };

export type Standing = {
  readonly run: number;
  readonly issue: number;
  readonly repositoryDay: number;
  readonly day: number;
  /** Raises of the issue that hold now; they count for each of the four. */
  readonly raised: number;
};

/** The durable truth: deliveries, journal, assignments and what is owed. */
export interface Store {
  /** Live assignments, oldest first. */
  liveAssignments(): Promise<readonly Assignment[]>;
  /** All or nothing: what happened, what changed, what is owed and which job this answers. */
  commit(step: Step): Promise<void>;
  /** Answers jobs that changed nothing, all in one; a job that is no longer ours is left to whoever has it. */
  dismiss(jobs: readonly Job<QueueName>[]): Promise<void>;
  /** Keeps a delivery durably; false when its guid is known. Resolves only after the commit. */
  keepDelivery(delivery: Delivery): Promise<boolean>;
  /** Takes up to `limit` jobs that are due; each is ours until answered, postponed or lost. */
  claim<Q extends QueueName>(queue: Q, limit: number): Promise<readonly Job<Q>[]>;
  /** Puts a job back until a time. */
  postpone(job: Job<QueueName>, until: Millis, why: string): Promise<void>;
  /** Says that a long job is still being worked on. False: it is no longer ours. */
  beat(job: Job<QueueName>): Promise<boolean>;
  /** Calls back when a queue may have something new, at once after a local commit, else within seconds. */
  onWork(queue: QueueName, wake: () => void): void;
  close(): Promise<void>;
}

export type QueueName = "deliveries" | "github" | "attempts";

/** A piece of claimed work. `tries` counts the earlier claims: above 0 an earlier try may have taken effect. */
export type Job<Q extends QueueName> = {
  readonly queue: Q;
  readonly id: string;
  readonly tries: number;
  readonly work: Q extends "deliveries" ? Delivery : Effect;
};

/** One webhook as it came, identified by GitHub's GUID. */
export type Delivery = {
  readonly guid: string;
  readonly event: string;
  /** The body, byte for byte as signed. */
  readonly body: string;
  readonly receivedAt: Millis;
};

/** One committed turn of the loop. */
export type Step = {
  readonly events: readonly Event[];
  /** Assignments that are different now; those that have ended are marked so and leave the live ones. */
  readonly changed: readonly { readonly assignment: Assignment; readonly hasEnded: boolean }[];
  readonly owed: readonly Effect[];
  readonly answered: Job<QueueName> | null;
};

/** Time, turned by hand in tests. */
export interface Clock {
  now(): Millis;
  /** Calls back once at or after a time; the answer cancels it. */
  at(time: Millis, wake: () => void): () => void;
}

/** The log, as pino has it: fields first, then a static lower-case message. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
