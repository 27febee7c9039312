/** The branch of an integration plan: made where it is missing, and brought up to date by merging. */
import { z } from "zod";
import type { FlowOrder, FlowState } from "../../core/flow.ts";
import type { Sha } from "../../core/ids.ts";
import { sha } from "../../core/ids.ts";
import type { Client } from "./client.ts";
import { ForgeFault } from "./fault.ts";

type There = Extract<FlowState, { isThere: true }>;

/** Looks first, so that repeating it is harmless. */
export async function prepareFlow(client: Client, order: FlowOrder): Promise<FlowState> {
  const head = await headOf(client, order, order.branch);
  if (head !== null) return await broughtUp(client, order, head);
  if (!order.mayMake) return { isThere: false };
  return { isThere: true, head: await make(client, order), isConflicting: false, hasWork: false };
}

const Ref = z.object({ object: z.object({ sha: z.string() }) });

async function headOf(
  client: Client,
  { repository: { owner, name: repo } }: FlowOrder,
  branch: string,
): Promise<Sha | null> {
  const what = `looking for the branch ${branch} of ${owner}/${repo}`;
  const route = "GET /repos/{owner}/{repo}/git/ref/{ref}";
  const parameters = { owner, repo, ref: `heads/${branch}` };
  const found = await unless("not-found", client.rest(what, route, parameters, Ref));
  return found === null ? null : sha(found.object.sha);
}

async function make(client: Client, order: FlowOrder): Promise<Sha> {
  const { branch, base } = order;
  const { owner, name: repo } = order.repository;
  const what = `making the branch ${branch} of ${owner}/${repo}`;
  const from = await headOf(client, order, base);
  if (from === null) throw new ForgeFault("not-found", `${what}: there is no branch ${base}`);
  const parameters = { owner, repo, ref: `refs/heads/${branch}`, sha: from };
  try {
    await client.rest(what, "POST /repos/{owner}/{repo}/git/refs", parameters, z.unknown());
    return from;
  } catch (error) {
    // The work of another sub-issue may have made it in this moment.
    const isThere = error instanceof ForgeFault && error.kind === "validation";
    const head = isThere ? await headOf(client, order, branch) : null;
    if (head === null) throw error;
    return head;
  }
}

async function broughtUp(client: Client, order: FlowOrder, head: Sha): Promise<There> {
  const { branch, base } = order;
  const { owner, name: repo } = order.repository;
  const merged = await unless(
    "conflict",
    client.rest(
      `merging ${base} into ${branch} of ${owner}/${repo}`,
      "POST /repos/{owner}/{repo}/merges",
      { owner, repo, base: branch, head: base, commit_message: `Merge ${base} into ${branch}` },
      // Nothing at all where there is nothing to be merged.
      z.union([z.object({ sha: z.string() }), z.unknown().transform(() => "nothing" as const)]),
    ),
  );
  return {
    isThere: true,
    head: merged === null || merged === "nothing" ? head : sha(merged.sha),
    isConflicting: merged === null,
    hasWork: order.isLast && (await hasWork(client, order)),
  };
}

const Comparison = z.object({ ahead_by: z.number(), files: z.array(z.unknown()).optional() });

async function hasWork(client: Client, { repository, branch, base }: FlowOrder): Promise<boolean> {
  const { owner, name: repo } = repository;
  const { ahead_by: ahead, files } = await client.rest(
    `comparing ${branch} with ${base} in ${owner}/${repo}`,
    "GET /repos/{owner}/{repo}/compare/{basehead}",
    { owner, repo, basehead: `${base}...${branch}`, per_page: 1 },
    Comparison,
  );
  return ahead > 0 && (files ?? []).length > 0;
}

/** Null where GitHub refuses in this way. */
async function unless<Answer>(
  kind: ForgeFault["kind"],
  asking: Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof ForgeFault && error.kind === kind) return null;
    throw error;
  }
}
