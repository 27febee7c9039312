/** The Git port: one mirror per repository, one private repository and one worktree per attempt. */
import type { AttemptAddress, PushOrder, RemovalOrder, WorktreeOrder } from "../../core/effect.ts";
import type { SavedRef } from "../../core/event.ts";
import type { PullNumber, Sha, WorkerId } from "../../core/ids.ts";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Git, PushAnswer } from "../../ports.ts";
import { collect } from "./collect.ts";
import type { CollectRunner } from "./collect.ts";
import { asFault, GitFault } from "./fault.ts";
import { guidanceAt } from "./guidance.ts";
import { attemptLayout, issueFolder, repositoryLayout, workplaceOf } from "./layout.ts";
import type { RepositoryLayout } from "./layout.ts";
import type { GitLog } from "./log.ts";
import {
  commitAt,
  ensureMirror,
  fetchBranch,
  fetchRef,
  findCommit,
  refsUnder,
  remoteRef,
} from "./mirror.ts";
import type { Credential } from "./network.ts";
import { deleteBranch, pushCommit } from "./push.ts";
import { removeAttempt, removeIssueFolder } from "./remove.ts";
import { createSpares, defaultSpareLimits } from "./spares.ts";
import type { Spares } from "./spares.ts";
import type { SpareLimits } from "./tend-spares.ts";
import { createTurns } from "./turns.ts";
import type { Turns } from "./turns.ts";
import { importWork } from "./work.ts";
import type { Collection } from "./work.ts";
import { checkBranchName, makeWorktree } from "./worktree.ts";
import type { Author } from "./worktree.ts";

/** What the adapter needs of its surroundings. */
export type GitSurroundings = {
  /** Absolute path of the data folder; everything is below its `repositories`. */
  readonly root: string;
  readonly credential: Credential;
  readonly author?: Author;
  readonly collect?: CollectRunner;
  /** Values that must never be published, as of now. */
  readonly secrets?: () => readonly string[];
  readonly log?: GitLog;
  readonly spares?: Partial<SpareLimits>;
};

/** The port, and the end of what it does by itself. */
export type LocalGit = Git & {
  /** Gives up what is being prepared ahead; orders that were begun are not ended. */
  readonly close: () => Promise<void>;
};

/** Makes the port; nothing is written before the first order. Its operations throw GitFault where the outside breaks. */
export function createGit(surroundings: GitSurroundings): LocalGit {
  const { root, log = { info: () => {}, warn: () => {} } } = surroundings;
  const limits = { ...defaultSpareLimits, ...surroundings.spares };
  const spares = createSpares({ root, limits, log });
  const ground: Ground = {
    author: defaultAuthor,
    collect,
    secrets: () => [],
    ...surroundings,
    log,
    spares,
    turns: createTurns(),
    mirror: createMirrors(root),
  };
  const inTurn = <Order extends IssueAddress, Answer>(
    work: (ground: Ground, order: Order) => Promise<Answer>,
  ): ((order: Order) => Promise<Answer>) => {
    return async (order) => {
      const turn = (): Promise<Answer> =>
        ground.turns.take(issueFolder(root, order), () => work(ground, order));
      return await spares.during(turn).catch((error: unknown) => {
        throw asFault(error);
      });
    };
  };
  return {
    workplace: (order) => workplaceOf(root, order),
    guidance: (order) => readGuidance(ground, order),
    createWorktree: inTurn(createWorktree),
    importWork: inTurn(async (_, order) => {
      const collection = await collectionOf(ground, order, order.message);
      const { gates, baseBranch, issueNumber, judged } = order;
      const secrets = ground.secrets();
      return await importWork(collection, { gates, baseBranch, issueNumber, judged, secrets });
    }),
    pushBranch: inTurn(pushBranch),
    removeWorktrees: inTurn(removeWorktrees),
    close: () => spares.close(),
  };
}

// The domain exists nowhere, so that no stranger's account is shown beside the commits.
const defaultAuthor: Author = { name: "Yardmaster", email: "yardmaster@noreply.invalid" };

type Ground = Required<Omit<GitSurroundings, "spares">> & {
  readonly turns: Turns;
  readonly spares: Spares;
  /** The repository's folders, with a mirror in them. */
  readonly mirror: (repository: RepositoryRef) => Promise<RepositoryLayout>;
};

type IssueAddress = Pick<AttemptAddress, "repository" | "issueNumber">;

function createMirrors(root: string): Ground["mirror"] {
  const ready = new Map<number, Promise<void>>();
  return async (repository) => {
    const layout = repositoryLayout(root, repository);
    const making = ready.get(repository.id) ?? ensureMirror(layout);
    ready.set(repository.id, making);
    await making.catch((error: unknown) => {
      ready.delete(repository.id);
      throw error;
    });
    return layout;
  };
}

