/** What webhooks say about pull requests and about the checks of their heads. */
import type { z } from "zod";
import type { GitHubEvent, PullAddress } from "../../core/event.ts";
import { pullNumber, repositoryId, sha } from "../../core/ids.ts";
import { CheckSuite, CommitStatus, MergeGroup, Pull, PullLabel, Reviewed } from "./payload.ts";
import type { Known, Reader } from "./reader.ts";
import { actor, isBot, reader } from "./reader.ts";

/** Readers by event and action. */
export const pullReaders: readonly (readonly [name: string, reader: Reader])[] = [
  ["pull_request.closed", reader(Pull, closed)],
  ["pull_request.reopened", reader(Pull, reopened)],
  ["pull_request.synchronize", reader(Pull, pushed)],
  ["pull_request.labeled", reader(PullLabel, relabelled)],
  ["pull_request.unlabeled", reader(PullLabel, relabelled)],
  ["pull_request.enqueued", reader(Pull, enqueued)],
  ["pull_request.dequeued", reader(Pull, dequeued)],
  ["merge_group.checks_requested", reader(MergeGroup, grouped)],
  ["merge_group.destroyed", reader(MergeGroup, grouped)],
  ["pull_request_review.submitted", reader(Reviewed, reviewed)],
  ["pull_request_review.edited", reader(Reviewed, reviewed)],
  ["pull_request_review_thread.unresolved", reader(Reviewed, reviewed)],
  ["check_suite.completed", reader(CheckSuite, suiteCompleted)],
  ["status", reader(CommitStatus, statusSet)],
];

type PullPayload = z.infer<typeof Pull>;

function closed({ pull_request: pull, repository, sender }: PullPayload): GitHubEvent[] {
  const address = addressOf(repository.id, pull.number);
  const by = actor(sender);
  if (pull.merged !== true) return [{ type: "pull.closed", ...address, by }];
  return [{ type: "pull.merged", ...address, by, head: sha(pull.head.sha) }];
}

function reopened({ pull_request: pull, repository, sender }: PullPayload): GitHubEvent[] {
  return [{ type: "pull.reopened", ...addressOf(repository.id, pull.number), by: actor(sender) }];
}

function pushed({ pull_request: pull, repository, sender }: PullPayload): GitHubEvent[] {
  const address = addressOf(repository.id, pull.number);
  return [{ type: "pull.pushed", ...address, by: actor(sender), head: sha(pull.head.sha) }];
}

/** What we have put in ourselves is no news. */
function enqueued(payload: PullPayload): GitHubEvent[] {
  return isBot(payload.sender) ? [] : dequeued(payload);
}

/** Whether that was by a merge, and why else, is asked for. */
function dequeued({ pull_request: pull, repository }: PullPayload): GitHubEvent[] {
  return [{ type: "pull.queueMoved", ...addressOf(repository.id, pull.number) }];
}

/** The queue names the branch of a group after the pull request that it adds. Sample: `refs/heads/gh-readonly-queue/main/pr-104-<sha>`. */
function grouped({ merge_group: group, repository }: z.infer<typeof MergeGroup>): GitHubEvent[] {
  const number = /\/pr-(\d{1,15})-[0-9a-f]{40,64}$/u.exec(group.head_ref)?.[1];
  return number === undefined
    ? []
    : [{ type: "pull.queueMoved", ...addressOf(repository.id, Number(number)) }];
}

function relabelled({
  pull_request: pull,
  repository,
  sender,
  label,
}: z.infer<typeof PullLabel>): GitHubEvent[] {
  const address = addressOf(repository.id, pull.number);
  return [{ type: "pull.relabelled", ...address, by: actor(sender), label: label.name }];
}

/** What was said, and whether it counts, is asked for: the words of a review come in several events. A bare remark by a bot, as our own answers are, never counts. */
function reviewed({
  pull_request: pull,
  repository,
  sender,
  review,
}: z.infer<typeof Reviewed>): GitHubEvent[] {
  if (isBot(sender) && review?.state === "commented") return [];
  return [{ type: "pull.reviewed", ...addressOf(repository.id, pull.number), by: actor(sender) }];
}

const addressOf = (repository: number, pull: number): PullAddress => ({
  repository: repositoryId(repository),
  pull: pullNumber(pull),
});

/**
 * A suite completes with its last run, so `check_run` and `workflow_run` would only say the same again, each for a further request.
 * Our own check run follows from what others' checks say; taking it for news would go round in circles.
 */
function suiteCompleted(
  { check_suite: suite, repository }: z.infer<typeof CheckSuite>,
  known: Known,
): GitHubEvent[] {
  return suite.app?.id === known.appId ? [] : settled(repository.id, suite.head_sha);
}

function statusSet({ sha: head, state, repository }: z.infer<typeof CommitStatus>): GitHubEvent[] {
  return state === "pending" ? [] : settled(repository.id, head);
}

const settled = (repository: number, head: string): GitHubEvent[] => [
  { type: "checks.settled", repository: repositoryId(repository), head: sha(head) },
];
