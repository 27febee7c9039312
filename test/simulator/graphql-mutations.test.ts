import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at, textAt } from "./graphql-client.ts";

async function issueForTest(t: TestContext) {
  const simulator = await simulatorForTest(t);
  await simulator.gesture({ as: "rita", do: "open-issue", title: "Leak", body: "drip" });
  const { world } = simulator.sim;
  const [issue] = [...world.issues.values()];
  const labels = Object.fromEntries(
    [...world.labels.values()].map((row) => [row.name, row.nodeId]),
  );
  return { simulator, id: issue!.nodeId, labels };
}

test("several mutations of one request happen in order, and one that fails does not stop the rest", async (t) => {
  const { simulator, id, labels } = await issueForTest(t);
  const ask = asApp(simulator);

  const { data, errors } = await ask(
    `mutation($id: ID!, $bug: ID!) {
      label: addLabelsToLabelable(input: {labelableId: $id, labelIds: [$bug]}) { labelable { labels(first: 5) { nodes { name } } } }
      blank: addComment(input: {subjectId: $id, body: " "}) { clientMutationId }
      comment: addComment(input: {subjectId: $id, body: "hello", clientMutationId: "c1"}) {
        clientMutationId commentEdge { node { body databaseId } } subject { id }
      }
      eyes: addReaction(input: {subjectId: $id, content: EYES}) { reaction { content user { login } } }
      close: closeIssue(input: {issueId: $id, stateReason: NOT_PLANNED}) { issue { state stateReason } }
    }`,
    { id, bug: labels["bug"] },
  );

  assert.deepEqual(at(data, "label"), { labelable: { labels: { nodes: [{ name: "bug" }] } } });
  assert.equal(at(data, "blank"), null);
  assert.deepEqual(
    errors.map(({ type, path }) => ({ type, path })),
    [{ type: "UNPROCESSABLE", path: ["blank"] }],
  );
  assert.equal(at(data, "comment", "clientMutationId"), "c1");
  assert.equal(at(data, "comment", "commentEdge", "node", "body"), "hello");
  assert.equal(at(data, "eyes", "reaction", "content"), "EYES");
  assert.deepEqual(at(data, "close", "issue"), { state: "CLOSED", stateReason: "NOT_PLANNED" });
  await simulator.drain();
  const told = [...simulator.sim.world.deliveries.values()].map(
    (row) => `${row.event}.${row.action}`,
  );
  assert.deepEqual(told, [
    "issues.opened",
    "issues.labeled",
    "issue_comment.created",
    "issues.closed",
  ]);
});

test("a comment is edited, hidden and deleted", async (t) => {
  const { simulator, id } = await issueForTest(t);
  const ask = asApp(simulator);
  const added = await ask(
    `mutation { addComment(input: {subjectId: "${id}", body: "one"}) { commentEdge { node { id } } } }`,
  );
  const comment = textAt(added.data, "addComment", "commentEdge", "node", "id");

  const { data, errors } = await ask(
    `mutation($id: ID!) {
      edit: updateIssueComment(input: {id: $id, body: "two"}) { issueComment { body includesCreatedEdit } }
      hide: minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) { minimizedComment { isMinimized minimizedReason } }
      show: unminimizeComment(input: {subjectId: $id}) { unminimizedComment { isMinimized } }
      drop: deleteIssueComment(input: {id: $id}) { clientMutationId }
    }`,
    { id: comment },
  );
  const after = await ask(`{ node(id: "${comment}") { id } }`);

  assert.deepEqual(errors, []);
  assert.deepEqual(data, {
    edit: { issueComment: { body: "two", includesCreatedEdit: true } },
    hide: { minimizedComment: { isMinimized: true, minimizedReason: "outdated" } },
    show: { unminimizedComment: { isMinimized: false } },
    drop: { clientMutationId: null },
  });
  assert.equal(after.errors[0]!.type, "NOT_FOUND");
});