async function createWorktree(ground: Ground, order: WorktreeOrder): Promise<{ base: Sha }> {
  const repository = await ground.mirror(order.repository);
  const attempt = attemptLayout(ground.root, order);
  const refs = await refsUnder(repository.mirror, namesakes(order));
  // An agent may be at work in a complete worktree.
  const complete = refs.find(({ ref }) => ref === attempt.startRef);
  if (complete !== undefined) return { base: complete.head };

  await checkBranchName(order.base, repository.folder);
  await removeNamesakes(ground, order, refs);
  await Promise.all([
    checkBranchName(order.branch, repository.folder),
    refresh(ground, order.repository, order.base),
  ]);
  const baseHead = await commitAt(repository.mirror, remoteRef(order.base));
  const start = order.from === null ? baseHead : await findFrom(ground, order, order.from);
  const { root, author } = ground;
  await makeWorktree(root, repository, attempt, { ...order, start, baseHead, author });
  ground.spares.expect(repository, order.base);
  return { base: start };
}

/** Saves and removes worktrees of the same attempt number that an earlier request for the issue has left. */
async function removeNamesakes(
  ground: Ground,
  order: WorktreeOrder,
  refs: readonly { readonly ref: string }[],
): Promise<void> {
  for (const { ref } of refs) {
    const [worker = "", kind] = ref.slice(namesakes(order).length).split("/");
    if (kind === "start") await removeOne(ground, { ...order, worker: worker as WorkerId });
  }
}

/** Where the refs of all Workers are that this attempt of the issue ever had. */
const namesakes = ({ issueNumber, attempt }: WorktreeOrder): string =>
  `refs/yardmaster/attempts/${issueNumber}/${attempt}/`;

/** Fetches a branch; whoever asks before the fetch has begun shares it. */
async function refresh(ground: Ground, repository: RepositoryRef, branch: string): Promise<void> {
  const layout = await ground.mirror(repository);
  await ground.turns.join(layout.mirror, branch, async () => {
    await fetchBranch(layout, await ground.credential(repository), branch);
  });
}

/** The commit to go on from; where this disk does not have it, it may be on the pushed branch, or the pull request's. */
async function findFrom(ground: Ground, order: WorktreeOrder, from: Sha): Promise<Sha> {
  const { mirror } = await ground.mirror(order.repository);
  const found = await findCommit(mirror, from);
  if (found !== null) return found;
  if (order.pull === null) await refresh(ground, order.repository, order.branch);
  else await refreshPull(ground, order.repository, order.pull);
  return await commitAt(mirror, from);
}

/** GitHub keeps the head of each pull request in the repository that it is for, also where its branch is in a fork. */
async function refreshPull(
  ground: Ground,
  repository: RepositoryRef,
  pull: PullNumber,
): Promise<void> {
  const layout = await ground.mirror(repository);
  const ref = `refs/pull/${pull}/head`;
  await ground.turns.join(layout.mirror, ref, async () => {
    await fetchRef(layout, await ground.credential(repository), ref, `refs/remotes/pull/${pull}`);
  });
}

/** From the base branch, for what a worktree was made from may be an agent's. */
async function readGuidance(ground: Ground, order: AttemptAddress): Promise<string | null> {
  const { mirror } = await ground.mirror(order.repository);
  const upstream = await findCommit(mirror, attemptLayout(ground.root, order).upstreamRef);
  return upstream === null ? null : await guidanceAt(mirror, upstream);
}

async function collectionOf(
  ground: Ground,
  order: AttemptAddress,
  message: string,
): Promise<Omit<Collection, "known" | "scope">> {
  const { root, author } = ground;
  const repository = await ground.mirror(order.repository);
  const attempt = attemptLayout(root, order);
  return { repository, attempt, collect: ground.collect, message, author };
}

async function pushBranch(ground: Ground, order: PushOrder): Promise<PushAnswer> {
  const { mirror, folder } = await ground.mirror(order.repository);
  const { branch, expected } = order;
  await checkBranchName(branch, folder);
  const head = await commitAt(mirror, order.head);
  const remote = await ground.credential(order.repository);
  return await pushCommit({ mirror, remote, branch, expected }, head);
}

async function removeOne(ground: Ground, order: AttemptAddress): Promise<SavedRef | null> {
  const collection = await collectionOf(ground, order, `Keep what ${order.worker} left`);
  const { root, log } = ground;
  return await removeAttempt({ ...collection, root, number: order.attempt, log });
}

async function removeWorktrees(ground: Ground, order: RemovalOrder): Promise<readonly SavedRef[]> {
  const { repository, issueNumber, deleteBranch: doomed } = order;
  const saved: SavedRef[] = [];
  for (const { attempt, worker } of order.attempts) {
    const kept = await removeOne(ground, { repository, issueNumber, attempt, worker });
    if (kept !== null) saved.push(kept);
  }
  await removeIssueFolder(ground.root, issueFolder(ground.root, order));
  if (doomed === null) return saved;

  const { mirror, folder } = await ground.mirror(repository);
  await checkBranchName(doomed.name, folder);
  const remote = await ground.credential(repository);
  const lease = { mirror, remote, branch: doomed.name, expected: doomed.expected };
  // What is saved is saved: a branch that GitHub will not let us delete does not take the answer away.
  const why = await deleteBranch(lease).catch((error: unknown) => {
    if (error instanceof GitFault && !error.retryable) return error.message;
    throw error;
  });
  const fields = { issue: issueNumber, branch: doomed.name, why };
  if (why !== null) ground.log.info(fields, "branch left alone");
  return saved;
}
