/** A comment under an issue or a pull request, as GraphQL tells it. */
import { z } from "zod";
import { Doer } from "./doer.ts";

export const Comment = z.object({
  author: Doer.nullish(),
  viewerDidAuthor: z.boolean(),
  isMinimized: z.boolean(),
  createdAt: z.string(),
  body: z.string(),
});

/** A comment as read; its author is absent once the account is. */
export type CommentNode = z.infer<typeof Comment>;

/** Fragment with the fields of a comment; its document needs `doerFields` too. */
export const commentFields = `fragment CommentFields on IssueComment {
  author { ...DoerFields }
  viewerDidAuthor
  isMinimized
  createdAt
  body
}`;
