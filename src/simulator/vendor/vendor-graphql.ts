/** Script: `node src/simulator/vendor/vendor-graphql.ts` writes schema.graphql from the published GraphQL schema package. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { Kind, buildASTSchema, parse, print, validateSchema } from "graphql";
import { patchTypes, typesByName } from "./patch-schema.ts";
import type { TypesByName } from "./patch-schema.ts";
import { schemaPatches } from "./schema-patches.ts";
import { trimTypes } from "./trim-schema.ts";

const packageName = "@octokit/graphql-schema";

/** GitHub's types as the package has them, before patching and trimming. */
export function publishedTypes(): TypesByName {
  return typesByName(parse(publishedSdl(), { noLocation: true }).definitions);
}

/** The text of schema.graphql: where it comes from, then the trimmed and patched types; throws when these are no valid schema. */
export function vendoredSdl(): string {
  const definitions = trimTypes(patchTypes(publishedTypes(), schemaPatches));
  const faults = validateSchema(buildASTSchema({ kind: Kind.DOCUMENT, definitions }));
  if (faults.length > 0) throw new Error(faults.map((fault) => fault.message).join("\n"));
  return `${provenance()}\n${definitions.map(print).join("\n")}\n`;
}

function provenance(): string {
  return [
    "# GitHub's GraphQL schema, trimmed by src/simulator/vendor/vendor-graphql.ts; not edited by hand.",
    `# Package: ${packageName} ${packageVersion()} (MIT), file schema.graphql`,
    `# SHA-256 of that file: ${createHash("sha256").update(publishedSdl()).digest("hex")}`,
    ...schemaPatches.map((patch) => `# Patched: ${patch.what} (${patch.since}, ${patch.source})`),
  ].join("\n");
}

function publishedSdl(): string {
  return readFileSync(new URL("schema.graphql", import.meta.resolve(packageName)), "utf8");
}

function packageVersion(): string {
  const text = readFileSync(new URL("package.json", import.meta.resolve(packageName)), "utf8");
  const version = /"version": "([^"]+)"/.exec(text)?.[1];
  if (version === undefined) throw new Error(`${packageName} states no version`);
  return version;
}

if (import.meta.main) writeFileSync(new URL("schema.graphql", import.meta.url), vendoredSdl());
