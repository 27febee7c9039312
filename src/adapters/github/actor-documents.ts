/** GraphQL for reading the comment in which somebody wants something. */
import { z } from "zod";
import { document } from "./document.ts";

/** Who wrote a comment where, and whether it still says what it said; absent when the node is no comment. */
export const commentStanding = document(
  z.object({
    node: z
      .object({
        lastEditedAt: z.string().nullish(),
        author: z.object({ databaseId: z.number().nullish() }).nullish(),
        repository: z.object({ databaseId: z.number() }).optional(),
      })
      .nullish(),
  }),
  `query CommentStanding($comment: ID!) {
  node(id: $comment) {
    ... on IssueComment {
      lastEditedAt
      author { ... on User { databaseId } }
      repository { databaseId }
    }
  }
}`,
);
