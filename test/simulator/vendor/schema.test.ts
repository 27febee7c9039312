import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { buildSchema, parse, validateSchema } from "graphql";
import { mutations } from "../../../src/simulator/graphql/mutations.ts";
import { queries } from "../../../src/simulator/graphql/queries.ts";
import {
  patchTypes,
  publishedParts,
  typesByName,
} from "../../../src/simulator/vendor/patch-schema.ts";
import { schemaPatches } from "../../../src/simulator/vendor/schema-patches.ts";
import { publishedTypes, vendoredSdl } from "../../../src/simulator/vendor/vendor-graphql.ts";

const vendored = readFileSync(
  new URL("../../../src/simulator/vendor/schema.graphql", import.meta.url),
  "utf8",
);
const published = publishedTypes();

test("the vendored schema is what the script makes of the installed package", () => {
  assert.equal(vendored, vendoredSdl());
});

test("the vendored schema is a valid schema", () => {
  assert.deepEqual(validateSchema(buildSchema(vendored)), []);
});

for (const patch of schemaPatches) {
  test(`the published schema does not have it yet, so the patch is needed: ${patch.what}`, () => {
    assert.deepEqual(publishedParts(published, patch), [], "delete what the package has now");
  });
}

test("every part of every patch is in the vendored schema", () => {
  const kept = typesByName(parse(vendored).definitions);
  const wholly = patchTypes(published, schemaPatches);

  for (const patch of schemaPatches)
    assert.deepEqual(publishedParts(kept, patch), publishedParts(wholly, patch), patch.what);
});

test("a patch that the package has caught up with is found", () => {
  const caughtUp = patchTypes(published, schemaPatches);

  const parts = schemaPatches.map((patch) => publishedParts(caughtUp, patch));

  assert.deepEqual(
    parts.map((found) => found.length > 0),
    schemaPatches.map(() => true),
  );
  assert.ok(parts.flat().includes("ProjectV2.items(query:)"));
  assert.ok(parts.flat().includes("Mutation.addBlockedBy(input:)"));
});

test("every query and mutation of the vendored schema is answered", () => {
  const names = (fields: object) =>
    Object.keys(fields).toSorted((one, other) => (one < other ? -1 : 1));
  const schema = buildSchema(vendored);

  assert.deepEqual(names(queries), names(schema.getQueryType()!.getFields()));
  assert.deepEqual(names(mutations), names(schema.getMutationType()!.getFields()));
});
