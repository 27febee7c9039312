/** Who did something, as GraphQL tells it. */
import { z } from "zod";
import type { Actor } from "../../core/issue.ts";

/** Only a user has an id that we can compare. */
export const Doer = z.object({
  __typename: z.string(),
  login: z.string(),
  databaseId: z.number().nullish(),
});

/** A person, App or other account as read. */
export type Doer = z.infer<typeof Doer>;

/** Fragment with the fields of a doer. */
export const doerFields = `fragment DoerFields on Actor {
  __typename
  login
  ... on User { databaseId }
}`;

/** A person who still has an account; nobody else can ask for work. */
export function personOf(doer: Doer | null | undefined): Actor | null {
  if (doer?.__typename !== "User" || doer.databaseId == null) return null;
  return { login: doer.login, id: doer.databaseId };
}
