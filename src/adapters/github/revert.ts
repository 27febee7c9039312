/** Takes merged work back: finds what we merged last for an issue and has GitHub open the opposite. */
import { z } from "zod";
import type { RevertOrder } from "../../core/effect.ts";
import type { Reverted } from "../../core/event.ts";
import type { PullNumber } from "../../core/ids.ts";
import { pullNumber } from "../../core/ids.ts";
import type { Client } from "./client.ts";
import { document, nodesOf } from "./document.ts";

const Closer = z.object({
  id: z.string(),
  number: z.number(),
  /** In UTC and of one length; empty while it is not merged. */
  mergedAt: z
    .string()
    .nullish()
    .transform((at) => at ?? ""),
  headRefName: z.string(),
  viewerDidAuthor: z.boolean(),
  repository: z.object({ databaseId: z.number() }),
});

const closers = document(
  z.object({
    node: z.object({ closedByPullRequestsReferences: nodesOf(Closer).optional() }).nullish(),
  }),
  `query Closers($issue: ID!) {
  node(id: $issue) {
    ... on Issue {
      closedByPullRequestsReferences(last: 50, includeClosedPrs: true) {
        nodes { id number mergedAt headRefName viewerDidAuthor repository { databaseId } }
      }
    }
  }
}`,
);

const revert = document(
  z.object({
    revertPullRequest: z
      .object({ revertPullRequest: z.object({ number: z.number() }).nullish() })
      .nullish(),
  }),
  `mutation Revert($pull: ID!) {
  revertPullRequest(input: { pullRequestId: $pull }) { revertPullRequest { number } }
}`,
);

/** Looks for an open one first, so that repeating it is harmless. */
export async function revertPull(client: Client, order: RevertOrder): Promise<Reverted> {
  const merged = await lastMerged(client, order);
  if (merged === null) return { isOpen: false, why: "nothing of ours was merged for this issue" };
  const number = pullNumber(merged.number);
  const open = await findOpen(client, order, merged);
  if (open !== null) return { isOpen: true, merged: number, revert: open };
  const what = `reverting pull request #${number} of ${order.repository.id}`;
  const { answer, refusals } = await client.partial(what, revert, { pull: merged.id });
  const opened = answer.revertPullRequest?.revertPullRequest?.number;
  if (opened !== undefined) return { isOpen: true, merged: number, revert: pullNumber(opened) };
  const words = refusals[0]?.words ?? "it gave no reason";
  return { isOpen: false, why: `GitHub will not take #${number} back: ${words}` };
}

/** Anybody's pull request may say that it closes the issue; only ours are ours to take back. */
async function lastMerged(
  client: Client,
  { repository, issue }: RevertOrder,
): Promise<z.infer<typeof Closer> | null> {
  const { node } = await client.graphql(`reading what closed issue ${issue}`, closers, { issue });
  const ours = (node?.closedByPullRequestsReferences ?? []).filter(
    (pull) =>
      pull.mergedAt !== "" &&
      pull.viewerDidAuthor &&
      pull.repository.databaseId === Number(repository.id),
  );
  return ours.toSorted((one, other) => one.mergedAt.localeCompare(other.mergedAt)).at(-1) ?? null;
}

/** By the name that GitHub gives the branch. */
async function findOpen(
  client: Client,
  { repository: { owner, name: repo } }: RevertOrder,
  merged: z.infer<typeof Closer>,
): Promise<PullNumber | null> {
  const branch = `revert-${merged.number}-${merged.headRefName}`;
  const [pull] = await client.rest(
    `looking for the pull request of ${owner}/${repo}:${branch}`,
    "GET /repos/{owner}/{repo}/pulls",
    { owner, repo, head: `${owner}:${branch}`, state: "open", per_page: 1 },
    z.array(z.object({ number: z.number() })),
  );
  return pull === undefined ? null : pullNumber(pull.number);
}
