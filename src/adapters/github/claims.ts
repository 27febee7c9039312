/** Whether another system's Worker is at an issue. Its comment only ever holds work back, and only when somebody with write access wrote it. */
import { millis } from "../../core/ids.ts";
import type { Claim } from "../../core/issue.ts";
import { mayDispatch } from "../../core/issue.ts";
import { seedComment, workerIn } from "../../core/seed-comment.ts";
import { personOf } from "./doer.ts";
import type { CommentNode } from "./comment-node.ts";
import type { Permissions } from "./permission.ts";

/** Accounts that are asked about for one issue: each costs a request, and strangers could write many such comments. */
const authorsAtMost = 5;

/** What the last record says that is believed. Ours, hidden ones, those of Apps and of people without write access are not. */
export async function claimIn(
  comments: readonly CommentNode[],
  permissions: Permissions,
): Promise<Claim | null> {
  const asked = new Set<number>();
  for (const { author, body, createdAt, viewerDidAuthor, isMinimized } of comments.toReversed()) {
    // An App echoes what others write, so it vouches for nothing.
    const person = personOf(author);
    if (person === null || viewerDidAuthor || isMinimized || !mayClaim(body)) continue;
    const said = workerIn(seedComment(body));
    if (said === null) continue;
    asked.add(person.id);
    if (asked.size > authorsAtMost) return null;
    if (!mayDispatch(await permissions(person))) continue;
    return said === "nobody"
      ? null
      : { worker: said.worker, by: person.login, at: millis(Date.parse(createdAt)) };
  }
  return null;
}

/** Most comments hold nothing of the kind, and need not be taken apart. */
const mayClaim = (body: string): boolean => body.includes("<!-- WORKER:ASSIGNED -->");
