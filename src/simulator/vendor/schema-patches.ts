/** What github.com answers today and the published schema package does not have yet: each entry dated, with its source. */

/** One difference, written as SDL that is merged into the published types: a missing type, field or argument, or another type for a field. */
export type SchemaPatch = {
  readonly what: string;
  readonly since: string;
  readonly source: string;
  readonly sdl: string;
};

const graphqlChangelog = "https://docs.github.com/en/graphql/overview/changelog";

/** Every patch, oldest first. A test names an entry as soon as the package contains it: then delete the entry. */
export const schemaPatches: readonly SchemaPatch[] = [
  {
    what: "issue dependencies can be read",
    since: "2025-07-30",
    source: graphqlChangelog,
    sdl: `
      type Issue {
        blockedBy(after: String, before: String, first: Int, last: Int, orderBy: IssueDependencyOrder = {field: DEPENDENCY_ADDED_AT, direction: DESC}): IssueConnection!
        blocking(after: String, before: String, first: Int, last: Int, orderBy: IssueDependencyOrder = {field: DEPENDENCY_ADDED_AT, direction: DESC}): IssueConnection!
        issueDependenciesSummary: IssueDependenciesSummary!
      }
      type IssueDependenciesSummary { blockedBy: Int! blocking: Int! }
      input IssueDependencyOrder { direction: OrderDirection! field: IssueDependencyOrderField! }
      enum IssueDependencyOrderField { CREATED_AT DEPENDENCY_ADDED_AT }
    `,
  },
  {
    what: "issue dependencies can be written",
    since: "2025-07-30",
    source: graphqlChangelog,
    sdl: `
      type Mutation {
        addBlockedBy(input: AddBlockedByInput!): AddBlockedByPayload
        removeBlockedBy(input: RemoveBlockedByInput!): RemoveBlockedByPayload
      }
      input AddBlockedByInput { blockingIssueId: ID! clientMutationId: String issueId: ID! }
      type AddBlockedByPayload { blockingIssue: Issue clientMutationId: String issue: Issue }
      input RemoveBlockedByInput { blockingIssueId: ID! clientMutationId: String issueId: ID! }
      type RemoveBlockedByPayload { blockingIssue: Issue clientMutationId: String issue: Issue }
    `,
  },
  {
    what: "the summary counts closed dependencies as well",
    since: "2025-10-15",
    source: graphqlChangelog,
    sdl: `type IssueDependenciesSummary { totalBlockedBy: Int! totalBlocking: Int! }`,
  },
  {
    what: "board items can be filtered",
    since: "2025-10-22",
    source: graphqlChangelog,
    sdl: `type ProjectV2 { items(query: String = ""): ProjectV2ItemConnection! }`,
  },
  {
    what: "an issue can have no projectItems connection",
    since: "2025-10-15",
    source: "https://github.blog/changelog (2026-01-28)",
    sdl: `type Issue { projectItems: ProjectV2ItemConnection }`,
  },
];
