/** Our commitment to one issue, from the request to the last cleaned file. */
import type { Reviews } from "./artifact.ts";
import type { Asking, Refusal } from "./asking.ts";
import type { Attempt, EndedAttempt, Relief, Run } from "./attempt.ts";
import type { Verified } from "./fields.ts";
import type { Handover, Outcome, Usage } from "./handover.ts";
import type { Finding, SavedRef } from "./event.ts";
import type { Flow } from "./flow.ts";
import type {
  AssignmentId,
  InstallationId,
  IssueId,
  Millis,
  PullNumber,
  Sha,
  WorkerId,
} from "./ids.ts";
import type { Integration } from "./integration.ts";
import type { Actor, Issue, Request } from "./issue.ts";
import type { RepositoryPolicy } from "./policy.ts";
import type { Prerequisites } from "./prerequisites.ts";
import type { Tracking } from "./report.ts";
import type { Shown } from "./showing.ts";
import type { Task } from "./task.ts";
import type { Answers } from "./threads.ts";
import type { Petition } from "./turn.ts";
import type { Lane, Merging, Verdict } from "./verdict.ts";
import type { Waiting } from "./waiting.ts";
import type { ErrandWish, Hold, MergeWish, Message, Raise } from "./wish.ts";

/** What holds in every phase, and the phase. */
export type Assignment = {
  readonly id: AssignmentId;
  readonly issueId: IssueId;
  readonly installation: InstallationId;
  readonly requester: Actor;
  readonly request: Request;
  readonly requestedAt: Millis;
  /** The issue as approved by the requester; null until GitHub has answered for the first time. */
  readonly issue: Issue | null;
  readonly policy: RepositoryPolicy;
  /** Agent and model named with the request; null leaves them to the issue's labels and the policy. */
  readonly agent: string | null;
  readonly model: string | null;
  readonly prerequisites: Prerequisites;
  /** Hash of the issue's text as the request's webhook showed it; null when it did not. */
  readonly seen: string | null;
  /** What somebody with write access approved although something spoke against it: texts by hash, and work beside other systems' Workers. */
  readonly approvals: readonly string[];
  /** Commands by comment, while GitHub is being asked whether they may be obeyed. */
  readonly petitions: readonly Petition[];
  /** All that people wrote to the Worker, oldest first. */
  readonly messages: readonly Message[];
  /** How many of `messages` a Worker was told. */
  readonly told: number;
  /** Raises of the issue's budget, oldest first. */
  readonly raises: readonly Raise[];
  /** Somebody wants nothing more to start for now, nor to be merged; null when nobody does. */
  readonly hold: Hold | null;
  /** Somebody wants it to stand still and to be seen doing so; null when nobody does. */
  readonly block: Hold | null;
  /** Somebody wants this one merged by us; null when nobody has said so. */
  readonly mergeWish: MergeWish | null;
  /** Null unless its pull request holds up the others of its base branch. */
  readonly lane: Lane | null;
  /** What somebody wants a Worker to be called to the pull request for; null when nobody does. */
  readonly errandWish: ErrandWish | null;
  /** What all runs together have used. */
  readonly usage: Usage;
  /** What the attempt under way is for, or the next one. */
  readonly task: Task;
  /** What Workers were called to the pull request for, as `kind/head`, of a conflict as `kind/head/base`; what reviewers said that was told to one, as `heard/id`; which of that was answered, as `answered/id`; heads of others that somebody had us work on, as `taken/head`; and heads that were put into a merge queue, as `enqueued/head/` and how the pull request had left it before. */
  readonly errands: readonly string[];
  /** What reviewers are owed in their threads. */
  readonly answers: readonly Answers[];
  readonly reviews: Reviews;
  /** Paths that its Workers have changed, as far as their work was brought in. */
  readonly files: readonly string[];
  /** Null before GitHub was asked about a pull request. */
  readonly verified: Verified | null;
  /** Ended attempts, oldest first. */
  readonly attempts: readonly EndedAttempt[];
  /** How many of `attempts` an earlier request used up; a new request gets a full ladder. */
  readonly attemptsBefore: number;
  /** How many names the branch was given; above 1 when the plain one was taken by somebody else. */
  readonly branchTry: number;
  /** What was last pushed to the branch; null before the first push under this name. */
  readonly pushed: { readonly branch: string; readonly head: Sha } | null;
  /** The integration plan whose branch its work begins at and goes into; null for the default branch. */
  readonly flow: Flow | null;
  /** What is known of the plan that it is; null for what is none. */
  readonly integration: Integration | null;
  /** Questions put to GitHub so far; it tells one answer from the next one's. */
  readonly questions: number;
  readonly shown: Shown;
  readonly phase: Phase;
};

