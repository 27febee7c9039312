/** What GitHub and the machine answer to an effect when all goes well, and the facts that a test may change. */
import type { BriefPart } from "../../src/core/brief-part.ts";
import type { Effect } from "../../src/core/effect.ts";
import type { AnswerEvent } from "../../src/core/event.ts";
import type { FlowState } from "../../src/core/flow.ts";
import type { PullState } from "../../src/core/pull-state.ts";
import type { Handover } from "../../src/core/handover.ts";
import type { InstallationId, IssueId, Sha } from "../../src/core/ids.ts";
import {
  commentId,
  installationId,
  issueId,
  issueNumber,
  pullNumber,
  repositoryId,
  sha,
} from "../../src/core/ids.ts";
import type { BoardStatus, Card, Inspection, Issue, Permission } from "../../src/core/issue.ts";
import type { Policy, RepositoryPolicy } from "../../src/core/policy.ts";
import { boardStatuses, defaultRepositoryPolicy } from "../../src/core/policy.ts";

/** What GitHub knows of an issue besides the usual. */
export type Facts = Partial<{
  readonly isMissing: boolean;
  readonly isOpen: boolean;
  readonly permission: Permission;
  readonly authorPermission: Permission;
  readonly hidden: readonly string[];
  /** Hash of the text that the request's webhook shows; null when it shows none. */
  readonly seen: string | null;
  readonly requestHolds: boolean;
  readonly title: string;
  readonly body: string;
  readonly labels: readonly string[];
  readonly milestone: string;
  readonly scope: string;
  /** Null when the board has no status for it. */
  readonly status: BoardStatus | null;
  readonly priority: string;
  readonly fields: Card["fields"];
  readonly criteria: Issue["criteria"];
  /** Null when the issue is on no board. */
  readonly columns: readonly BoardStatus[] | null;
  readonly blockers: readonly number[];
  readonly unknownBlockers: readonly string[];
  readonly touches: readonly string[];
  /** Number of the issue that it is part of. */
  readonly parent: number;
  /** Numbers of its sub-issues, and of those that are closed. */
  readonly parts: readonly number[];
  readonly closedParts: readonly number[];
  readonly flow: FlowState;
  readonly comments: Issue["comments"];
  readonly handover: Issue["handover"];
  readonly claim: Issue["claim"];
  readonly repository: number;
  readonly policy: Partial<RepositoryPolicy>;
  readonly pull: Partial<PullState>;
}>;

export const installation: InstallationId = installationId(77);

/** Nobody is called to a pull request. */
export const noErrands = {
  pulls: { rebase: false, fix: false, revise: false, attempts: 3 },
} as const;

export const somePolicy: Policy = {
  triggerLabel: "agent:go",
  commandPrefix: "agent",
  slots: 3,
  slotsPerRepository: 3,
  reviewLimit: null,
  agent: "claude",
  agents: ["claude", "scripted"],
  unavailable: {},
  sandbox: "bubblewrap",
  budget: { run: null, issue: null, repositoryDay: null, day: null },
  backoffMs: 60_000,
  trackingMs: 30_000,
  providerPauseMs: 900_000,
};

export const issueOf = (number: number): { readonly issueId: IssueId } => ({
  issueId: issueId(`I_${number}`),
});

/** A commit that is recognisable in a failing test. */
export const commit = (number: number): Sha => sha(String(number).padStart(40, "0"));

export const ready: Handover = {
  kind: "ready",
  summary: "It is done.",
  testing: "npm test",
  replies: [],
};

/** How a Worker exits when all goes well. */
export const finished = {
  outcome: "finished",
  retryAt: null,
  handover: ready,
  session: "session-1",
  usage: { inputTokens: 1_000, outputTokens: 200, usd: 0.05 },
} as const;

/** All that a brief says, each text of others behind its label. */
export const briefText = (parts: readonly BriefPart[]): string =>
  parts
    .map((part) => (part.kind === "data" ? `[${part.label}] ${part.text}` : part.text))
    .join("\n");

/** The pull request that is opened for an issue. */
export const pullFor = (issue: number): ReturnType<typeof pullNumber> => pullNumber(issue + 100);

