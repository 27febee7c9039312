/** The truth about an issue and about the person who wants it done, read in two requests. */
import { z } from "zod";
import type { InspectionOrder } from "../../core/effect.ts";
import { issueId, issueNumber, repositoryId } from "../../core/ids.ts";
import type {
  Actor,
  Blocker,
  Card,
  Inspection,
  Issue,
  Permission,
  RepositoryRef,
} from "../../core/issue.ts";
import type { BoardClients } from "./board.ts";
import { findCard } from "./board.ts";
import { statusNamed } from "./board-names.ts";
import type { Client, Refusal } from "./client.ts";
import { refusalFault } from "./client.ts";
import { ForgeFault } from "./fault.ts";
import type { IssueNode } from "./issue-documents.ts";
import { inspectIssue as inspectDocument } from "./issue-documents.ts";
import { storable } from "./published-text.ts";
import { readRepositoryFile, repositoryFile } from "./repository-file.ts";

/** Reads everything anew; nothing of it comes from a cache or a webhook. */
export async function inspectIssue(
  clients: BoardClients,
  order: InspectionOrder,
): Promise<Inspection> {
  const what = `reading issue ${order.issue}`;
  const isCommand = order.request.via === "command";
  const { answer, refusals } = await clients.installation.partial(what, inspectDocument, {
    issue: order.issue,
    file: repositoryFile,
    comment: order.request.via === "command" ? order.request.comment : order.issue,
    byComment: isCommand,
  });
  const refused = refusals.find(({ path }) => path.length === 1 && path[0] === "node");
  if (refused !== undefined) return missing(refused);
  throwUnless(isDispensable, what, refusals);
  const { node, comment } = answer;
  if (node?.id === undefined) return { found: false, why: "deleted" };
  if (node.repository.isArchived) return { found: false, why: "inaccessible" };
  const text = node.repository.object;
  const policy = readRepositoryFile(text == null ? null : (text.text ?? "\0"));
  const repository = repositoryOf(node, order);
  const permission = await permissionOf(clients.installation, repository, order.requester);
  const card = await findCard(clients, policy.board, node);
  const issue = issueOf(node, repository, card, order.triggerLabel);
  const isUnedited = comment?.issue?.id === node.id && comment.lastEditedAt == null;
  return {
    found: true,
    issue,
    isOpen: node.state === "OPEN",
    permission,
    requestHolds: requestHolds(order, issue, isUnedited),
    policy,
  };
}

function missing({ kind }: Refusal): Inspection {
  return { found: false, why: kind === "forbidden" ? "inaccessible" : "deleted" };
}

/** A comment that is gone is an answer, and boards that we may not see are none. Anything else refused is a fault. */
const isDispensable = ({ path }: Refusal): boolean =>
  path[0] === "comment" || path.includes("projectItems") || path.includes("projectsV2");

function throwUnless(
  isExpected: (refusal: Refusal) => boolean,
  what: string,
  refusals: readonly Refusal[],
): void {
  const unexpected = refusals.find((refusal) => !isExpected(refusal));
  if (unexpected !== undefined) throw refusalFault(what, unexpected);
}

const repositoryOf = ({ repository }: IssueNode, order: InspectionOrder): RepositoryRef => ({
  id: repositoryId(repository.databaseId),
  owner: repository.owner.login,
  name: repository.name,
  installation: order.installation,
});

const PermissionAnswer = z.object({
  permission: z.string(),
  role_name: z.string().optional(),
  user: z.object({ id: z.number() }).nullish(),
});

const permissions: readonly Permission[] = ["none", "read", "triage", "write", "maintain", "admin"];

/** An account that GitHub does not know, or that is another one than the requester, has none; a breakdown is a fault and not an answer. */
async function permissionOf(
  client: Client,
  { owner, name }: RepositoryRef,
  requester: Actor,
): Promise<Permission> {
  const what = `reading what ${requester.login} may do in ${owner}/${name}`;
  const route = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  try {
    const parameters = { owner, repo: name, username: requester.login };
    const answer = await client.rest(what, route, parameters, PermissionAnswer);
    if (answer.user?.id !== requester.id) return "none";
    // A role of an organisation's own making has a name that we do not know, and the permission that it is built on.
    const named = (wanted: string | undefined): Permission | undefined =>
      permissions.find((permission) => permission === wanted);
    return named(answer.role_name) ?? named(answer.permission) ?? "none";
  } catch (error) {
    if (error instanceof ForgeFault && error.kind === "not-found") return "none";
    throw error;
  }
}

function issueOf(
  node: IssueNode,
  repository: RepositoryRef,
  card: Card | null,
  triggerLabel: string,
): Issue {
  const wanted = triggerLabel.toLowerCase();
  const trigger = node.labels.find(({ name }) => name.toLowerCase() === wanted);
  return {
    id: issueId(node.id),
    number: issueNumber(node.number),
    repository,
    title: storable(node.title),
    body: storable(node.body),
    url: node.url,
    labels: node.labels.map(({ name }) => name),
    triggerLabelId: trigger?.id ?? null,
    base: node.repository.defaultBranchRef?.name ?? "main",
    card,
    blockers: blockersOf(node),
  };
}

/** Open dependencies and open sub-issues, each once. */
function blockersOf({ blockedBy, subIssues, repository }: IssueNode): readonly Blocker[] {
  const open = [...blockedBy, ...subIssues].filter(({ state }) => state === "OPEN");
  const byId = new Map(open.map((related) => [related.id, related]));
  return [...byId.values()].map(({ id, number, repository: { nameWithOwner } }) => ({
    id: issueId(id),
    reference:
      nameWithOwner === repository.nameWithOwner ? `#${number}` : `${nameWithOwner}#${number}`,
  }));
}

function requestHolds(
  { request }: InspectionOrder,
  { triggerLabelId, card }: Issue,
  isUnedited: boolean,
): boolean {
  switch (request.via) {
    case "label":
      return triggerLabelId !== null;
    case "card":
      return card?.status != null && statusNamed(card.status) === "Ready";
    case "command":
      return isUnedited;
  }
}
