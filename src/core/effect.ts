/** Every instruction to the outside world, in the imperative. An effect carries all it needs; performing it twice is harmless. */
import type {
  AssignmentId,
  CommentId,
  InstallationId,
  IssueId,
  Millis,
  PullNumber,
  Sha,
  WorkerId,
} from "./ids.ts";
import type { Actor, Card, Issue, RepositoryRef, Request } from "./issue.ts";
import type { BoardPolicy, Budget, Gates, Limits } from "./policy.ts";
import type { ClearOrder, LogOrder } from "./aside-order.ts";
import type { BriefPart } from "./brief-part.ts";
import type { FieldValue } from "./fields.ts";
import type { FindingOrder } from "./finding-issue.ts";
import type { CloseOrder, FlowOrder } from "./flow.ts";
import type { DependencyOrder } from "./prerequisites.ts";
import type { Comment, Showing } from "./showing.ts";
import type { Task } from "./task.ts";
import type { Answers } from "./threads.ts";

/** An instruction with the key under which it is done at most once. */
export type Effect = {
  /** Unique for what is meant: assignment, type and what distinguishes repetitions. */
  readonly key: string;
  readonly assignment: AssignmentId;
} & (
  | ({ readonly type: "issue.inspect" } & Question & InspectionOrder)
  | ({ readonly type: "actor.inspect" } & Question & ActorOrder)
  | ({ readonly type: "status.publish" } & Publication)
  | ({ readonly type: "budget.raise" } & RaiseOrder)
  | ({ readonly type: "worktree.create" } & WorktreeOrder)
  | ({ readonly type: "worker.start" } & WorkerOrder)
  | ({ readonly type: "worker.stop" } & AttemptAddress)
  | ({ readonly type: "work.import" } & ImportOrder)
  | ({ readonly type: "branch.push" } & PushOrder)
  | ({ readonly type: "pull.open" } & PullOrder)
  | ({ readonly type: "pull.inspect" } & Question & InspectPullOrder)
  | ({ readonly type: "pull.merge" } & Question & MergeOrder)
  | ({ readonly type: "threads.answer" } & ThreadsOrder)
  | ({ readonly type: "pull.update" } & Question & UpdateOrder)
  | ({ readonly type: "pull.arm" } & Question & ArmOrder)
  | ({ readonly type: "pull.enqueue" } & Question & EnqueueOrder)
  | ({ readonly type: "finding.track" } & FindingOrder)
  | ({ readonly type: "dependencies.add" } & DependencyOrder)
  | ({ readonly type: "pull.revert" } & RevertOrder)
  | ({ readonly type: "flow.prepare" } & FlowOrder)
  | ({ readonly type: "issue.close" } & CloseOrder)
  | ({ readonly type: "worktree.remove" } & RemovalOrder)
  | ({ readonly type: "worktree.clear" } & ClearOrder)
  | ({ readonly type: "log.fetch" } & LogOrder)
);

/** The number of what is asked of GitHub; it comes back with the answer, so that a late one is known as such. */
type Question = { readonly question: number };

/** Ask GitHub for the truth about an issue, its card, its blockers, the request and the requester. */
export type InspectionOrder = {
  readonly issue: IssueId;
  readonly installation: InstallationId;
  /** Another account that has taken the requester's login is not the requester. */
  readonly requester: Actor;
  readonly request: Request;
  /** Issues of its repository that it waits for besides, as `#12`. */
  readonly dependsOn: readonly string[];
  /** Trigger label that a label request must still carry. */
  readonly triggerLabel: string;
  /** Also ask what the issue's author may do. */
  readonly isAuthorAsked: boolean;
};

/** Ask GitHub what somebody who wants something of a live assignment may do. */
export type ActorOrder = {
  readonly repository: RepositoryRef;
  readonly actor: Actor;
  /** Comment with the wish; null when there is none. */
  readonly comment: CommentId | null;
};

/** Allow an issue to cost more, for a time. */
export type RaiseOrder = {
  /** The same raise again changes nothing. */
  readonly raise: string;
  readonly repository: RepositoryRef;
  readonly issueNumber: number;
  readonly usd: number;
  readonly until: Millis;
  readonly by: string;
};

/** Make GitHub show what the assignment should show: only the differences. */
export type Publication = {
  readonly publication: number;
  /** The publication before it failed, perhaps halfway, so this one reads before it writes. */
  readonly isRepeat: boolean;
  readonly repository: RepositoryRef | null;
  readonly installation: InstallationId;
  readonly issue: IssueId;
  readonly issueNumber: number | null;
  readonly board: BoardPolicy;
  readonly card: Card | null;
  /** Column to move the card to; null leaves it. */
  readonly moveTo: Showing["card"];
  /** What other fields of the card are to say. */
  readonly fields: readonly FieldValue[];
  readonly comments: readonly (Comment & { readonly id: CommentId | null })[];
  /** Label to take off, with its node id as far as the inspection saw it. */
  readonly removeLabel: { readonly name: string; readonly id: string | null } | null;
  readonly reactions: Showing["reactions"];
  readonly check: Showing["check"];
};

