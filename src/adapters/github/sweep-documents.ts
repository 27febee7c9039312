/** GraphQL for finding requests that no webhook told us of. */
import { z } from "zod";
import { document, nodesOf, pageOf } from "./document.ts";
import { Doer, doerFields } from "./doer.ts";

const Labelled = z.object({
  id: z.string(),
  timelineItems: nodesOf(
    z.object({ label: z.object({ name: z.string() }).optional(), actor: Doer.nullish() }),
  ),
});

const RepositoryNode = z.object({
  databaseId: z.number(),
  isArchived: z.boolean(),
  owner: z.object({ __typename: z.string(), login: z.string() }),
  object: z.object({ text: z.string().nullish() }).nullish(),
  issues: pageOf(Labelled),
  plans: pageOf(Labelled),
});

/** A repository with its file and its labelled issues. */
export type RepositoryNode = z.infer<typeof RepositoryNode>;

/** Repositories by node id. Labelled issues beyond the first 50 of each kind come when those have lost their label. */
export const labelledIssues = document(
  z.object({
    nodes: z.array(z.union([RepositoryNode, z.object({ databaseId: z.undefined() })]).nullable()),
  }),
  `query LabelledIssues($ids: [ID!]!, $label: String!, $plan: String!, $file: String!) {
  nodes(ids: $ids) {
    ... on Repository {
      databaseId
      isArchived
      owner { __typename login }
      object(expression: $file) { ... on Blob { text } }
      issues(labels: [$label], states: [OPEN], first: 50) { ...LabelledFields }
      plans: issues(labels: [$plan], states: [OPEN], first: 50) { ...LabelledFields }
    }
  }
}
fragment LabelledFields on IssueConnection {
  pageInfo { hasNextPage endCursor }
  nodes {
    id
    timelineItems(itemTypes: [LABELED_EVENT], last: 20) {
      nodes { ... on LabeledEvent { label { name } actor { ...DoerFields } } }
    }
  }
}`,
  doerFields,
);

const itemFields = `fragment ReadyFields on ProjectV2Item {
  isArchived
  content { ... on Issue { id state repository { databaseId } } }
  fieldValueByName(name: "Status") {
    ... on ProjectV2ItemFieldSingleSelectValue { name creator { ...DoerFields } }
  }
}`;

const ReadyItem = z.object({
  isArchived: z.boolean(),
  content: z
    .object({
      id: z.string().optional(),
      state: z.string().optional(),
      repository: z.object({ databaseId: z.number() }).optional(),
    })
    .nullish(),
  fieldValueByName: z.object({ name: z.string().nullish(), creator: Doer.nullish() }).nullish(),
});

/** A card that may be in Ready. */
export type ReadyItem = z.infer<typeof ReadyItem>;

const Board = z.object({
  id: z.string(),
  number: z.number(),
  closed: z.boolean(),
  items: pageOf(ReadyItem),
});

/** A board with its first cards. */
export type ReadyBoard = z.infer<typeof Board>;

/** The boards of an organisation with the cards that its filter finds. */
export const organizationBoards = document(
  z.object({ organization: z.object({ projectsV2: pageOf(Board) }).nullish() }),
  `query OrganizationBoards($login: String!, $filter: String!, $after: String) {
  organization(login: $login) {
    projectsV2(first: 20, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes {
        id
        number
        closed
        items(first: 50, query: $filter) {
          pageInfo { hasNextPage endCursor }
          nodes { ...ReadyFields }
        }
      }
    }
  }
}`,
  itemFields,
  doerFields,
);

/** One board of a user with the cards that its filter finds. */
export const userReadyBoard = document(
  z.object({ user: z.object({ projectV2: Board.nullish() }).nullish() }),
  `query UserReadyBoard($login: String!, $number: Int!, $filter: String!) {
  user(login: $login) {
    projectV2(number: $number) {
      id
      number
      closed
      items(first: 50, query: $filter) {
        pageInfo { hasNextPage endCursor }
        nodes { ...ReadyFields }
      }
    }
  }
}`,
  itemFields,
  doerFields,
);

/** Further cards of a board. */
export const boardItems = document(
  z.object({ node: z.object({ items: pageOf(ReadyItem).optional() }).nullish() }),
  `query BoardItems($project: ID!, $filter: String!, $after: String) {
  node(id: $project) {
    ... on ProjectV2 {
      items(first: 50, after: $after, query: $filter) {
        pageInfo { hasNextPage endCursor }
        nodes { ...ReadyFields }
      }
    }
  }
}`,
  itemFields,
  doerFields,
);
