/** Several changes in one request. The text is put together from constants only; every value is a variable. */
import { z } from "zod";
import type { Client } from "./client.ts";
import { refusalFault } from "./client.ts";
import type { Refusal } from "./client.ts";
import type { GraphqlDocument } from "./document.ts";
import { document } from "./document.ts";

/** The mutations that we use: type of the input, and what we read of the payload. */
const kinds = {
  addComment: ["AddCommentInput!", "commentEdge { node { id } }"],
  updateIssueComment: ["UpdateIssueCommentInput!", "issueComment { id }"],
  addReaction: ["AddReactionInput!", "clientMutationId"],
  removeLabelsFromLabelable: ["RemoveLabelsFromLabelableInput!", "clientMutationId"],
  addProjectV2ItemById: ["AddProjectV2ItemByIdInput!", "item { id }"],
  updateProjectV2ItemFieldValue: ["UpdateProjectV2ItemFieldValueInput!", "projectV2Item { id }"],
  addPullRequestReviewThreadReply: ["AddPullRequestReviewThreadReplyInput!", "clientMutationId"],
  resolveReviewThread: ["ResolveReviewThreadInput!", "clientMutationId"],
  enablePullRequestAutoMerge: ["EnablePullRequestAutoMergeInput!", "clientMutationId"],
  disablePullRequestAutoMerge: ["DisablePullRequestAutoMergeInput!", "clientMutationId"],
  enqueuePullRequest: ["EnqueuePullRequestInput!", "clientMutationId"],
  dequeuePullRequest: ["DequeuePullRequestInput!", "clientMutationId"],
} as const;

/** The name of a mutation that we use. */
export type MutationKind = keyof typeof kinds;

/** One change; what it came to is told under its name. */
export type Change = {
  readonly name: string;
  readonly kind: MutationKind;
  readonly input: { readonly [field: string]: unknown };
};

/** What changes came to, by name: the id of what was made or changed, or why it was refused. */
export type Changes = ReadonlyMap<string, Changed>;
export type Changed = { readonly id: string | null } | { readonly refused: Refusal };

const Payload = z.object({
  commentEdge: z.object({ node: z.object({ id: z.string() }).nullish() }).nullish(),
  issueComment: z.object({ id: z.string() }).nullish(),
  item: z.object({ id: z.string() }).nullish(),
});
const Payloads = z.record(z.string(), Payload.nullable());

/** The request for changes of these kinds: `s0`, `s1` and so on, made one after the other. */
export function mutationOf(
  wanted: readonly MutationKind[],
): GraphqlDocument<z.infer<typeof Payloads>> {
  const variables = wanted.map((kind, at) => `$s${at}: ${kinds[kind][0]}`);
  const fields = wanted.map(
    (kind, at) => `  s${at}: ${kind}(input: $s${at}) { ${kinds[kind][1]} }`,
  );
  return document(Payloads, `mutation Publish(${variables.join(", ")}) {`, ...fields, "}");
}

/** Makes changes in one request; those that GitHub refuses do not keep it from the others. */
export async function make(
  client: Client,
  what: string,
  changes: readonly Change[],
): Promise<Changes> {
  if (changes.length === 0) return new Map();
  const inputs = Object.fromEntries(changes.map(({ input }, at) => [`s${at}`, input]));
  const kindsWanted = changes.map(({ kind }) => kind);
  const { answer, refusals } = await client.partial(what, mutationOf(kindsWanted), inputs);
  return new Map(
    changes.map(({ name }, at): [string, Changed] => {
      const refused = refusals.find(({ path }) => path[0] === `s${at}`);
      if (refused !== undefined) return [name, { refused }];
      const payload = answer[`s${at}`];
      const made = payload?.commentEdge?.node ?? payload?.issueComment ?? payload?.item;
      return [name, { id: made?.id ?? null }];
    }),
  );
}

/** The id that a change came to; a refusal is thrown. */
export function madeId(what: string, changed: Changed | undefined): string {
  if (changed !== undefined && "refused" in changed) throw refusalFault(what, changed.refused);
  if (changed?.id == null) throw new Error(`${what}: GitHub named no id`);
  return changed.id;
}
