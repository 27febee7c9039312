/** The truth about a pull request that we did not open, and about the person who wants something done there. */
import type { InspectionOrder } from "../../core/effect.ts";
import type { CommentId } from "../../core/ids.ts";
import { issueId, issueNumber, sha } from "../../core/ids.ts";
import type { Inspection, Issue, RepositoryRef } from "../../core/issue.ts";
import type { Client } from "./client.ts";
import type { CommentNode } from "./comment-node.ts";
import type { ForeignPullNode } from "./foreign-documents.ts";
import { foreignPull } from "./foreign-documents.ts";
import {
  authorPermissionOf,
  isDispensable,
  missing,
  repositoryOf,
  throwUnless,
} from "./inspect.ts";
import { wordsOf } from "./issue-of.ts";
import { permissionsIn } from "./permission.ts";
import { remarksOf } from "./remarks.ts";
import { readRepositoryFile, repositoryFile } from "./repository-file.ts";

/** Reads everything anew. What a Worker is given stands where an issue's text would; it is on no board and waits for nothing. */
export async function inspectForeignPull(
  client: Client,
  order: InspectionOrder,
  comment: CommentId,
): Promise<Inspection> {
  const what = `reading pull request ${order.issue}`;
  const variables = { pull: order.issue, file: repositoryFile, comment };
  const { answer, refusals } = await client.partial(what, foreignPull, variables);
  const refused = refusals.find(({ path }) => path.length === 1 && path[0] === "node");
  if (refused !== undefined) return missing(refused);
  throwUnless(isDispensable, what, refusals);
  const { node } = answer;
  if (node?.id === undefined) return { found: false, why: "deleted" };
  if (node.repository.isArchived) return { found: false, why: "inaccessible" };
  const file = node.repository.object;
  const policy = readRepositoryFile(file == null ? null : (file.text ?? "\0"));
  const repository = repositoryOf(node, order);
  const permissions = permissionsIn(client, repository);
  const remarks = await remarksOf([...node.comments, ...closedBy(node)], {
    whose: policy.briefComments,
    permissions,
  });
  const said = answer.comment;
  return {
    found: true,
    issue: issueOf(node, repository, remarks),
    head: sha(node.headRefOid),
    isOpen: node.state === "OPEN",
    permission: await permissions(order.requester),
    authorPermission: order.isAuthorAsked ? await authorPermissionOf(node, permissions) : null,
    requestHolds: said?.pullRequest?.id === node.id && said.lastEditedAt == null,
    policy,
  };
}

/**
 * The issues that it closes say what it is for; like comments they are read where their authors may be. Anybody can name
 * another repository's issue, which may be private, and what a Worker reads it may tell.
 */
const closedBy = (node: ForeignPullNode): readonly CommentNode[] =>
  node.closingIssuesReferences
    .filter(({ repository }) => repository.databaseId === node.repository.databaseId)
    .map(({ number, title, body, createdAt, author }) => ({
      author,
      createdAt,
      viewerDidAuthor: false,
      isMinimized: false,
      body: `Issue #${number}, which it closes: ${title}\n\n${body}`,
    }));

function issueOf(
  node: ForeignPullNode,
  repository: RepositoryRef,
  { comments }: Pick<Issue, "comments">,
): Issue {
  return {
    id: issueId(node.id),
    number: issueNumber(node.number),
    repository,
    ...wordsOf(node),
    comments,
    handover: null,
    claim: null,
    url: node.url,
    labels: node.labels.map(({ name }) => name),
    triggerLabelId: null,
    base: node.baseRefName,
    card: null,
    blockers: [],
    unknownBlockers: [],
    milestone: null,
    scope: null,
    criteria: { met: 0, total: 0 },
    touches: [],
    parent: null,
    subIssues: [],
  };
}
