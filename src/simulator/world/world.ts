/** The whole state of the simulated GitHub: one map per kind of thing, keyed by database id. */
import type { Account, App, Delivery, Installation, Repository } from "./accounts.ts";
import type { Project, ProjectField, ProjectItem } from "./boards.ts";
import type { Comment, Issue, Label, Milestone, Reaction, TimelineEvent } from "./issues.ts";
import type {
  CheckRun,
  CheckSuite,
  CiRule,
  CommitStatus,
  PullRequest,
  QueueEntry,
  Review,
  ReviewComment,
  ReviewThread,
} from "./pulls.ts";

/** Every kind of thing that is stored in its own map. */
interface Tables {
  accounts: Account;
  apps: App;
  installations: Installation;
  deliveries: Delivery;
  repositories: Repository;
  labels: Label;
  milestones: Milestone;
  issues: Issue;
  comments: Comment;
  reactions: Reaction;
  timeline: TimelineEvent;
  projects: Project;
  fields: ProjectField;
  items: ProjectItem;
  pulls: PullRequest;
  queueEntries: QueueEntry;
  reviews: Review;
  threads: ReviewThread;
  reviewComments: ReviewComment;
  checkSuites: CheckSuite;
  checkRuns: CheckRun;
  statuses: CommitStatus;
  ciRules: CiRule;
}

type TableMaps = { readonly [T in keyof Tables]: Map<number, Tables[T]> };

/** The state of the simulator apart from git; acts change it in place. */
export type World = TableMaps & {
  /** Database ids are unique across kinds, so that one kind of id taken for another is found out. */
  nextId: number;
  /** How far the simulated clock is ahead of the real one. */
  clockAheadMs: number;
  /** Signs tokens; kept with the world so that tokens outlive a restart. */
  readonly tokenSecret: string;
};

const NODE_PREFIXES = {
  accounts: "U",
  organizations: "O",
  bots: "BOT",
  apps: "A",
  installations: "IN",
  deliveries: "HD",
  repositories: "R",
  labels: "LA",
  milestones: "MI",
  issues: "I",
  comments: "IC",
  reactions: "REA",
  timeline: "TE",
  projects: "PVT",
  fields: "PVTF",
  selectFields: "PVTSSF",
  items: "PVTI",
  values: "PVTFV",
  drafts: "DI",
  pulls: "PR",
  queueEntries: "MQE",
  reviews: "PRR",
  threads: "PRRT",
  reviewComments: "PRRC",
  checkSuites: "CS",
  checkRuns: "CR",
  statuses: "SC",
} as const;

/** A kind of thing that has a node id of its own. */
export type NodeKind = keyof typeof NODE_PREFIXES;

/** Builds a world in which nothing exists yet; its ids are counted from `firstId`. */
export function emptyWorld(tokenSecret: string, firstId: number): World {
  return {
    accounts: new Map(),
    apps: new Map(),
    installations: new Map(),
    deliveries: new Map(),
    repositories: new Map(),
    labels: new Map(),
    milestones: new Map(),
    issues: new Map(),
    comments: new Map(),
    reactions: new Map(),
    timeline: new Map(),
    projects: new Map(),
    fields: new Map(),
    items: new Map(),
    pulls: new Map(),
    queueEntries: new Map(),
    reviews: new Map(),
    threads: new Map(),
    reviewComments: new Map(),
    checkSuites: new Map(),
    checkRuns: new Map(),
    statuses: new Map(),
    ciRules: new Map(),
    nextId: firstId,
    clockAheadMs: 0,
    tokenSecret,
  };
}

/** Hands out the ids of something that begins to exist. */
export function mint(world: World, kind: NodeKind): { id: number; nodeId: string } {
  const id = world.nextId;
  world.nextId += 1;
  return { id, nodeId: nodeId(kind, id) };
}

function nodeId(kind: NodeKind, id: number): string {
  const prefix = NODE_PREFIXES[kind];
  return `${prefix}_${Buffer.from(`kw:${prefix}:${id}`).toString("base64url")}`;
}

/** Reads the database id out of a node id, and the prefix that says what kind of thing it is. */
export function readNodeId(text: string): { prefix: string; id: number } | null {
  const [mark, prefix, id] = Buffer.from(text.slice(text.indexOf("_") + 1), "base64url")
    .toString()
    .split(":");
  if (mark !== "kw" || prefix === undefined || !text.startsWith(`${prefix}_`)) return null;
  const number = Number(id);
  return Number.isSafeInteger(number) ? { prefix, id: number } : null;
}
