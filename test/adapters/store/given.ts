/** Deliveries, effects, events and assignments as small as the store allows. */
import type { Assignment } from "../../../src/core/assignment.ts";
import type { Effect } from "../../../src/core/effect.ts";
import type { Event } from "../../../src/core/event.ts";
import { begun } from "../../../src/core/begin.ts";
import { emptyBoard } from "../../../src/core/board.ts";
import {
  assignmentId,
  installationId,
  issueId,
  millis,
  pullNumber,
  repositoryId,
} from "../../../src/core/ids.ts";
import type { Delivery, Job, QueueName, Step } from "../../../src/ports.ts";

export const delivery = (guid: string, body = "{}"): Delivery => ({
  guid,
  event: "issues",
  body,
  receivedAt: millis(1_700_000_000_000),
});

/** An effect of the queue `github`. */
export const inspection = (key: string): Effect => ({
  key,
  assignment: assignmentId(issueId("I_1"), millis(1)),
  type: "pull.inspect",
  question: 1,
  repository: {
    id: repositoryId(1),
    owner: "acme",
    name: "rocket",
    installation: installationId(5),
  },
  pull: pullNumber(7),
  areLogsWanted: false,
  isRemovalWanted: false,
  mergeLabel: "agent:merge",
});

/** An effect of the queue `attempts`. */
export const removal = (key: string): Effect => ({
  key,
  assignment: assignmentId(issueId("I_1"), millis(1)),
  type: "worktree.remove",
  repository: {
    id: repositoryId(1),
    owner: "acme",
    name: "rocket",
    installation: installationId(5),
  },
  issueNumber: 3,
  attempts: [],
  deleteBranch: null,
});

export const closed = (issue: string, login = "mona"): Event => ({
  at: millis(1_700_000_000_000),
  type: "issue.closed",
  issue: issueId(issue),
  by: { login, id: 1 },
});

export const assignment = (issue: string, at: number): Assignment => ({
  ...begun(
    emptyBoard,
    {
      issue: issueId(issue),
      installation: installationId(5),
      by: { login: "mona", id: 1 },
      at: millis(at),
    },
    { request: { via: "label" } },
  ),
  phase: { name: "queued", waiting: { for: "time", until: millis(at) } },
});

/** A step in which nothing happened but what is named. */
export const step = (parts: Partial<Step>): Step => ({
  events: [],
  changed: [],
  owed: [],
  answered: null,
  ...parts,
});

export const answer = (answered: Job<QueueName>): Step => step({ answered });
