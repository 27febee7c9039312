/** The Git port: one mirror per repository, one private repository and one worktree per attempt. */
import type { AttemptAddress, PushOrder, WorktreeOrder } from "../../core/effect.ts";
import type { PullNumber, Sha } from "../../core/ids.ts";
import type { RepositoryRef } from "../../core/issue.ts";
import type { Git, PushAnswer } from "../../ports.ts";
import { collect } from "./collect.ts";
import { asFault } from "./fault.ts";
import { collectionOf } from "./ground.ts";
import type { GitSurroundings, Ground, IssueAddress } from "./ground.ts";
import { guidanceAt } from "./guidance.ts";
import {
  attemptLayout,
  attemptRefs,
  issueFolder,
  keptAt,
  repositoryLayout,
  workplaceOf,
} from "./layout.ts";
import {
  commitAt,
  ensureMirror,
  fetchBranch,
  fetchRef,
  findCommit,
  refsUnder,
  remoteRef,
} from "./mirror.ts";
import { pushCommit } from "./push.ts";
import { clearWorktrees, removeAll, removeWorktrees } from "./removals.ts";
import { createSpares, defaultSpareLimits } from "./spares.ts";
import { createTurns } from "./turns.ts";
import { importWork } from "./work.ts";
import { checkBranchName, makeWorktree } from "./worktree.ts";
import type { Author } from "./worktree.ts";

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
    clearWorktrees: inTurn(clearWorktrees),
    close: () => spares.close(),
  };
}

// The domain exists nowhere, so that no stranger's account is shown beside the commits.
const defaultAuthor: Author = { name: "Yardmaster", email: "yardmaster@noreply.invalid" };

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
  // Worktrees of the same attempt number that an earlier request for the issue has left.
  await removeAll(ground, order, keptAt(refs));
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

/** Where the refs of all Workers are that this attempt of the issue ever had. */
const namesakes = ({ issueNumber, attempt }: WorktreeOrder): string =>
  `${attemptRefs}${issueNumber}/${attempt}/`;

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

async function pushBranch(ground: Ground, order: PushOrder): Promise<PushAnswer> {
  const { mirror, folder } = await ground.mirror(order.repository);
  const { branch, expected } = order;
  await checkBranchName(branch, folder);
  const head = await commitAt(mirror, order.head);
  const remote = await ground.credential(order.repository);
  return await pushCommit({ mirror, remote, branch, expected }, head);
}
