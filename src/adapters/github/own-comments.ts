/** Finds comments of ours on an issue, by hidden marker and author, when it is not known whether they were written. */
import type { CommentId, IssueId } from "../../core/ids.ts";
import { commentId } from "../../core/ids.ts";
import type { Client } from "./client.ts";
import { issueComments } from "./issue-documents.ts";
import { markerOf } from "./records.ts";

/** Ids by key; keys that no comment of ours has are absent. Anybody can write our marker, so the author counts. */
export async function findOwnComments(
  client: Client,
  issue: IssueId,
  keys: readonly string[],
): Promise<ReadonlyMap<string, CommentId>> {
  const found = new Map<string, CommentId>();
  let before: string | null = null;
  while (found.size < keys.length) {
    const page = await readPage(client, issue, before);
    for (const { id, body, viewerDidAuthor } of page.comments.toReversed()) {
      const key = keys.find((candidate) => firstLine(body) === markerOf(candidate));
      if (viewerDidAuthor && key !== undefined && !found.has(key)) found.set(key, commentId(id));
    }
    if (page.before === null) break;
    before = page.before;
  }
  return found;
}

const firstLine = (body: string): string => (body.split("\n", 1)[0] ?? "").trimEnd();

type OwnPage = {
  readonly comments: readonly {
    readonly id: string;
    readonly body: string;
    readonly viewerDidAuthor: boolean;
  }[];
  readonly before: string | null;
};

async function readPage(client: Client, issue: IssueId, before: string | null): Promise<OwnPage> {
  const what = `reading the comments of issue ${issue}`;
  const { node } = await client.graphql(what, issueComments, { issue, before });
  const connection = node?.comments;
  const { hasPreviousPage = false, startCursor } = connection?.pageInfo ?? {};
  return {
    comments: (connection?.nodes ?? []).filter((comment) => comment !== null),
    before: hasPreviousPage ? (startCursor ?? null) : null,
  };
}
