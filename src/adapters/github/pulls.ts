/** Pull requests: opened once, read whole, merged only at the head that was judged. */
import { z } from "zod";
import type {
  InspectPullOrder,
  MergeOrder,
  PullAddressOrder,
  PullOrder,
  UpdateOrder,
} from "../../core/effect.ts";
import type { PullState } from "../../core/pull-state.ts";
import { pullNumber, sha } from "../../core/ids.ts";
import type { Failure } from "../../core/task.ts";
import type { MergeAnswer, OpenedPull, UpdateAnswer } from "../../ports.ts";
import { autoMergeOf } from "./auto-merge.ts";
import type { Client } from "./client.ts";
import { critiquesOf } from "./critiques.ts";
import { failuresOf } from "./failures.ts";
import { ForgeFault } from "./fault.ts";
import { logEnds } from "./job-log.ts";
import { permissionsIn } from "./permission.ts";
import { cappedBody, cappedLine, storable } from "./published-text.ts";
import { queueStateOf } from "./merge-queue.ts";
import type { CheckContext, PullNode } from "./pull-documents.ts";
import { pullWithChecks } from "./pull-documents.ts";
import { labeller } from "./labeller.ts";
import { verdictOf } from "./verdict.ts";

/** GitHub's limit is 256. */
export const longestTitle = 250;

const Pull = z
  .object({ number: z.number(), html_url: z.string(), head: z.object({ sha: z.string() }) })
  .transform((pull): OpenedPull => ({
    pull: pullNumber(pull.number),
    url: pull.html_url,
    head: sha(pull.head.sha),
  }));

/** Opens the pull request, or finds the one that is open for the branch. */
export async function openPull(
  client: Client,
  order: PullOrder,
  again: boolean,
): Promise<OpenedPull> {
  const opened = again ? await findOpen(client, order) : null;
  if (opened !== null) return opened;
  const { owner, name: repo } = order.repository;
  try {
    return await client.rest(
      `opening a pull request for ${owner}/${repo}:${order.branch}`,
      "POST /repos/{owner}/{repo}/pulls",
      {
        owner,
        repo,
        head: order.branch,
        base: order.base,
        title: cappedLine(storable(order.title), longestTitle),
        body: cappedBody(storable(order.body)),
      },
      Pull,
    );
  } catch (error) {
    // One reason for 422 is that the branch has a pull request already.
    const isTaken = error instanceof ForgeFault && error.kind === "validation" && !again;
    const existing = isTaken ? await findOpen(client, order) : null;
    if (existing === null) throw error;
    return existing;
  }
}

async function findOpen(client: Client, order: PullOrder): Promise<OpenedPull | null> {
  const { owner, name: repo } = order.repository;
  const [pull] = await client.rest(
    `looking for the pull request of ${owner}/${repo}:${order.branch}`,
    "GET /repos/{owner}/{repo}/pulls",
    { owner, repo, head: `${owner}:${order.branch}`, state: "open", per_page: 1 },
    z.array(Pull),
  );
  return pull ?? null;
}

/** Who looks: our own checks are left out, and so are secrets. */
export type Onlooker = {
  readonly appId: number;
  readonly redact: (text: string) => string;
};

/** The pull request as it is, in one request for each 100 checks, and one for each log that is wanted. */
export async function inspectPull(
  client: Client,
  order: InspectPullOrder,
  { appId, redact }: Onlooker,
): Promise<PullState> {
  const pull = await readPull(client, order, null);
  const contexts = [...(pull.statusCheckRollup?.contexts.nodes ?? [])];
  let next = pull.statusCheckRollup?.contexts.next ?? null;
  while (next !== null) {
    const { statusCheckRollup: rollup } = await readPull(client, order, next);
    contexts.push(...(rollup?.contexts.nodes ?? []));
    next = rollup?.contexts.next ?? null;
  }
  const logEnd = order.areLogsWanted ? logEnds(client, order.repository) : noLog;
  const failuresIn = (of: readonly CheckContext[]): Promise<readonly Failure[]> =>
    failuresOf(of, appId, { logEnd, redact });
  const permissions = permissionsIn(client, order.repository);
  return {
    state: states[pull.state],
    head: sha(pull.headRefOid),
    base: sha(pull.baseRef?.target?.oid ?? pull.baseRefOid),
    parents: parentsOf(pull),
    isBehind: pull.mergeStateStatus === "BEHIND",
    autoMerge: autoMergeOf(pull),
    queue: await queueStateOf(pull, order.isRemovalWanted ? failuresIn : () => Promise.resolve([])),
    headBranch: pull.headRefName,
    headPlace: headPlaceOf(pull),
    baseBranch: pull.baseRefName,
    isDraft: pull.isDraft,
    labels: pull.labels.map((label) => label.name),
    mergeLabelledBy: await labeller(pull, order.mergeLabel, permissions),
    mergeable: mergeabilities.get(pull.mergeable) ?? "unknown",
    checks: verdictOf(contexts, appId),
    failures: await failuresIn(contexts),
    critiques: await critiquesOf(pull, permissions),
  };
}

