/** Every fact that can reach the loop, in our words and in the past tense. */
import type { Actor, BoardStatus, Inspection, Permission, Request } from "./issue.ts";
import type {
  AssignmentId,
  CommentId,
  InstallationId,
  IssueId,
  IssueNumber,
  Millis,
  PullNumber,
  RepositoryId,
  Sha,
} from "./ids.ts";
import type { Handover, Outcome, Usage } from "./handover.ts";
import type { Cleared, RunLog } from "./aside-order.ts";
import type { Effect } from "./effect.ts";
import type { FlowState } from "./flow.ts";
import type { PullState } from "./pull-state.ts";

/** A fact with the time at which we learnt it. Time enters the core only here. */
export type Event = { readonly at: Millis } & (
  | GitHubEvent
  | OperatorEvent
  | AnswerEvent
  | ClockEvent
);

/** What the operator of this service wants; who may reach the service's socket is trusted. */
export type OperatorEvent =
  | {
      readonly type: "message.sent";
      readonly to: AssignmentId;
      readonly by: string;
      readonly text: string;
      /** The same key again is the same message. */
      readonly key: string;
    }
  /** On behalf of a person, whose permission GitHub is asked for as if that person had set the label. */
  | Extract<GitHubEvent, { type: "issue.requested" }>;

/** What a webhook or a reconcile pass told. A hint: the truth is read again before anything starts. */
export type GitHubEvent =
  /** Somebody asked for an issue by label or card; commands arrive as `comment.posted`. */
  | {
      readonly type: "issue.requested";
      readonly issue: IssueId;
      readonly installation: InstallationId;
      readonly by: Actor;
      readonly request: Request;
      /** Hash of the title and body that the person saw; null when nothing tells. */
      readonly seen: string | null;
    }
  /** A person wrote a new comment; `lines` are those of its own plain words that may be commands; `text` is all that a reader sees. */
  | {
      readonly type: "comment.posted";
      /** The issue, or the pull request, that it stands on. */
      readonly issue: IssueId;
      readonly repository: RepositoryId;
      /** Null for a comment on an issue. */
      readonly onPull: PullAddress | null;
      readonly installation: InstallationId;
      readonly by: Actor;
      readonly comment: CommentId;
      readonly lines: readonly CommandLine[];
      readonly text: string;
      /** Hash of the title and body that the person saw, of the issue or the pull request; null when nothing tells. */
      readonly seen: string | null;
    }
  /** The trigger label was taken off by a person, or a person moved the card to a column; our own moves are not told. */
  | {
      readonly type: "label.removed";
      readonly issue: IssueId;
      readonly label: string;
      readonly by: Actor;
    }
  | {
      readonly type: "card.moved";
      readonly issue: IssueId;
      /** Node id of the project: an issue may be on several, and only one of them is its board. */
      readonly project: string;
      readonly by: Actor;
      /** Null when the card left the board or lost its status. */
      readonly to: BoardStatus | null;
    }
  | { readonly type: "issue.closed"; readonly issue: IssueId; readonly by: Actor }
  | {
      readonly type: "issue.gone";
      readonly issue: IssueId;
      readonly why: "deleted" | "transferred";
    }
  /** A reconcile pass began: whatever waits for GitHub is asked about again. */
  | { readonly type: "reconcile.started" }
  /** A dependency was added to or taken from the issue, its text, which may name some, was edited, or its priority was set. */
  | { readonly type: "dependencies.changed"; readonly issue: IssueId }
  | { readonly type: "installation.removed"; readonly installation: InstallationId }
  | ({ readonly type: "pull.merged"; readonly by: Actor; readonly head: Sha } & PullAddress)
  | ({ readonly type: "pull.closed"; readonly by: Actor } & PullAddress)
  | ({ readonly type: "pull.reopened"; readonly by: Actor } & PullAddress)
  /** A label was put on it or taken off. */
  | ({ readonly type: "pull.relabelled"; readonly by: Actor; readonly label: string } & PullAddress)
  /** Somebody reviewed it, or opened a conversation about it again. */
  | ({ readonly type: "pull.reviewed"; readonly by: Actor } & PullAddress)
  | ({ readonly type: "pull.pushed"; readonly by: Actor; readonly head: Sha } & PullAddress)
  /** It came into a merge queue, left it, or got on in it. */
  | ({ readonly type: "pull.queueMoved" } & PullAddress)
  /** Some check of a commit ended. */
  | { readonly type: "checks.settled"; readonly repository: RepositoryId; readonly head: Sha };

/** A line that begins like a command, outside of quotes, code and HTML, and the text that a reader sees below it, up to the next such line. */
export type CommandLine = { readonly line: string; readonly below: string };

/** Where a pull request is. */
export type PullAddress = { readonly repository: RepositoryId; readonly pull: PullNumber };

