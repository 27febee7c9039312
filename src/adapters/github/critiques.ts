/** What people with write access want changed in a pull request. */
import { mayDispatch } from "../../core/issue.ts";
import type { Critique } from "../../core/task.ts";
import { personOf } from "./doer.ts";
import type { Permissions } from "./permission.ts";
import type { PullNode, ReviewNode, ThreadNode } from "./pull-documents.ts";
import { readable } from "./readable/readable.ts";

const critiquesAtMost = 50;
const longestText = 8_000;

type Said = {
  readonly id: string;
  readonly author: ReviewNode["author"];
  readonly place: string | null;
  readonly thread: string | null;
  readonly body: string;
};

/** Requested changes that their author has not taken back, and unresolved threads; also of an earlier head, for a push answers only what was known when it was made. */
export async function critiquesOf(
  pull: Pick<PullNode, "reviews" | "reviewThreads">,
  permissions: Permissions,
): Promise<readonly Critique[]> {
  const said = [...requested(pull.reviews), ...pull.reviewThreads.flatMap(unresolved)];
  const critiques: Critique[] = [];
  for (const { id, author, place, thread, body } of said.slice(-critiquesAtMost)) {
    const actor = personOf(author);
    const text = readable(body.slice(0, longestText)).text;
    if (actor === null || text === "" || !mayDispatch(await permissions(actor))) continue;
    critiques.push({ id, by: actor.login, place, thread, text });
  }
  return critiques;
}

function requested(reviews: readonly ReviewNode[]): readonly Said[] {
  return reviews
    .filter(({ state, body }) => state === "CHANGES_REQUESTED" && body.trim() !== "")
    .filter((review) => !isTakenBack(review, reviews))
    .map(({ id, author, body }) => ({ id, author, place: null, thread: null, body }));
}

/** Has its author approved since? */
const isTakenBack = (review: ReviewNode, reviews: readonly ReviewNode[]): boolean =>
  reviews
    .slice(reviews.indexOf(review) + 1)
    .some(({ author, state }) => state === "APPROVED" && author?.login === review.author?.login);

function unresolved(thread: ThreadNode): readonly Said[] {
  if (thread.isResolved) return [];
  const { id: of, path, line } = thread;
  const place = line == null ? path : `${path}:${line}`;
  return thread.comments
    .filter(({ viewerDidAuthor }) => !viewerDidAuthor)
    .map(({ id, author, body }) => ({ id, author, place, thread: of, body }));
}