/** One attempt of one issue, on disk and in the store. */
export type AttemptAddress = {
  readonly repository: RepositoryRef;
  readonly issueNumber: number;
  readonly attempt: number;
  readonly worker: WorkerId;
};

/** Make a worktree for one Worker. */
export type WorktreeOrder = AttemptAddress & {
  /** Branch of the repository that the pull request will target. */
  readonly base: string;
  /** Local branch of the worktree, equal to the one that will be pushed. */
  readonly branch: string;
  /** Commit to go on from, of an earlier attempt or of a pull request; null begins at `base`. */
  readonly from: Sha | null;
  /** Pull request among whose commits `from` is; null when it is on `branch`. */
  readonly pull: PullNumber | null;
};

/** Run a Worker in its worktree. */
export type WorkerOrder = AttemptAddress & {
  /** From 1; a follow-up is another run of the same Worker in the same worktree. */
  readonly run: number;
  readonly task: Task["kind"];
  readonly agent: string;
  /** Model that somebody asked for; null leaves it to the agent. */
  readonly model: string | null;
  readonly brief: readonly BriefPart[];
  /** Session of an earlier run of the same Worker to go on with; null begins one. */
  readonly session: string | null;
  readonly limits: Limits;
  readonly budget: Budget;
  /** Variables that the repository's file asks for; the operator decides what they hold. */
  readonly variables: readonly string[];
  /** Hosts of package registries that it may reach. */
  readonly registries: readonly string[];
  /** Commit that the worktree was made from. */
  readonly base: Sha;
};

/** Bring an attempt's commits, uncommitted changes included, into the mirror. */
export type ImportOrder = AttemptAddress & {
  /** After which of the Worker's runs. */
  readonly run: number;
  readonly base: Sha;
  /** Branch that the pull request targets; what the Worker merged of it is not its work. */
  readonly baseBranch: string;
  readonly branch: string;
  /** Message of the commit that holds what the Worker left uncommitted. */
  readonly message: string;
  readonly gates: Gates;
  /** Is all that is not on the base branch judged, or only what the Worker has added to `base`? */
  readonly judged: "all" | "added";
};

/** Push imported commits; refused when the branch holds anything that we did not push. */
export type PushOrder = AttemptAddress & {
  readonly run: number;
  readonly branch: string;
  readonly head: Sha;
  /** What we last pushed there; null when the branch must not exist yet. */
  readonly expected: Sha | null;
};

/** Open the pull request, or find the one that is open for the branch. */
export type PullOrder = {
  readonly repository: RepositoryRef;
  readonly branch: string;
  readonly base: string;
  readonly head: Sha;
  readonly title: string;
  readonly body: string;
};

export type PullAddressOrder = { readonly repository: RepositoryRef; readonly pull: PullNumber };

/** Ask GitHub how a pull request stands. */
export type InspectPullOrder = PullAddressOrder & {
  /** Also ask how the logs of failed jobs end. */
  readonly areLogsWanted: boolean;
  /** Label that asks for the merge, when somebody with write access has put it on. */
  readonly mergeLabel: string;
  /** Also ask what failed when it was last thrown out of a merge queue. */
  readonly isRemovalWanted: boolean;
};

/** Answer reviewers in their threads, each once, and close those that are done with. */
export type ThreadsOrder = PullAddressOrder & Answers;

/** Merge exactly this head. */
export type MergeOrder = PullAddressOrder & {
  readonly head: Sha;
  readonly method: "squash" | "merge";
  readonly title: string;
};

/** Merge the base branch into exactly this head. */
export type UpdateOrder = PullAddressOrder & { readonly head: Sha };

/** Leave the merge of exactly this head to GitHub, or take that back. */
export type ArmOrder = MergeOrder & { readonly isOn: boolean };

/** Put exactly this head into the merge queue of its base branch, or take it out. */
export type EnqueueOrder = UpdateOrder & { readonly isOn: boolean };

/** Open the pull request that takes back what we merged last for an issue, or find it. */
export type RevertOrder = { readonly repository: RepositoryRef; readonly issue: IssueId };

/** Save all work of the issue's attempts to refs, then remove worktrees and, where asked, the pushed branch. */
export type RemovalOrder = {
  readonly repository: RepositoryRef;
  readonly issueNumber: number;
  readonly attempts: readonly { readonly attempt: number; readonly worker: WorkerId }[];
  /** Branch on GitHub to delete, and the head it must still have; null keeps it. */
  readonly deleteBranch: { readonly name: string; readonly expected: Sha } | null;
};

/** The issue's half of every order about one attempt. */
export const addressOf = (
  issue: Issue,
  attempt: { readonly number: number; readonly worker: WorkerId },
): AttemptAddress => ({
  repository: issue.repository,
  issueNumber: issue.number,
  attempt: attempt.number,
  worker: attempt.worker,
});