test("a comment of more than 65,536 characters is refused", async (t) => {
  const { simulator, id } = await issueForTest(t);

  const { status, errors } = await asApp(simulator)(
    "mutation($id: ID!, $body: String!) { addComment(input: {subjectId: $id, body: $body}) { clientMutationId } }",
    { id, body: "x".repeat(65_537) },
  );

  assert.equal(status, 200);
  assert.equal(errors[0]!.message, "Body is too long (maximum is 65536 characters)");
});

test("reactions are given once and taken back", async (t) => {
  const { simulator, id } = await issueForTest(t);
  const ask = asApp(simulator);
  const react = (verb: string) =>
    `${verb}Reaction(input: {subjectId: "${id}", content: ROCKET}) { reaction { id } subject { reactions(first: 5) { totalCount } } }`;

  const { data } = await ask(
    `mutation { first: ${react("add")} again: ${react("add")} back: ${react("remove")} }`,
  );

  assert.equal(textAt(data, "first", "reaction", "id"), textAt(data, "again", "reaction", "id"));
  assert.equal(at(data, "again", "subject", "reactions", "totalCount"), 1);
  assert.equal(at(data, "back", "subject", "reactions", "totalCount"), 0);
});

test("a token without the permission changes nothing", async (t) => {
  const { simulator, id, labels } = await issueForTest(t);
  const reader = asApp(simulator, { issues: "read", metadata: "read" });
  const blind = asApp(simulator, { metadata: "read" });

  const comment = await reader(
    `mutation { addComment(input: {subjectId: "${id}", body: "x"}) { clientMutationId } }`,
  );
  const unread = await blind(`{ node(id: "${id}") { id } }`);
  const label = await asPerson(
    simulator,
    "rita",
  )(
    `mutation { addLabelsToLabelable(input: {labelableId: "${id}", labelIds: ["${labels["bug"]}"]}) { clientMutationId } }`,
  );

  for (const { errors } of [comment, unread])
    assert.deepEqual(
      errors.map(({ type, message }) => [type, message]),
      [["FORBIDDEN", "Resource not accessible by integration"]],
    );
  assert.deepEqual(comment.data, { addComment: null });
  assert.equal(label.errors[0]!.type, "FORBIDDEN");
  assert.equal(simulator.sim.world.comments.size, 0);
});

test("an author edits and closes an issue without a role, a stranger does not", async (t) => {
  const { simulator, id } = await issueForTest(t);
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Not hers" });
  const other = [...simulator.sim.world.issues.values()][1]!.nodeId;
  const rita = asPerson(simulator, "rita");

  const own = await rita(
    `mutation { updateIssue(input: {id: "${id}", title: "Leaks", body: "more", state: CLOSED}) { issue { title body state lastEditedAt } } }`,
  );
  const foreign = await rita(
    `mutation { closeIssue(input: {issueId: "${other}"}) { issue { id } } }`,
  );

  assert.deepEqual(own.errors, []);
  assert.equal(at(own.data, "updateIssue", "issue", "state"), "CLOSED");
  assert.notEqual(at(own.data, "updateIssue", "issue", "lastEditedAt"), null);
  assert.equal(foreign.errors[0]!.type, "FORBIDDEN");
});

test("an issue is opened in a repository that is named by its id", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asApp(simulator);
  const { data } = await ask(`{ repository(owner: "acme", name: "rocket") { id } }`);

  const opened = await ask(
    `mutation($id: ID!) { createIssue(input: {repositoryId: $id, title: "New"}) { issue { number author { login } } } }`,
    { id: textAt(data, "repository", "id") },
  );

  assert.deepEqual(at(opened.data, "createIssue", "issue"), {
    number: 1,
    author: { login: "yardmaster" },
  });
});

test("what is deleted or transferred is no longer a node", async (t) => {
  const { simulator, id } = await issueForTest(t);
  await simulator.gesture({ as: "mona", do: "transfer-issue", number: 1, to: "acme/hangar" });

  const { errors } = await asApp(simulator)(`{ node(id: "${id}") { id } }`);

  assert.equal(errors[0]!.type, "NOT_FOUND");
});
