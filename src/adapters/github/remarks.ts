/** What other people wrote under an issue, as far as an agent may read it. */
import { millis } from "../../core/ids.ts";
import type { Actor, Remark } from "../../core/issue.ts";
import { mayDispatch } from "../../core/issue.ts";
import type { RepositoryPolicy } from "../../core/policy.ts";
import { personOf } from "./doer.ts";
import type { CommentNode } from "./issue-documents.ts";
import { isCommandLike, textLines } from "./markdown.ts";
import type { Permissions } from "./permission.ts";
import { readable } from "./readable/readable.ts";

/** Accounts that are asked about for one issue: each costs a request. */
const authorsAtMost = 5;
const longestRemark = 16_000;

/** Who may be read, and of whom GitHub has to be asked what they may do. */
export type Readers = {
  readonly whose: RepositoryPolicy["briefComments"];
  readonly permissions: Permissions;
};

/** Comments that say something, oldest first; ours, minimised ones and mere commands are left out. */
export async function remarksOf(
  comments: readonly CommentNode[],
  { whose, permissions }: Readers,
): Promise<readonly Remark[]> {
  if (whose === "none") return [];
  const others = comments.filter((comment) => isByOthers(comment) && !isCommand(comment.body));
  const allowed = whose === "everyone" ? others : await byWriters(others, permissions);
  return allowed.flatMap(({ author, createdAt, body }) => {
    const text = textOf(body);
    const by = author?.login ?? "ghost";
    return text === "" ? [] : [{ by, at: millis(Date.parse(createdAt)), text }];
  });
}

const isByOthers = ({ viewerDidAuthor, isMinimized }: CommentNode): boolean =>
  !viewerDidAuthor && !isMinimized;

/** Many long comments would take long to read, and leave an agent no room for the issue. */
function textOf(body: string): string {
  const { text } = readable(body.slice(0, longestRemark));
  return body.length > longestRemark ? `${text}\n\n… (shortened)` : text;
}

/** Parsing is the expensive part, and most comments do not begin like this. */
function isCommand(body: string): boolean {
  if (!isCommandLike(body)) return false;
  const lines = textLines(body).filter((line) => line !== "");
  return lines.length > 0 && lines.every(isCommandLike);
}

/** Those of the first few people with something to say, from the newest comment on, who have write access now. */
async function byWriters(
  comments: readonly CommentNode[],
  permissions: Permissions,
): Promise<readonly CommentNode[]> {
  const authors = new Map<number, Actor>();
  for (const { author } of comments.toReversed()) {
    const actor = personOf(author);
    if (actor !== null && authors.size < authorsAtMost) authors.set(actor.id, actor);
  }
  const writers = new Set<number>();
  for (const actor of authors.values()) {
    if (mayDispatch(await permissions(actor))) writers.add(actor.id);
  }
  return comments.filter(({ author }) => {
    const actor = personOf(author);
    return actor !== null && writers.has(actor.id);
  });
}
