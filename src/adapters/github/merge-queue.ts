/** How a pull request stands in GitHub's merge queue. */
import type { EntryState, QueueState, Removal } from "../../core/pull-state.ts";
import type { Failure } from "../../core/task.ts";
import { personOf } from "./doer.ts";
import type { CheckContext, PullNode } from "./pull-documents.ts";

/** Reads the checks that failed on the merge that the queue had made. */
type Failures = (contexts: readonly CheckContext[]) => Promise<readonly Failure[]>;

/** The queue of the base branch as this pull request stands to it. */
export async function queueStateOf(pull: PullNode, failures: Failures): Promise<QueueState> {
  if (!pull.isMergeQueueEnabled) return { kind: "none" };
  const { mergeQueueEntry: entry, author } = pull;
  const removal = await removalOf(pull, failures);
  if (entry == null) return { kind: "out", removal };
  const state = states.get(entry.state) ?? "queued";
  // Only an author's pull request is ours, and only its author's entry is.
  const isOurs = author != null && entry.enqueuer?.login === author.login;
  return { kind: "in", state, isOurs, removal };
}

const states: ReadonlyMap<string, EntryState> = new Map([
  ["QUEUED", "queued"],
  ["AWAITING_CHECKS", "awaiting-checks"],
  ["MERGEABLE", "mergeable"],
  ["UNMERGEABLE", "unmergeable"],
  ["LOCKED", "locked"],
]);

const longestReason = 100;

async function removalOf(
  { removals, mergeQueueEntry: entry }: PullNode,
  failures: Failures,
): Promise<Removal | null> {
  const [last] = removals;
  if (last?.id === undefined) return null;
  const contexts = last.beforeCommit?.statusCheckRollup?.contexts ?? [];
  return {
    id: last.id,
    reason: (last.reason ?? "unknown").toLowerCase().slice(0, longestReason),
    by: personOf(last.actor)?.login ?? null,
    failures: entry == null ? await failures(contexts) : [],
  };
}
