/** Assignments as an operator may find them, for tests of what operators see. */
import type { Assignment, Phase, Pull } from "../../src/core/assignment.ts";
import type { Attempt, Run } from "../../src/core/attempt.ts";
import { begun } from "../../src/core/begin.ts";
import type { Board } from "../../src/core/board.ts";
import { emptyBoard } from "../../src/core/board.ts";
import { decide } from "../../src/core/decide.ts";
import type { OperatorEvent } from "../../src/core/event.ts";
import {
  installationId,
  issueId,
  issueNumber,
  millis,
  pullNumber,
  repositoryId,
  sha,
  workerId,
} from "../../src/core/ids.ts";
import type { Policy } from "../../src/core/policy.ts";

export const at = millis(Date.UTC(2026, 10, 21, 5, 30));

const operatorPolicy: Policy = {
  triggerLabel: "agent:go",
  commandPrefix: "agent",
  slots: 5,
  slotsPerRepository: 5,
  reviewLimit: null,
  agent: "claude",
  agents: ["claude"],
  unavailable: {},
  sandbox: "bubblewrap",
  budget: { run: null, issue: null, repositoryDay: null, day: null },
  backoffMs: 0,
  trackingMs: 30_000,
  providerPauseMs: 0,
};

/** An assignment of `acme/<repository>#<number>` in this phase. */
export function assignmentIn(phase: Phase, number: number, repository = "web"): Assignment {
  const id = issueId(`I_${repository}_${number}`);
  const installation = installationId(5);
  return {
    ...begun(
      emptyBoard,
      { issue: id, installation, by: { login: "mona", id: 1 }, at },
      { request: { via: "label" } },
    ),
    issue: {
      id,
      number: issueNumber(number),
      repository: {
        id: repositoryId(repository.length),
        owner: "acme",
        name: repository,
        installation,
      },
      title: "Add a page",
      body: "It should say hello.",
      hidden: [],
      hash: "0".repeat(64),
      comments: [],
      handover: null,
      claim: null,
      url: `https://github.example/acme/${repository}/issues/${number}`,
      labels: [],
      triggerLabelId: null,
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
    phase,
  };
}

export const attemptOf = (number: number, agent = "claude"): Attempt => ({
  number: 1,
  worker: workerId(issueNumber(number), at),
  task: { kind: "implement" },
  agent,
  model: null,
  startedAt: at,
});

/** A Worker at work in its first run. */
export const working = (number: number, run: Partial<Run> = {}, agent = "claude"): Phase => ({
  name: "working",
  attempt: attemptOf(number, agent),
  base: sha("0".repeat(40)),
  run: { number: 1, session: null, told: [], pull: null, left: null, ...run },
  isStarted: true,
  isDoubted: false,
  relief: null,
});

/** All slots are taken. */
export const queued: Phase = { name: "queued", waiting: { for: "slot", inspectedAt: at } };

/** A pull request that a person must merge, by a Worker that can be called back. */
export function reviewing(number: number, session: string, repository = "web"): Assignment {
  const { worker } = attemptOf(number);
  const pull: Pull = {
    number: pullNumber(number + 100),
    url: `https://github.example/acme/${repository}/pull/${number + 100}`,
    head: sha("1".repeat(40)),
    worker,
    attempt: 1,
  };
  const phase: Phase = { name: "reviewing", pull, verdict: { kind: "waiting-for-person" } };
  return {
    ...assignmentIn(phase, number, repository),
    attempts: [
      {
        ...attemptOf(number),
        endedAt: at,
        outcome: "finished",
        retryAt: null,
        handover: { kind: "ready", summary: "It is done.", testing: "", replies: [] },
        head: pull.head,
        files: [],
        recall: { number: 1, session, base: sha("0".repeat(40)), hasWorktree: true },
      },
    ],
  };
}

/** A board that takes in what operators want, as the loop does, without a store. */
export type Desk = {
  readonly board: () => Board;
  readonly tell: (event: OperatorEvent) => Promise<void>;
  readonly told: readonly OperatorEvent[];
};

/** The desk with these assignments. */
export function deskOf(...assignments: readonly Assignment[]): Desk {
  let board: Board = new Map(assignments.map((one) => [one.id, one] as const));
  const told: OperatorEvent[] = [];
  return {
    board: () => board,
    told,
    tell: async (event) => {
      told.push(event);
      ({ board } = decide(board, { ...event, at }, operatorPolicy));
    },
  };
}