/** What came of an effect. Each names its assignment and what tells its effect from an earlier one of the type. */
export type AnswerEvent = { readonly assignment: AssignmentId } & (
  | {
      readonly type: "issue.inspected";
      /** Number of the question, as owed. */
      readonly question: number;
      readonly inspection: Inspection;
    }
  | {
      readonly type: "actor.inspected";
      readonly question: number;
      readonly permission: Permission;
      /** The comment is there and nobody has edited it; true without one. */
      readonly isUnedited: boolean;
    }
  | { readonly type: "budget.raised"; readonly raise: string }
  | {
      readonly type: "status.published";
      /** Number of the publication, as owed. */
      readonly publication: number;
      /** Node ids of the comments by our keys. */
      readonly comments: Readonly<Record<string, CommentId>>;
      /** Node id of the board item; null when there is no board. */
      readonly item: string | null;
      /** Columns that the board lacks and we wanted. */
      readonly missingStatus: BoardStatus | null;
    }
  | { readonly type: "threads.answered"; readonly mark: string }
  | { readonly type: "worktree.ready"; readonly attempt: number; readonly base: Sha }
  | { readonly type: "worker.started"; readonly attempt: number; readonly run: number }
  | {
      readonly type: "worker.exited";
      readonly attempt: number;
      readonly run: number;
      readonly outcome: Outcome;
      /** When the provider that refused takes requests again; null when it did not say or did not refuse. */
      readonly retryAt: Millis | null;
      readonly handover: Handover;
      /** With which the agent can be asked to go on; null when it cannot. */
      readonly session: string | null;
      readonly usage: Usage;
    }
  | {
      readonly type: "work.imported";
      readonly attempt: number;
      readonly run: number;
      readonly work: ImportedWork;
    }
  | {
      readonly type: "branch.pushed";
      readonly attempt: number;
      readonly run: number;
      readonly head: Sha;
    }
  /** Nothing was pushed. `isTaken`: the branch holds commits that are not ours; else GitHub refused ours. */
  | {
      readonly type: "branch.refused";
      readonly attempt: number;
      readonly run: number;
      readonly branch: string;
      readonly isTaken: boolean;
      readonly why: string;
    }
  | {
      readonly type: "pull.opened";
      readonly pull: PullNumber;
      readonly url: string;
      readonly head: Sha;
    }
  | { readonly type: "pull.inspected"; readonly question: number; readonly state: PullState }
  /** GitHub merged it for us, or had it merged already. */
  | { readonly type: "pull.mergeAccepted" }
  | { readonly type: "pull.mergeRefused"; readonly question: number; readonly why: string }
  /** GitHub brings its head up to date with the base; of the new head it tells by webhook. */
  | { readonly type: "pull.updateAccepted"; readonly question: number }
  | { readonly type: "pull.updateRefused"; readonly question: number; readonly why: string }
  /** GitHub's auto-merge is armed, or is so no more, as was asked for. */
  | { readonly type: "pull.armAccepted"; readonly question: number }
  | { readonly type: "pull.armRefused"; readonly question: number; readonly why: string }
  /** It is in the merge queue, or out of it, as was asked for. */
  | { readonly type: "pull.enqueueAccepted"; readonly question: number }
  | { readonly type: "pull.enqueueRefused"; readonly question: number; readonly why: string }
  | { readonly type: "finding.tracked"; readonly finding: string; readonly number: IssueNumber }
  /** GitHub itself knows that the issue waits for these. */
  | { readonly type: "dependencies.added"; readonly references: readonly string[] }
  | { readonly type: "pull.reverted"; readonly outcome: Reverted }
  | { readonly type: "flow.prepared"; readonly mark: string; readonly state: FlowState }
  | { readonly type: "issue.closeAccepted" }
  | { readonly type: "worktree.removed"; readonly saved: readonly SavedRef[] }
  | ({ readonly type: "worktree.cleared" } & Cleared)
  /** Null where nothing is left of what the issue's Workers have printed. */
  | { readonly type: "log.fetched"; readonly log: RunLog | null }
  /** The effect cannot succeed: refused for good, or tried often enough. */
  | {
      readonly type: "effect.failed";
      readonly effect: Effect["type"];
      readonly key: string;
      readonly why: string;
      readonly isGone: boolean;
    }
);

/** What came of taking merged work back: a pull request that is open, or why there is none. */
export type Reverted =
  | { readonly isOpen: true; readonly merged: PullNumber; readonly revert: PullNumber }
  | { readonly isOpen: false; readonly why: string };

/** The moment that some assignment waited for has come. */
type ClockEvent = { readonly type: "clock.ticked" };

/** What an attempt left behind, once it is in the mirror. */
export type ImportedWork =
  | { readonly kind: "empty" }
  | {
      readonly kind: "commits";
      readonly head: Sha;
      readonly files: readonly string[];
      readonly commits: number;
      /** What the gates found; with none the work may be published. */
      readonly findings: readonly Finding[];
    }
  | { readonly kind: "refused"; readonly why: string };

/** Something in finished work that a person must look at before it is published. */
export type Finding = {
  readonly kind: "secret" | "protected-path" | "too-large" | "link" | "submodule" | "message";
  /** Path, or the commit whose message it stands in. */
  readonly where: string;
  /** What it is, never the secret itself. */
  readonly what: string;
  /** A value that the service itself guards: nobody may approve its publication. */
  readonly isFinal: boolean;
};

/** A ref of the mirror that keeps work which left the disk or the branch. */
export type SavedRef = { readonly attempt: number; readonly ref: string; readonly head: Sha };
