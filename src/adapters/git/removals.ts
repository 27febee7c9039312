/** Orders of the Git port that end worktrees of an issue. */
import type { Cleared, ClearOrder } from "../../core/aside-order.ts";
import type { AttemptAddress, RemovalOrder } from "../../core/effect.ts";
import type { SavedRef } from "../../core/event.ts";
import { GitFault } from "./fault.ts";
import { collectionOf } from "./ground.ts";
import type { Ground, IssueAddress } from "./ground.ts";
import { attemptRefs, issueFolder, keptAt } from "./layout.ts";
import { refsUnder } from "./mirror.ts";
import { deleteBranch } from "./push.ts";
import { removeAttempt, removeIssueFolder } from "./remove.ts";
import { checkBranchName } from "./worktree.ts";

type Attempt = Pick<AttemptAddress, "attempt" | "worker">;

/** Saves and removes their worktrees; answers with what was saved, in the order of the attempts. */
export async function removeAll(
  ground: Ground,
  { repository, issueNumber }: IssueAddress,
  attempts: readonly Attempt[],
): Promise<readonly SavedRef[]> {
  const saved: SavedRef[] = [];
  for (const { attempt, worker } of attempts) {
    const kept = await removeOne(ground, { repository, issueNumber, attempt, worker });
    if (kept !== null) saved.push(kept);
  }
  return saved;
}

/** Those of the attempts, and the branch where that is wanted. */
export async function removeWorktrees(
  ground: Ground,
  order: RemovalOrder,
): Promise<readonly SavedRef[]> {
  const { repository, issueNumber, deleteBranch: doomed } = order;
  const saved = await removeAll(ground, order, order.attempts);
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

/** All of the issue, by the refs, for whoever asks does not know of every Worker that the issue ever had. */
export async function clearWorktrees(ground: Ground, order: ClearOrder): Promise<Cleared> {
  const { mirror } = await ground.mirror(order.repository);
  const kept = keptAt(await refsUnder(mirror, `${attemptRefs}${order.issueNumber}/`));
  const saved = await removeAll(ground, order, kept);
  await removeIssueFolder(ground.root, issueFolder(ground.root, order));
  return { attempts: kept.map(({ attempt }) => attempt), saved };
}

async function removeOne(ground: Ground, order: AttemptAddress): Promise<SavedRef | null> {
  const collection = await collectionOf(ground, order, `Keep what ${order.worker} left`);
  const { root, log } = ground;
  return await removeAttempt({ ...collection, root, number: order.attempt, log });
}
