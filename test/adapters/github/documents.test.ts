import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { buildSchema, parse, validate } from "graphql";
import * as foreignDocuments from "../../../src/adapters/github/foreign-documents.ts";
import * as issueDocuments from "../../../src/adapters/github/issue-documents.ts";
import { mutationOf } from "../../../src/adapters/github/mutation.ts";
import * as pullDocuments from "../../../src/adapters/github/pull-documents.ts";
import * as sweepDocuments from "../../../src/adapters/github/sweep-documents.ts";

const schema = buildSchema(
  readFileSync(new URL("../../../src/simulator/vendor/schema.graphql", import.meta.url), "utf8"),
);

const documents = Object.entries({
  ...foreignDocuments,
  ...issueDocuments,
  ...pullDocuments,
  ...sweepDocuments,
}).concat([
  [
    "a mutation of every kind",
    mutationOf([
      "addComment",
      "addComment",
      "updateIssueComment",
      "addReaction",
      "removeLabelsFromLabelable",
      "addProjectV2ItemById",
      "updateProjectV2ItemFieldValue",
      "addPullRequestReviewThreadReply",
      "resolveReviewThread",
      "enqueuePullRequest",
      "dequeuePullRequest",
    ]),
  ],
]);

for (const [name, { text }] of documents) {
  test(`GitHub's schema knows all that ${name} asks`, () => {
    assert.deepEqual(validate(schema, parse(text)), []);
  });
}

const boardFields = [
  "Status",
  "Priority",
  "Verification",
  "Verified By",
  "Criteria Met",
  "Criteria Total",
  "Last Verified",
];

test("no document has a value in its text", () => {
  for (const [, { text }] of documents) {
    const values = parse(text).definitions.flatMap(
      (definition) =>
        JSON.stringify(definition).match(/"kind":"StringValue","value":"[^"]*"/gu) ?? [],
    );

    assert.deepEqual(
      // Names of fields that boards have.
      values.filter((value) => !boardFields.some((name) => value.endsWith(`:"${name}"`))),
      [],
    );
  }
});
