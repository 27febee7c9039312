/** An outside world in memory behind the ports: it records what is done to it, in order, and can be told to fail. */
import {
  commentId,
  issueNumber,
  installationId,
  pullNumber,
  repositoryId,
  sha,
} from "../../src/core/ids.ts";
import type { IssueId } from "../../src/core/ids.ts";
import type { Inspection } from "../../src/core/issue.ts";
import { defaultRepositoryPolicy } from "../../src/core/policy.ts";
import { noUsage } from "../../src/core/handover.ts";
import type { Agents, Forge, Git, Ledger, Worker, WorkerExit } from "../../src/ports.ts";

/** A call of a port: its name, and whether it was told that an earlier one may have taken effect. */
export type Call = { readonly name: string; readonly again: boolean };

/** The ports and the strings that move them. */
export type Outside = {
  readonly forge: Forge;
  readonly git: Git;
  readonly agents: Agents;
  readonly ledger: Ledger;
  readonly calls: Call[];
  /** The next call of this name throws this once. */
  readonly failNext: (name: string, error: Error) => void;
  /** Settles when a call of this name has been made, now or later. */
  readonly called: (name: string, times?: number) => Promise<void>;
  /** Ends the Worker that runs. */
  readonly exit: (end: WorkerExit) => void;
  /** How often a Worker was told to stop. */
  readonly stops: () => number;
};

const head = sha("1".repeat(40));

export function outside(): Outside {
  const calls: Call[] = [];
  const failures = new Map<string, Error>();
  const waiting: { name: string; times: number; resolve: () => void }[] = [];
  let exited = Promise.withResolvers<WorkerExit>();
  let stops = 0;

  const record = (name: string, again = false): void => {
    calls.push({ name, again });
    const made = calls.filter((call) => call.name === name).length;
    for (const one of waiting) if (one.name === name && made >= one.times) one.resolve();
    const failure = failures.get(name);
    failures.delete(name);
    if (failure !== undefined) throw failure;
  };
  const worker: Worker = {
    get exited() {
      return exited.promise;
    },
    stop: async () => {
      stops += 1;
      exited.resolve({
        outcome: "stopped",
        retryAt: null,
        handover: { kind: "failed", why: "stopped" },
        session: null,
        usage: noUsage,
      });
    },
  };
  return {
    calls,
    failNext: (name, error) => failures.set(name, error),
    called: (name, times = 1) => {
      if (calls.filter((call) => call.name === name).length >= times) return Promise.resolve();
      return new Promise((resolve) => waiting.push({ name, times, resolve }));
    },
    exit: (end) => exited.resolve(end),
    stops: () => stops,
    forge: {
      inspectIssue: async (order) => {
        record("inspectIssue");
        return found(order.issue);
      },
      inspectActor: async () => {
        record("inspectActor");
        return { permission: "write", isUnedited: true };
      },
      publish: async (order, again) => {
        record("publish", again);
        const ids = order.comments.map(
          ({ key, id }) => [key, id ?? commentId(`C_${key}`)] as const,
        );
        return { comments: Object.fromEntries(ids), item: null, missingStatus: null };
      },
      revertPull: async () => {
        record("revertPull");
        return { isOpen: true, merged: pullNumber(7), revert: pullNumber(8) };
      },
      addDependencies: async () => record("addDependencies"),
      openPull: async (_order, again) => {
        record("openPull", again);
        return { pull: pullNumber(7), url: "https://github.test/pull/7", head };
      },
      inspectPull: async () => {
        record("inspectPull");
        return {
          state: "open",
          head,
          base: head,
          parents: [],
          isBehind: false,
          autoMerge: "none",
          queue: { kind: "none" },
          headBranch: "feature/1-task",
          headPlace: "repository",
          baseBranch: "main",
          isDraft: false,
          labels: [],
          mergeLabelledBy: null,
          mergeable: "clean",
          checks: "pending",
          failures: [],
          critiques: [],
        };
      },
      trackFinding: async (_order, again) => {
        record("trackFinding", again);
        return issueNumber(9);
      },
      mergePull: async (_order, again) => {
        record("mergePull", again);
        return { merged: true };
      },
      answerThreads: async (_order, again) => record("answerThreads", again),
      armPull: async () => {
        record("armPull");
        return { armed: true };
      },
      enqueuePull: async () => {
        record("enqueuePull");
        return { done: true };
      },
      updatePull: async () => {
        record("updatePull");
        return { updated: true };
      },
      prepareFlow: async () => {
        record("prepareFlow");
        return { isThere: true, head, isConflicting: false, hasWork: true };
      },
      closeIssue: async () => record("closeIssue"),
      // oxlint-disable-next-line require-yield -- nothing was missed
      openRequests: async function* () {
        record("openRequests");
      },
      failedDeliveries: async () => {
        record("failedDeliveries");
        return [];
      },
      redeliver: async () => record("redeliver"),
    },
    git: {
      createWorktree: async () => {
        record("createWorktree");
        return { base: sha("0".repeat(40)) };
      },
      workplace: () => ({
        worktree: "/nowhere",
        repository: "/nowhere",
        objects: "/nowhere",
        home: "/nowhere",
      }),
      guidance: async () => null,
      importWork: async () => {
        record("importWork");
        return { kind: "commits", head, files: ["a.txt"], commits: 1, findings: [] };
      },
      pushBranch: async () => {
        record("pushBranch");
        return { pushed: true };
      },
      removeWorktrees: async () => {
        record("removeWorktrees");
        return [];
      },
      clearWorktrees: async () => {
        record("clearWorktrees");
        return { attempts: [], saved: [] };
      },
    },
    agents: {
      start: async () => {
        exited = Promise.withResolvers();
        record("startWorker");
        return worker;
      },
      release: async () => {},
      log: async () => null,
    },
    ledger: {
      book: async () => {},
      standing: async () => ({ run: 0, issue: 0, repositoryDay: 0, day: 0, raised: 0 }),
      raise: async () => record("raise"),
    },
  };
}

const found = (issue: IssueId): Inspection => ({
  found: true,
  head: null,
  isOpen: true,
  permission: "write",
  authorPermission: null,
  requestHolds: true,
  policy: defaultRepositoryPolicy,
  issue: {
    id: issue,
    number: issueNumber(3),
    repository: {
      id: repositoryId(1),
      owner: "acme",
      name: "rocket",
      installation: installationId(5),
    },
    title: "Add a countdown",
    body: "Please.",
    hidden: [],
    hash: "hash",
    comments: [],
    handover: null,
    claim: null,
    url: "https://github.test/acme/rocket/issues/3",
    labels: [],
    triggerLabelId: "L_1",
    base: "main",
    card: null,
    blockers: [],
    unknownBlockers: [],
    milestone: null,
    scope: null,
    criteria: { met: 0, total: 0 },
    touches: [],
    parent: null,
    subIssues: [],
  },
});