/** The usual answer to an effect; `type` chooses where there are several. */
export function answerTo(
  effect: Effect,
  type: AnswerEvent["type"] | null,
  facts: ReadonlyMap<number, Facts>,
): AnswerEvent {
  const { assignment } = effect;
  const number = Number(assignment.slice(assignment.indexOf("_") + 1, assignment.indexOf("@")));
  const known = facts.get(number) ?? {};
  switch (effect.type) {
    case "issue.inspect": {
      const inspection = inspectionOf(number, effect.requester.login, known);
      if (effect.request.via === "pull" && inspection.found) {
        return {
          type: "issue.inspected",
          assignment,
          question: effect.question,
          inspection: asPull(number, inspection, known),
        };
      }
      return { type: "issue.inspected", assignment, question: effect.question, inspection };
    }
    case "actor.inspect": {
      const permission = permissionOf(effect.actor.login, known);
      const { question } = effect;
      return { type: "actor.inspected", assignment, question, permission, isUnedited: true };
    }
    case "budget.raise":
      return { type: "budget.raised", assignment, raise: effect.raise };
    case "status.publish":
      return published(effect);
    case "pull.open": {
      const pull = pullFor(number);
      const url = `https://github.example/acme/web/pull/${pull}`;
      return { type: "pull.opened", assignment, pull, url, head: effect.head };
    }
    case "pull.inspect": {
      const state = { ...openPull(headOf(number, 1)), ...known.pull };
      return { type: "pull.inspected", assignment, question: effect.question, state };
    }
    case "pull.merge":
      return type === "pull.mergeRefused"
        ? { type, assignment, question: effect.question, why: "it is not mergeable" }
        : { type: "pull.mergeAccepted", assignment };
    case "threads.answer":
      return { type: "threads.answered", assignment, mark: effect.mark };
    case "pull.arm":
      return type === "pull.armRefused"
        ? { type, assignment, question: effect.question, why: "it is closed" }
        : { type: "pull.armAccepted", assignment, question: effect.question };
    case "pull.enqueue":
      return type === "pull.enqueueRefused"
        ? { type, assignment, question: effect.question, why: "it is closed" }
        : { type: "pull.enqueueAccepted", assignment, question: effect.question };
    case "pull.update":
      return type === "pull.updateRefused"
        ? { type, assignment, question: effect.question, why: "it conflicts" }
        : { type: "pull.updateAccepted", assignment, question: effect.question };
    case "finding.track": {
      const { finding } = effect;
      const tracking = issueNumber(900 + Number(finding.split("-").at(-1)));
      return { type: "finding.tracked", assignment, finding, number: tracking };
    }
    case "dependencies.add": {
      const references = effect.blockers.map(({ reference }) => reference);
      return { type: "dependencies.added", assignment, references };
    }
    case "pull.revert": {
      const revert = pullNumber(number + 200);
      const outcome = { isOpen: true, merged: pullFor(number), revert } as const;
      return { type: "pull.reverted", assignment, outcome };
    }
    case "flow.prepare": {
      const state = known.flow ?? aheadBy(commit(3));
      return { type: "flow.prepared", assignment, mark: effect.mark, state };
    }
    case "issue.close":
      return { type: "issue.closeAccepted", assignment };
    case "worktree.create":
    case "worker.start":
    case "worker.stop":
    case "work.import":
    case "branch.push":
    case "worktree.remove":
    case "worktree.clear":
    case "log.fetch":
      return machineAnswer(effect, type, number);
  }
}

/** The branch of an integration plan that holds work. */
export const aheadBy = (head: Sha): FlowState => ({
  isThere: true,
  head,
  isConflicting: false,
  hasWork: true,
});

function published(effect: Extract<Effect, { type: "status.publish" }>): AnswerEvent {
  const { assignment, publication } = effect;
  const comments = effect.comments.map(({ key, id }) => [key, id ?? commentId(`IC_${key}`)]);
  return {
    type: "status.published",
    assignment,
    publication,
    comments: Object.fromEntries(comments),
    item: "PVTI_1",
    missingStatus: null,
  };
}

type OnMachine = Extract<
  Effect,
  { type: `worktree.${string}` | `worker.${string}` | "work.import" | "branch.push" | "log.fetch" }
>;

function machineAnswer(
  effect: OnMachine,
  type: AnswerEvent["type"] | null,
  number: number,
): AnswerEvent {
  const { assignment } = effect;
  if (effect.type === "worktree.clear") {
    return { type: "worktree.cleared", assignment, attempts: [1], saved: [] };
  }
  if (effect.type === "log.fetch") return { type: "log.fetched", assignment, log: null };
  if (effect.type === "worktree.remove") return { type: "worktree.removed", assignment, saved: [] };
  const run = "run" in effect ? effect.run : 1;
  const of = { assignment, attempt: effect.attempt, run };
  switch (effect.type) {
    case "worktree.create":
      return { type: "worktree.ready", assignment, attempt: effect.attempt, base: commit(1) };
    case "worker.start":
      return type === "worker.started"
        ? { type, ...of }
        : { type: "worker.exited", ...of, ...finished };
    case "worker.stop":
      throw new Error("a stop is answered by the exit of the Worker");
    case "work.import": {
      const head = headOf(number, effect.attempt);
      const work = {
        kind: "commits",
        head,
        files: ["src/a.ts"],
        commits: 1,
        findings: [],
      } as const;
      return { type: "work.imported", ...of, work };
    }
    case "branch.push": {
      const { branch, head } = effect;
      return type === "branch.refused"
        ? { type, ...of, branch, isTaken: true, why: "it is taken" }
        : { type: "branch.pushed", ...of, head };
    }
  }
}