/** Where an assignment is in its life; the board's columns follow from it. */
export type Phase =
  | { readonly name: "queued"; readonly waiting: Waiting }
  | {
      readonly name: "preparing";
      readonly attempt: Attempt;
      readonly step: "registering" | "flow" | "worktree";
    }
  | {
      readonly name: "working";
      readonly attempt: Attempt;
      readonly base: Sha;
      readonly run: Run;
      readonly isStarted: boolean;
      /** GitHub is being asked whether the work is still wanted. */
      readonly isDoubted: boolean;
      /** Null while nobody wants this run to stop. */
      readonly relief: Relief | null;
    }
  | {
      readonly name: "publishing";
      readonly attempt: Attempt;
      readonly base: Sha;
      readonly run: Run;
      readonly step: PublishingStep;
    }
  | { readonly name: "reviewing"; readonly pull: Pull; readonly verdict: Verdict }
  | ({ readonly name: "merging" } & Merging)
  | { readonly name: "cleaning"; readonly ending: Ending; readonly step: CleaningStep }
  | {
      readonly name: "parked";
      readonly reason: ParkedReason;
      /** Somebody wants it to go on; GitHub is being asked whether they may. */
      readonly asking: Asking | null;
      /** The last one who wanted that and was turned down. */
      readonly refusal: Refusal | null;
    }
  /** No work of its own: it reports on its issue how the repository's work stands. */
  | ({ readonly name: "tracking" } & Tracking)
  | { readonly name: "done"; readonly ending: Ending; readonly saved: readonly SavedRef[] }
  | { readonly name: "withdrawn"; readonly ending: Ending; readonly saved: readonly SavedRef[] };

/** The way from a Worker's exit to a pull request. */
export type PublishingStep =
  | {
      readonly name: "importing";
      readonly outcome: Outcome;
      readonly retryAt: Millis | null;
      readonly handover: Handover;
    }
  | {
      readonly name: "pushing";
      readonly head: Sha;
      readonly files: readonly string[];
      readonly summary: Summary;
      /** A check of this head has ended before the pull request was open. */
      readonly hasNews: boolean;
    }
  | {
      readonly name: "opening";
      readonly head: Sha;
      readonly files: readonly string[];
      readonly summary: Summary;
      readonly hasNews: boolean;
    };

/** The Worker's account of its finished work, for the pull request. */
export type Summary = Omit<Extract<Handover, { kind: "ready" }>, "kind">;

/** Our pull request and the head that we pushed. */
export type Pull = {
  readonly number: PullNumber;
  readonly url: string;
  readonly head: Sha;
  /** Null for that of an integration plan, which no Worker has made. */
  readonly worker: WorkerId | null;
  /** From 1; 0 without a Worker. */
  readonly attempt: number;
};

/** Why an assignment ends, and with which pull request, if any. */
export type Ending =
  | { readonly kind: "merged"; readonly pull: Pull }
  | { readonly kind: "pull-closed"; readonly pull: Pull; readonly by: string }
  | { readonly kind: "stopped"; readonly by: string; readonly pull: Pull | null }
  /** A person does it. */
  | { readonly kind: "claimed"; readonly by: string }
  | { readonly kind: "issue-closed"; readonly by: string; readonly pull: Pull | null }
  | { readonly kind: "gone"; readonly why: string }
  /** What was asked for on somebody else's pull request has come to its end; `reason` says why it went no further. */
  | {
      readonly kind: "errand-over";
      readonly pull: Pull | null;
      readonly reason: ParkedReason | null;
    }
  /** An integration plan came to its end without a pull request. */
  | { readonly kind: "plan-over"; readonly why: string }
  /** `revert` takes `merged` back as soon as somebody merges it. */
  | { readonly kind: "reverted"; readonly merged: PullNumber; readonly revert: PullNumber }
  /** Commands in a comment were obeyed, with what their author asked to be told. */
  | { readonly kind: "granted"; readonly said: readonly string[] }
  /** One of them was not, nor any after it; `isAlone` when it was the only one. */
  | {
      readonly kind: "denied";
      readonly why: string;
      readonly said: readonly string[];
      readonly isAlone: boolean;
    }
  /** The request was turned down, and whoever asked is told why. */
  | { readonly kind: "refused"; readonly why: string }
  /** The request came to nothing before anything was shown, and nobody waits for an answer. */
  | { readonly kind: "dropped"; readonly why: string };

/** Stop the Worker first where one lives, then save and remove, and close the issue where GitHub does not. */
type CleaningStep =
  /** What was under way still owes its answer, and until then the disk is not touched. */
  | { readonly name: "stopping"; readonly during: Interrupted }
  | { readonly name: "removing" }
  | { readonly name: "closing"; readonly saved: readonly SavedRef[] };

/** A phase that something on this machine or on the way to GitHub is under way in. */
export type Interrupted = Extract<Phase, { name: "preparing" | "working" | "publishing" }>;

/** Finished work that is not published yet. */
export type HeldWork = Pick<
  Extract<PublishingStep, { name: "pushing" }>,
  "head" | "files" | "summary"
>;

/** Why a person is needed. */
export type ParkedReason =
  | { readonly kind: "question"; readonly question: string }
  | { readonly kind: "attempts-used"; readonly last: string }
  /** The same cause twice, and no other way to try. */
  | { readonly kind: "repeated"; readonly last: string }
  /** The agent's provider refuses again and again, and does not say until when. */
  | { readonly kind: "provider"; readonly agent: string; readonly last: string }
  /** The work waits in the mirror for somebody's consent, and then for a slot to be published. */
  | {
      readonly kind: "held";
      readonly findings: readonly Finding[];
      readonly work: HeldWork;
      readonly isApproved: boolean;
    }
  | { readonly kind: "budget"; readonly last: string }
  | ({ readonly kind: "blocked" } & Hold)
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "fault"; readonly during: string; readonly why: string };
