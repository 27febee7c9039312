/** An issue as GitHub tells it when asked: everything that a decision about it may rest on. */
import type { FieldName } from "./fields.ts";
import type {
  CommentId,
  InstallationId,
  IssueId,
  IssueNumber,
  Millis,
  RepositoryId,
  Sha,
} from "./ids.ts";
import type { RepositoryPolicy } from "./policy.ts";

/** A person or App on GitHub. The numeric id tells a renamed account from another one that took its login. */
export type Actor = { readonly login: string; readonly id: number };

/** Where a repository is reached now; `id` is its identity, the names may change. */
export type RepositoryRef = {
  readonly id: RepositoryId;
  readonly owner: string;
  readonly name: string;
  readonly installation: InstallationId;
};

/** How somebody asked for an issue to be worked on. */
export type Request =
  | { readonly via: "label" }
  | { readonly via: "card" }
  /** The label that asks for no work but for a report on all of it. */
  | { readonly via: "tracking" }
  /** The label that asks for no work but for one pull request of all that the sub-issues bring. */
  | { readonly via: "integration" }
  | { readonly via: "command"; readonly comment: CommentId }
  /** The command that takes merged work back. */
  | { readonly via: "revert"; readonly comment: CommentId }
  /** Commands that ask for something beside the work: what its last Worker printed, and the end of its worktrees. */
  | { readonly via: "logs"; readonly comment: CommentId; readonly lines: number }
  | { readonly via: "cleanup"; readonly comment: CommentId }
  /** A command on a pull request that we did not open: one errand or one review of it. */
  | { readonly via: "pull"; readonly comment: CommentId; readonly wanted: Wanted };

/** What may be asked for on any pull request. */
export type Wanted = "fix" | "revise" | "rebase" | "review";

/** The six columns of a board, in the seed's words. */
export type BoardStatus = "Backlog" | "Ready" | "In Progress" | "In Review" | "Blocked" | "Done";

/** Where an issue stands on its Projects board. */
export type Card = {
  /** Node id of the project. */
  readonly project: string;
  readonly projectNumber: number;
  /** Node id of the item; null while the issue is not on the board. */
  readonly item: string | null;
  /** Node id of the Status field; null where the board has none. */
  readonly field: string | null;
  /** Option ids by our names. An option that the board lacks is absent. */
  readonly options: Readonly<Partial<Record<BoardStatus, string>>>;
  /** The option's name as the board spells it; null when unset. */
  readonly status: string | null;
  /** What its Priority field says, as the board spells it; null when it says nothing. */
  readonly priority: string | null;
  /** The fields that we write, as far as the board has them and they are of the right type. */
  readonly fields: Readonly<Partial<Record<FieldName, CardField>>>;
};

export type CardField = {
  readonly id: string;
  /** Option ids by our names; null where any value of the type goes. */
  readonly options: Readonly<Partial<Record<string, string>>> | null;
};

/** What GitHub knows of an issue that we may work on. */
export type Issue = {
  readonly id: IssueId;
  readonly number: IssueNumber;
  readonly repository: RepositoryRef;
  /** In one line, as a reader of the page sees it. */
  readonly title: string;
  /** Markdown with everything that a reader of the page sees, and nothing else. */
  readonly body: string;
  /** What a reader of the page does not see and an agent would, one short description each. */
  readonly hidden: readonly string[];
  /** SHA-256 in hex of title and body as they were written: what an approval is bound to. */
  readonly hash: string;
  /** Comments by others than us that an agent may read, oldest first. */
  readonly comments: readonly Remark[];
  /** The last handover among them that a Worker of another system left; null when there is none. */
  readonly handover: Remark | null;
  /** Another system's Worker that is at work on it; null when none is. */
  readonly claim: Claim | null;
  readonly url: string;
  readonly labels: readonly string[];
  /** Its title; null without one. */
  readonly milestone: string | null;
  /** What a line `Scope:` of its text says; null without one. */
  readonly scope: string | null;
  /** Node id of the trigger label; null while the issue does not carry it. */
  readonly triggerLabelId: string | null;
  /** The repository's default branch. */
  readonly base: string;
  readonly card: Card | null;
  /** Open issues that this one waits for, own repository only by number, others by `owner/name#n`. */
  readonly blockers: readonly Blocker[];
  /** References to others that its text says it waits for and that lead to nothing that we may see. */
  readonly unknownBlockers: readonly string[];
  /** Checkboxes in its text. */
  readonly criteria: { readonly met: number; readonly total: number };
  /** Paths that its text says it touches, as patterns of `.gitignore`. */
  readonly touches: readonly string[];
  /** The issue that it is a sub-issue of; null for none. */
  readonly parent: IssueId | null;
  readonly subIssues: readonly SubIssue[];
};

/** A part of another issue, open or closed. */
export type SubIssue = Blocker & {
  readonly number: number;
  readonly isOpen: boolean;
  /** Is it in the same repository? */
  readonly isHere: boolean;
};

/** A person's comment as a reader of the page sees it. */
export type Remark = { readonly by: string; readonly at: Millis; readonly text: string };

/** What a record of another system says, by somebody with write access: a Worker of theirs is assigned. */
export type Claim = {
  /** As the record names it; empty when it does not. */
  readonly worker: string;
  readonly by: string;
  readonly at: Millis;
};

/** An open issue that another one waits for. */
type Blocker = { readonly id: IssueId; readonly reference: string };

/** What GitHub answered when asked about an issue and about the person who wants it done. */
export type Inspection =
  | { readonly found: false; readonly why: "deleted" | "transferred" | "inaccessible" }
  | {
      readonly found: true;
      /** Of a pull request its own title, text, labels and base. */
      readonly issue: Issue;
      /** Head of the pull request that was asked about; null for an issue. */
      readonly head: Sha | null;
      readonly isOpen: boolean;
      /** The requester's live permission on the repository. */
      readonly permission: Permission;
      /** The issue author's, where the order asks for it. */
      readonly authorPermission: Permission | null;
      /** Whether the request is still there: label on, card in Ready, comment present and unedited. */
      readonly requestHolds: boolean;
      readonly policy: RepositoryPolicy;
    };

/** GitHub's repository permission of a person, lowest first. */
export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";

/** May a person with this permission speak for the whole repository? */
export const mayMaintain = (permission: Permission): boolean =>
  permission === "maintain" || permission === "admin";

/** May a person with this permission have work done? Everything below write may not. */
export const mayDispatch = (permission: Permission): boolean =>
  permission === "write" || permission === "maintain" || permission === "admin";
