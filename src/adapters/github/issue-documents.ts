/** GraphQL for reading one issue, its card and our comments on it. */
import { z } from "zod";
import { Comment, commentFields } from "./comment-node.ts";
import { document, nodesOf } from "./document.ts";
import { Doer, doerFields } from "./doer.ts";

const projectFields = `fragment ProjectFields on ProjectV2 {
  id
  number
  closed
  owner {
    __typename
    ... on Organization { login }
    ... on User { login }
  }
  field(name: "Status") {
    ... on ProjectV2SingleSelectField { id options { id name } }
  }
  verification: field(name: "Verification") { ...Filled }
  verifiedBy: field(name: "Verified By") { ...Filled }
  criteriaMet: field(name: "Criteria Met") { ...Filled }
  criteriaTotal: field(name: "Criteria Total") { ...Filled }
  lastVerified: field(name: "Last Verified") { ...Filled }
}
fragment Filled on ProjectV2FieldConfiguration {
  ... on ProjectV2SingleSelectField { id dataType options { id name } }
  ... on ProjectV2Field { id dataType }
}`;

const itemFields = `fragment ItemFields on ProjectV2Item {
  id
  isArchived
  project { ...ProjectFields }
  fieldValueByName(name: "Status") {
    ... on ProjectV2ItemFieldSingleSelectValue { name }
  }
  priority: fieldValueByName(name: "Priority") {
    ... on ProjectV2ItemFieldSingleSelectValue { name }
  }
}`;

// A field of another type answers without these.
const Field = z
  .object({
    id: z.string().optional(),
    dataType: z.string().optional(),
    options: z.array(z.object({ id: z.string(), name: z.string() })).optional(),
  })
  .nullish();

const Project = z.object({
  id: z.string(),
  number: z.number(),
  closed: z.boolean(),
  owner: z.object({ __typename: z.string(), login: z.string().optional() }),
  field: Field,
  verification: Field,
  verifiedBy: Field,
  criteriaMet: Field,
  criteriaTotal: Field,
  lastVerified: Field,
});

const Item = z.object({
  id: z.string(),
  isArchived: z.boolean(),
  project: Project,
  fieldValueByName: z.object({ name: z.string().nullish() }).nullish(),
  priority: z.object({ name: z.string().nullish() }).nullish(),
});

/** A board as read. */
export type ProjectNode = z.infer<typeof Project>;
/** A card as read. */
export type ItemNode = z.infer<typeof Item>;

const Related = z.object({
  id: z.string(),
  number: z.number(),
  state: z.string(),
  repository: z.object({ nameWithOwner: z.string() }),
});

/** Another issue as read. */
export type RelatedNode = z.infer<typeof Related>;

const IssueNode = z.object({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  body: z.string(),
  url: z.string(),
  state: z.string(),
  author: Doer.nullish(),
  comments: nodesOf(Comment),
  labels: nodesOf(z.object({ id: z.string(), name: z.string() })),
  milestone: z.object({ title: z.string() }).nullish(),
  repository: z.object({
    databaseId: z.number(),
    name: z.string(),
    nameWithOwner: z.string(),
    isArchived: z.boolean(),
    // Boards that the issue may be put on; a board beyond the first 20 is asked for by its number.
    owner: z.object({ login: z.string(), projectsV2: nodesOf(Project).optional() }),
    defaultBranchRef: z.object({ name: z.string() }).nullish(),
    object: z.object({ text: z.string().nullish() }).nullish(),
  }),
  projectItems: nodesOf(Item),
  blockedBy: nodesOf(Related),
  subIssues: nodesOf(Related),
  parent: z.object({ id: z.string() }).nullish(),
});

/** An issue as read. */
export type IssueNode = z.infer<typeof IssueNode>;

/** Everything about an issue in one request; `id` is absent when the node is not an issue. */
export const inspectIssue = document(
  z.object({
    node: z.union([IssueNode, z.object({ id: z.undefined() })]).nullish(),
    comment: z
      .object({
        lastEditedAt: z.string().nullish(),
        issue: z.object({ id: z.string() }).optional(),
      })
      .nullish(),
  }),
  `query InspectIssue($issue: ID!, $file: String!, $comment: ID!, $byComment: Boolean!) {
  node(id: $issue) {
    ... on Issue {
      id
      number
      title
      body
      url
      state
      author { ...DoerFields }
      comments(last: 100) {
        nodes { ...CommentFields }
      }
      labels(first: 100) { nodes { id name } }
      milestone { title }
      repository {
        databaseId
        name
        nameWithOwner
        isArchived
        owner {
          login
          ... on Organization { projectsV2(first: 20) { nodes { ...ProjectFields } } }
        }
        defaultBranchRef { name }
        object(expression: $file) { ... on Blob { text } }
      }
      projectItems(first: 20, includeArchived: false) { nodes { ...ItemFields } }
      blockedBy(first: 50) { nodes { ...RelatedFields } }
      subIssues(first: 100) { nodes { ...RelatedFields } }
      parent { id }
    }
  }
  comment: node(id: $comment) @include(if: $byComment) {
    ... on IssueComment { lastEditedAt issue { id } }
  }
}
fragment RelatedFields on Issue { id number state repository { nameWithOwner } }`,
  commentFields,
  itemFields,
  projectFields,
  doerFields,
);

/** An organisation's board, for an issue that is not on it. */
export const organizationBoard = document(
  z.object({ organization: z.object({ projectV2: Project.nullish() }).nullish() }),
  `query OrganizationBoard($login: String!, $number: Int!) {
  organization(login: $login) { projectV2(number: $number) { ...ProjectFields } }
}`,
  projectFields,
);

/** A user's board and the issue's card on it. */
export const userBoard = document(
  z.object({
    user: z.object({ projectV2: Project.nullish() }).nullish(),
    node: z.object({ projectItems: nodesOf(Item).optional() }).nullish(),
  }),
  `query UserBoard($login: String!, $number: Int!, $issue: ID!) {
  user(login: $login) { projectV2(number: $number) { ...ProjectFields } }
  node(id: $issue) {
    ... on Issue { projectItems(first: 20, includeArchived: false) { nodes { ...ItemFields } } }
  }
}`,
  itemFields,
  projectFields,
);

/** A board by its node id, to see which columns it has now. */
export const boardColumns = document(
  z.object({ node: z.union([Project, z.object({ id: z.undefined() })]).nullish() }),
  `query BoardColumns($project: ID!) { node(id: $project) { ... on ProjectV2 { ...ProjectFields } } }`,
  projectFields,
);

/** Comments from the newest page on backwards. */
export const issueComments = document(
  z.object({
    node: z
      .object({
        comments: z
          .object({
            pageInfo: z.object({
              hasPreviousPage: z.boolean(),
              startCursor: z.string().nullish(),
            }),
            nodes: z
              .array(
                z
                  .object({ id: z.string(), body: z.string(), viewerDidAuthor: z.boolean() })
                  .nullable(),
              )
              .nullish(),
          })
          .optional(),
      })
      .nullish(),
  }),
  `query IssueComments($issue: ID!, $before: String) {
  node(id: $issue) {
    ... on Issue {
      comments(last: 100, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes { id body viewerDidAuthor }
      }
    }
    ... on PullRequest {
      comments(last: 100, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes { id body viewerDidAuthor }
      }
    }
  }
}`,
);
