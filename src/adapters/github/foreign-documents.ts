/** GraphQL for reading one pull request that we did not open. */
import { z } from "zod";
import { Comment, commentFields } from "./comment-node.ts";
import { document, nodesOf } from "./document.ts";
import { Doer, doerFields } from "./doer.ts";

const PullNode = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  state: z.string(),
  headRefOid: z.string(),
  baseRefName: z.string(),
  author: Doer.nullish(),
  comments: nodesOf(Comment),
  closingIssuesReferences: nodesOf(
    z.object({
      number: z.number(),
      title: z.string(),
      body: z.string(),
      createdAt: z.string(),
      author: Doer.nullish(),
      repository: z.object({ databaseId: z.number() }),
    }),
  ),
  labels: nodesOf(z.object({ name: z.string() })),
  repository: z.object({
    databaseId: z.number(),
    name: z.string(),
    isArchived: z.boolean(),
    owner: z.object({ login: z.string() }),
    object: z.object({ text: z.string().nullish() }).nullish(),
  }),
});

/** A pull request as read. */
export type ForeignPullNode = z.infer<typeof PullNode>;

/** Everything in one request; `id` is absent when the node is no pull request. */
export const foreignPull = document(
  z.object({
    node: z.union([PullNode, z.object({ id: z.undefined() })]).nullish(),
    comment: z
      .object({
        lastEditedAt: z.string().nullish(),
        pullRequest: z.object({ id: z.string() }).nullish(),
      })
      .nullish(),
  }),
  `query InspectForeignPull($pull: ID!, $file: String!, $comment: ID!) {
  node(id: $pull) {
    ... on PullRequest {
      id
      number
      title
      body
      url
      state
      headRefOid
      baseRefName
      author { ...DoerFields }
      comments(last: 100) {
        nodes { ...CommentFields }
      }
      closingIssuesReferences(first: 3) {
        nodes { number title body createdAt author { ...DoerFields } repository { databaseId } }
      }
      labels(first: 100) { nodes { name } }
      repository {
        databaseId
        name
        isArchived
        owner { login }
        object(expression: $file) { ... on Blob { text } }
      }
    }
  }
  comment: node(id: $comment) {
    ... on IssueComment { lastEditedAt pullRequest { id } }
  }
}`,
  commentFields,
  doerFields,
);
