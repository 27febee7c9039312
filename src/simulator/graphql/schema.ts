/** The schema that queries run on: GitHub's own, as the vendor script has written it. */
import { readFileSync } from "node:fs";
import { buildSchema } from "graphql";
import type { GraphQLSchema } from "graphql";

let built: GraphQLSchema | undefined;

/** GitHub's schema, trimmed and patched; built when the first query comes. */
export function githubSchema(): GraphQLSchema {
  built ??= buildSchema(
    readFileSync(new URL("../vendor/schema.graphql", import.meta.url), "utf8"),
    // the vendor script has validated it, and that takes longer than building it
    { assumeValid: true, assumeValidSDL: true, noLocation: true },
  );
  return built;
}
