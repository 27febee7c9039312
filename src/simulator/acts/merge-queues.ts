/** The merge queue: what is put into it and taken out, and how its entries stand. */
import { announceSubject } from "./subject.ts";
import { endGroup } from "./merge-groups.ts";
import { findAccount, first, known, where } from "../world/find.ts";
import { mint } from "../world/world.ts";
import { noteOn, refuseArchived } from "./act.ts";
import { Refusal } from "../refusal.ts";
import { requiredOutcome, unmetRequirements } from "./requirements.ts";
import { timestamp } from "../sim.ts";
import type { By, Sim } from "../sim.ts";
import type { PullRequest, QueueEntry } from "../world/pulls.ts";
import type { Repository } from "../world/accounts.ts";

/** Who merges and removes what is in a queue. */
export const QUEUE_LOGIN = "github-merge-queue[bot]";

/** GitHub's own names for why an entry leaves: that of webhooks, then that of GraphQL. */
const REASONS = {
  MANUAL: "manual",
  MERGE: "merged",
  MERGE_CONFLICT: "merge_conflict",
  CI_FAILURE: "failed_checks",
} as const;

/** Why an entry leaves its queue, as the webhook has it. */
export type RemovalReason = keyof typeof REASONS;

/** How an entry stands. LOCKED never shows: the merge is made at once. */
export type EntryState = "QUEUED" | "AWAITING_CHECKS" | "MERGEABLE" | "UNMERGEABLE";

/** Puts a pull request at the end of its branch's queue; 422 when it cannot. */
export function enqueuePull(
  sim: Sim,
  by: By,
  pull: PullRequest,
  expectedHead: string | undefined,
): QueueEntry {
  const repository = known(sim.world.repositories, pull.repositoryId);
  refuseArchived(repository);
  refuseEntry(sim, repository, pull, expectedHead);
  const entry: QueueEntry = {
    ...mint(sim.world, "queueEntries"),
    repositoryId: repository.id,
    pullId: pull.id,
    enqueuerId: by.account.id,
    enqueuedAt: timestamp(sim),
    headSha: pull.headSha,
    group: null,
  };
  sim.world.queueEntries.set(entry.id, entry);
  const issue = known(sim.world.issues, pull.issueId);
  noteOn(sim, by, issue, "added_to_merge_queue");
  announceSubject(sim, by, issue, "enqueued");
  return entry;
}

function refuseEntry(
  sim: Sim,
  repository: Repository,
  pull: PullRequest,
  expectedHead: string | undefined,
): void {
  const refuse = (text: string): never => {
    throw new Refusal(422, text);
  };
  if (repository.mergeQueues[pull.baseRef] === undefined) {
    refuse("Base branch does not have a merge queue enabled");
  }
  if (known(sim.world.issues, pull.issueId).state === "closed") refuse("Pull request is closed");
  if (expectedHead !== undefined && expectedHead !== pull.headSha) {
    refuse("Head branch was modified. Review and try the merge again.");
  }
  if (entryOf(sim, pull) !== null) refuse("Pull request is already in the queue");
  if (pull.draft) refuse("Pull request is in draft state");
  if (pull.mergeable !== true) refuse("Pull request is not mergeable");
  const [unmet] = unmetRequirements(sim, pull);
  if (unmet !== undefined) refuse(`Pull request ${unmet}`);
}

/** Takes an entry out of its queue; its merge group ends. */
export async function dequeuePull(
  sim: Sim,
  by: By,
  entry: QueueEntry,
  reason: RemovalReason,
): Promise<void> {
  // At once, so that nobody who waits for git acts on it.
  if (!sim.world.queueEntries.delete(entry.id)) return;
  const pull = known(sim.world.pulls, entry.pullId);
  await endGroup(sim, by, { entry, pull, reason: reason === "MERGE" ? "merged" : "dequeued" });
  const issue = known(sim.world.issues, pull.issueId);
  noteOn(sim, by, issue, "removed_from_merge_queue", {
    commitId: entry.group?.sha ?? null,
    reason: REASONS[reason],
  });
  announceSubject(sim, by, issue, "dequeued", { reason });
}

/** The queue's own hand; in a world that is older than it, that of whoever put the entry in. */
export function queueBy({ world }: Sim, entry: QueueEntry): By {
  const account = findAccount(world, QUEUE_LOGIN) ?? known(world.accounts, entry.enqueuerId);
  return { account, appId: account.appId };
}

/** The entry of a pull request, or null. */
export function entryOf(sim: Sim, pull: PullRequest): QueueEntry | null {
  return first(sim.world.queueEntries, (entry) => entry.pullId === pull.id);
}

/** The entries of a branch's queue, first to be merged first. */
export function entriesOf(sim: Sim, repository: Repository, branch: string): QueueEntry[] {
  return where(
    sim.world.queueEntries,
    (entry) =>
      entry.repositoryId === repository.id &&
      known(sim.world.pulls, entry.pullId).baseRef === branch,
  );
}

/** How an entry stands now; computed, never stored. */
export function entryState(sim: Sim, entry: QueueEntry): EntryState {
  if (entry.group === null) return "QUEUED";
  const repository = known(sim.world.repositories, entry.repositoryId);
  const { baseRef } = known(sim.world.pulls, entry.pullId);
  const outcome = requiredOutcome(sim, repository, baseRef, entry.group.sha);
  if (outcome === "waiting") return "AWAITING_CHECKS";
  return outcome === "passed" ? "MERGEABLE" : "UNMERGEABLE";
}