/** The commit that an attempt for an issue ends with. */
export const headOf = (issue: number, attempt: number): Sha => commit(issue * 1000 + attempt);

const permissionOf = (login: string, facts: Facts): Permission =>
  facts.permission ?? (login === "mona" ? "write" : "read");

const openPull = (head: Sha): PullState => ({
  state: "open",
  head,
  base: commit(1),
  parents: [commit(1)],
  isBehind: false,
  autoMerge: "none",
  queue: { kind: "none" },
  headBranch: "feature/7-add-a-page",
  headPlace: "repository",
  baseBranch: "main",
  isDraft: false,
  labels: [],
  mergeLabelledBy: null,
  mergeable: "clean",
  checks: "passing",
  failures: [],
  critiques: [],
});

function inspectionOf(number: number, requester: string, facts: Facts): Inspection {
  if (facts.isMissing) return { found: false, why: "deleted" };
  return {
    found: true,
    issue: someIssue(number, facts),
    head: null,
    isOpen: facts.isOpen ?? true,
    permission: permissionOf(requester, facts),
    authorPermission: facts.authorPermission ?? null,
    requestHolds: facts.requestHolds ?? true,
    policy: { ...defaultRepositoryPolicy, ...facts.policy },
  };
}

/** The pull request that stands beside an issue's own, as one of somebody else. */
const asPull = (
  number: number,
  inspection: Extract<Inspection, { found: true }>,
  facts: Facts,
): Inspection => ({
  ...inspection,
  head: facts.pull?.head ?? headOf(number, 1),
  issue: {
    ...inspection.issue,
    id: issueId(`PR_${number}`),
    number: issueNumber(pullFor(number)),
    card: null,
  },
});

const openParts = ({ parts, closedParts }: Facts): readonly number[] =>
  (parts ?? []).filter((part) => !(closedParts ?? []).includes(part));

/** Issue `number` of a repository with a board, as GitHub tells it. */
export function someIssue(number: number, facts: Facts = {}): Issue {
  const repository = repositoryId(facts.repository ?? 9);
  const columns = facts.columns === undefined ? boardStatuses : facts.columns;
  return {
    id: issueOf(number).issueId,
    number: issueNumber(number),
    repository: { id: repository, owner: "acme", name: "web", installation },
    title: facts.title ?? "Add a page",
    body: facts.body ?? "It should say hello.",
    hidden: facts.hidden ?? [],
    hash: `hash of ${facts.title ?? ""}/${facts.body ?? ""}`,
    comments: facts.comments ?? [],
    handover: facts.handover ?? null,
    claim: facts.claim ?? null,
    url: `https://github.example/acme/web/issues/${number}`,
    labels: facts.labels ?? [],
    milestone: facts.milestone ?? null,
    scope: facts.scope ?? null,
    triggerLabelId: "LA_1",
    base: "main",
    card:
      columns === null
        ? null
        : {
            project: "PVT_1",
            projectNumber: 1,
            item: "PVTI_1",
            field: "PVTSSF_1",
            options: Object.fromEntries(columns.map((column) => [column, `option-${column}`])),
            status: facts.status === undefined ? "Backlog" : facts.status,
            priority: facts.priority ?? null,
            fields: facts.fields ?? {},
          },
    blockers: [...(facts.blockers ?? []), ...openParts(facts)].map((blocker) => ({
      id: issueOf(blocker).issueId,
      reference: `#${blocker}`,
    })),
    unknownBlockers: facts.unknownBlockers ?? [],
    criteria: facts.criteria ?? { met: 0, total: 0 },
    touches: facts.touches ?? [],
    parent: facts.parent === undefined ? null : issueOf(facts.parent).issueId,
    subIssues: (facts.parts ?? []).map((part) => ({
      id: issueOf(part).issueId,
      number: part,
      reference: `#${part}`,
      isOpen: !(facts.closedParts ?? []).includes(part),
      isHere: true,
    })),
  };
}