/** The branch may have moved since its pull request was read. */
function parentsOf({ headRefOid, headRef }: PullNode): PullState["parents"] {
  const commit = headRef?.target;
  return commit?.oid === headRefOid ? (commit.parents ?? []).map(({ oid }) => sha(oid)) : [];
}

function headPlaceOf({
  isCrossRepository,
  repository,
  headRefName,
}: PullNode): PullState["headPlace"] {
  if (isCrossRepository) return "fork";
  return repository.defaultBranchRef?.name === headRefName ? "default" : "repository";
}

const noLog = (): Promise<string> => Promise.resolve("");

/** One page of its checks. */
export async function readPull(
  client: Client,
  order: PullAddressOrder,
  after: string | null,
): Promise<PullNode> {
  const { owner, name } = order.repository;
  const what = `reading pull request ${owner}/${name}#${order.pull}`;
  const variables = { owner, name, number: order.pull, after };
  const { repository } = await client.graphql(what, pullWithChecks, variables);
  if (repository?.pullRequest != null) return repository.pullRequest;
  throw new ForgeFault("not-found", `${what}: there is no such pull request`);
}

const states = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

const mergeabilities: ReadonlyMap<string, PullState["mergeable"]> = new Map([
  ["MERGEABLE", "clean"],
  ["CONFLICTING", "conflicting"],
]);

/** Merges exactly the ordered head. A refusal is an answer; a breakdown is a fault, and what it left is read first next time. */
export async function mergePull(
  client: Client,
  order: MergeOrder,
  again: boolean,
): Promise<MergeAnswer> {
  if (again && (await isMerged(client, order))) return { merged: true };
  const { owner, name: repo } = order.repository;
  try {
    await client.rest(
      `merging pull request ${owner}/${repo}#${order.pull}`,
      "PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge",
      {
        owner,
        repo,
        pull_number: order.pull,
        sha: order.head,
        merge_method: order.method,
        commit_title: cappedLine(storable(order.title), longestTitle),
      },
      z.object({ merged: z.literal(true) }),
    );
    return { merged: true };
  } catch (error) {
    // 405 says that it cannot be merged, 409 that the head is another one; both also of what is merged.
    if (!(error instanceof ForgeFault) || error.kind !== "conflict") throw error;
    if (!again && (await isMerged(client, order))) return { merged: true };
    return { merged: false, why: error.message };
  }
}

/** Has GitHub merge the base branch into exactly the ordered head. */
export async function updatePull(client: Client, order: UpdateOrder): Promise<UpdateAnswer> {
  const { owner, name: repo } = order.repository;
  try {
    await client.rest(
      `bringing pull request ${owner}/${repo}#${order.pull} up to date`,
      "PUT /repos/{owner}/{repo}/pulls/{pull_number}/update-branch",
      { owner, repo, pull_number: order.pull, expected_head_sha: order.head },
      z.unknown(),
    );
    return { updated: true };
  } catch (error) {
    if (!(error instanceof ForgeFault) || error.kind !== "validation") throw error;
    const { headRefOid } = await readPull(client, order, null);
    // Another head, by an earlier try of ours or by somebody else: the next look tells which.
    return headRefOid === order.head ? { updated: false, why: error.message } : { updated: true };
  }
}

async function isMerged(client: Client, order: MergeOrder): Promise<boolean> {
  const { state } = await readPull(client, order, null);
  return state === "MERGED";
}
