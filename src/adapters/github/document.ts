/** A GraphQL request: its text, a constant without values, and the parts of its answer that we read. */
import { z } from "zod";

/** All values travel as variables. */
export type GraphqlDocument<Answer> = { readonly text: string; readonly answer: z.ZodType<Answer> };

/** Joins constant pieces of text, so that documents can share fragments. */
export const document = <Answer>(
  answer: z.ZodType<Answer>,
  ...pieces: readonly string[]
): GraphqlDocument<Answer> => ({ text: pieces.join("\n"), answer });

/** A GraphQL connection without the nodes that we may not see. */
export const nodesOf = <Node>(node: z.ZodType<Node>): z.ZodType<readonly Node[]> =>
  z
    .object({ nodes: z.array(node.nullable()).nullish() })
    .nullish()
    .transform((connection) =>
      (connection?.nodes ?? []).filter((found): found is Node & {} => found !== null),
    );

/** The same with the way to the next page. */
export const pageOf = <Node>(node: z.ZodType<Node>): z.ZodType<Page<Node>> =>
  z
    .object({
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullish() }),
      nodes: z.array(node.nullable()).nullish(),
    })
    .transform(({ pageInfo, nodes }) => ({
      nodes: (nodes ?? []).filter((found): found is Node & {} => found !== null),
      next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null,
    }));

/** One page of a connection; `next` is the cursor of the one that follows. */
export type Page<Node> = { readonly nodes: readonly Node[]; readonly next: string | null };
