/** What people with write access want changed at the present head of a pull request. */
import { mayDispatch } from "../../core/issue.ts";
import type { Critique } from "../../core/task.ts";
import { personOf } from "./doer.ts";
import type { Permissions } from "./permission.ts";
import type { PullNode, ReviewNode, ThreadNode } from "./pull-documents.ts";
import { readable } from "./readable/readable.ts";

const critiquesAtMost = 50;
const longestText = 8_000;

type Said = {
  readonly author: ReviewNode["author"];
  readonly place: string | null;
  readonly body: string;
};

/** Requested changes and unresolved threads; what was said of an earlier head has been answered by the push since. */
export async function critiquesOf(
  pull: Pick<PullNode, "headRefOid" | "reviews" | "reviewThreads">,
  permissions: Permissions,
): Promise<readonly Critique[]> {
  const said = [
    ...pull.reviews.flatMap((review) => requested(review, pull.headRefOid)),
    ...pull.reviewThreads.flatMap((thread) => unresolved(thread, pull.headRefOid)),
  ];
  const critiques: Critique[] = [];
  for (const { author, place, body } of said.slice(-critiquesAtMost)) {
    const actor = personOf(author);
    const text = readable(body.slice(0, longestText)).text;
    if (actor === null || text === "" || !mayDispatch(await permissions(actor))) continue;
    critiques.push({ by: actor.login, place, text });
  }
  return critiques;
}

function requested({ author, state, body, commit }: ReviewNode, head: string): readonly Said[] {
  const isAsking = state === "CHANGES_REQUESTED" && commit?.oid === head && body.trim() !== "";
  return isAsking ? [{ author, place: null, body }] : [];
}

function unresolved(thread: ThreadNode, head: string): readonly Said[] {
  if (thread.isResolved) return [];
  const { path, line } = thread;
  const place = line == null ? path : `${path}:${line}`;
  return thread.comments
    .filter(({ viewerDidAuthor, originalCommit }) => {
      return !viewerDidAuthor && originalCommit?.oid === head;
    })
    .map(({ author, body }) => ({ author, place, body }));
}
