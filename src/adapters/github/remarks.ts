/** What other people wrote under an issue, as far as an agent may read it. */
import { millis } from "../../core/ids.ts";
import type { Actor, Issue } from "../../core/issue.ts";
import { mayDispatch } from "../../core/issue.ts";
import type { RepositoryPolicy } from "../../core/policy.ts";
import { handoverIn, seedComment } from "../../core/seed-comment.ts";
import { personOf } from "./doer.ts";
import type { CommentNode } from "./comment-node.ts";
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

/** Among the last so many comments a Worker looks for what concerns it. */
const readAtMost = 20;

/** Comments that say something, oldest first, and the last handover among them; ours, minimised ones and mere commands are left out. */
export async function remarksOf(
  comments: readonly CommentNode[],
  { whose, permissions }: Readers,
): Promise<Pick<Issue, "comments" | "handover">> {
  if (whose === "none") return { comments: [], handover: null };
  const others = comments
    .slice(-readAtMost)
    .filter((comment) => isByOthers(comment) && !isCommand(comment.body));
  const allowed = whose === "everyone" ? others : await byWriters(others, permissions);
  const read = allowed.map(({ author, createdAt, body }) => {
    const who = { by: author?.login ?? "ghost", at: millis(Date.parse(createdAt)) };
    const seed = body.includes("<!-- HANDOVER:START -->") ? seedComment(body) : null;
    const handover = textOf(seed === null ? "" : (handoverIn(seed) ?? ""));
    // A handover that cannot be read as one is a comment like any other.
    const text = textOf(handover === "" ? body : (seed?.rest ?? ""));
    return { comment: { ...who, text }, handover: { ...who, text: handover } };
  });
  return {
    comments: read.map(({ comment }) => comment).filter(({ text }) => text !== ""),
    handover: read.map(({ handover }) => handover).findLast(({ text }) => text !== "") ?? null,
  };
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
