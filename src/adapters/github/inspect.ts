/** The truth about an issue and about the person who wants it done, read in two requests where nobody else has to be asked about. */
import type { InspectionOrder } from "../../core/effect.ts";
import { repositoryId } from "../../core/ids.ts";
import type { Inspection, Issue, Permission, RepositoryRef } from "../../core/issue.ts";
import type { BoardClients } from "./board.ts";
import { findCard } from "./board.ts";
import { statusNamed } from "./board-names.ts";
import type { Refusal } from "./client.ts";
import { refusalFault } from "./client.ts";
import { claimIn } from "./claims.ts";
import { dependenciesOf } from "./dependencies.ts";
import { personOf } from "./doer.ts";
import type { IssueNode } from "./issue-documents.ts";
import { inspectIssue as inspectDocument } from "./issue-documents.ts";
import { issueOf } from "./issue-of.ts";
import type { Permissions } from "./permission.ts";
import { permissionsIn } from "./permission.ts";
import { remarksOf } from "./remarks.ts";
import { readRepositoryFile, repositoryFile } from "./repository-file.ts";

/** Reads everything anew; nothing of it comes from a cache or a webhook. */
export async function inspectIssue(
  clients: BoardClients,
  order: InspectionOrder,
): Promise<Inspection> {
  const what = `reading issue ${order.issue}`;
  const isCommand = "comment" in order.request;
  const { answer, refusals } = await clients.installation.partial(what, inspectDocument, {
    issue: order.issue,
    file: repositoryFile,
    comment: "comment" in order.request ? order.request.comment : order.issue,
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
  const permissions = permissionsIn(clients.installation, repository);
  const permission = await permissions(order.requester);
  const readers = { whose: policy.briefComments, permissions };
  const remarks = await remarksOf(node.comments, readers);
  const claim = await claimIn(node.comments, permissions);
  const card = await findCard(clients, policy.board, node);
  const { triggerLabel } = order;
  const dependencies = await dependenciesOf(clients.installation, node, order.dependsOn);
  const issue = issueOf(node, { repository, card, remarks, claim, triggerLabel, dependencies });
  const isUnedited = comment?.issue?.id === node.id && comment.lastEditedAt == null;
  return {
    found: true,
    issue,
    head: null,
    isOpen: node.state === "OPEN",
    permission,
    authorPermission: order.isAuthorAsked ? await authorPermissionOf(node, permissions) : null,
    requestHolds: requestHolds(order, issue, isUnedited),
    policy,
  };
}

/** Why nothing can be read of what was asked for. */
export function missing({ kind }: Refusal): Inspection {
  return { found: false, why: kind === "forbidden" ? "inaccessible" : "deleted" };
}

/** A comment that is gone is an answer, and boards that we may not see are none. Anything else refused is a fault. */
export const isDispensable = ({ path }: Refusal): boolean =>
  path[0] === "comment" || path.includes("projectItems") || path.includes("projectsV2");

/** Throws for the first refusal that is not expected. */
export function throwUnless(
  isExpected: (refusal: Refusal) => boolean,
  what: string,
  refusals: readonly Refusal[],
): void {
  const unexpected = refusals.find((refusal) => !isExpected(refusal));
  if (unexpected !== undefined) throw refusalFault(what, unexpected);
}

/** Where the repository is reached. */
export const repositoryOf = (
  {
    repository,
  }: { readonly repository: Pick<IssueNode["repository"], "databaseId" | "name" | "owner"> },
  order: InspectionOrder,
): RepositoryRef => ({
  id: repositoryId(repository.databaseId),
  owner: repository.owner.login,
  name: repository.name,
  installation: order.installation,
});

/** Of an account that is gone, or that is no person's, nothing is approved by itself. */
export const authorPermissionOf = async (
  { author }: Pick<IssueNode, "author">,
  permissions: Permissions,
): Promise<Permission> => {
  const person = personOf(author);
  return person === null ? "none" : permissions(person);
};

function requestHolds(
  { request }: InspectionOrder,
  { triggerLabelId, card }: Issue,
  isUnedited: boolean,
): boolean {
  switch (request.via) {
    case "label":
    case "tracking":
    case "integration":
      return triggerLabelId !== null;
    case "card":
      return card?.status != null && statusNamed(card.status) === "Ready";
    case "command":
    case "pull":
    case "revert":
    case "logs":
    case "cleanup":
      return isUnedited;
  }
}
