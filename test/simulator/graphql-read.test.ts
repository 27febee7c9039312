import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at, textAt } from "./graphql-client.ts";

test("a repository shows its settings, its head and its files", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asApp(simulator);

  const { data, errors } = await ask(`{
    repository(owner: "acme", name: "rocket") {
      nameWithOwner isArchived isPrivate autoMergeAllowed squashMergeAllowed owner { __typename login }
      defaultBranchRef { name prefix target { ... on Commit { messageHeadline parents(first: 1) { totalCount } } } }
      file: object(expression: "HEAD:README.md") { ... on Blob { byteSize isBinary text } }
      missing: object(expression: "HEAD:no/such/file") { __typename }
      ref(qualifiedName: "refs/heads/none") { name }
    }
  }`);

  assert.deepEqual(errors, []);
  const { file, defaultBranchRef, ...rest } = at(data, "repository") as Record<string, unknown>;
  assert.deepEqual(rest, {
    nameWithOwner: "acme/rocket",
    isArchived: false,
    isPrivate: false,
    autoMergeAllowed: at(rest, "autoMergeAllowed"),
    squashMergeAllowed: true,
    owner: { __typename: "Organization", login: "acme" },
    missing: null,
    ref: null,
  });
  assert.equal(at(defaultBranchRef, "name"), "main");
  assert.equal(at(defaultBranchRef, "target", "parents", "totalCount"), 1);
  assert.equal(Buffer.byteLength(textAt(file, "text")), at(file, "byteSize"));
});

test("an issue shows its people, labels and comments, and who put a label on", async (t) => {
  const simulator = await simulatorForTest(t);
  const gesture = { as: "wren", do: "open-issue", title: "Leak", body: "drip" };
  await simulator.gesture({ ...gesture, labels: ["bug"], assignees: ["tess"] });
  const ask = asApp(simulator);
  const [id] = [...simulator.sim.world.issues.values()].map(({ nodeId }) => nodeId);
  await ask(
    `mutation { addComment(input: {subjectId: "${id}", body: "seen"}) { clientMutationId } }`,
  );

  const { data, errors } = await ask(`{
    repository(owner: "acme", name: "rocket") {
      issue(number: 1) {
        title body state stateReason closed author { login }
        labels(first: 5) { nodes { name color } }
        assignees(first: 5) { nodes { login } }
        comments(last: 5) { nodes { body viewerDidAuthor author { __typename login } isMinimized } }
        timelineItems(first: 5, itemTypes: [LABELED_EVENT, ISSUE_COMMENT]) {
          nodes { __typename ... on LabeledEvent { actor { login } label { name } } }
        }
      }
    }
  }`);

  assert.deepEqual(errors, []);
  assert.deepEqual(at(data, "repository", "issue"), {
    title: "Leak",
    body: "drip",
    state: "OPEN",
    stateReason: null,
    closed: false,
    author: { login: "wren" },
    labels: { nodes: [{ name: "bug", color: "d73a4a" }] },
    assignees: { nodes: [{ login: "tess" }] },
    comments: {
      // a bot's login has no [bot] in GraphQL
      nodes: [
        {
          body: "seen",
          viewerDidAuthor: true,
          author: { __typename: "Bot", login: "yardmaster" },
          isMinimized: false,
        },
      ],
    },
    timelineItems: {
      nodes: [
        { __typename: "LabeledEvent", actor: { login: "wren" }, label: { name: "bug" } },
        { __typename: "IssueComment" },
      ],
    },
  });
});

test("the viewer is the person, or the App's bot under its REST login", async (t) => {
  const simulator = await simulatorForTest(t);
  const query = "{ viewer { login } }";

  const person = await asPerson(simulator, "mona")(query);
  const app = await asApp(simulator)(query);

  assert.deepEqual(person.data, { viewer: { login: "mona" } });
  assert.deepEqual(app.data, { viewer: { login: "yardmaster[bot]" } });
});

test("nodes are found by id, and an unknown one is null beside the others", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asApp(simulator);
  const { data } = await ask(
    `{ organization(login: "acme") { id repository(name: "rocket") { id } projectV2(number: 1) { id field(name: "Status") { ... on ProjectV2SingleSelectField { id } } } } }`,
  );
  const organization = at(data, "organization");
  const ids = [
    textAt(organization, "id"),
    textAt(organization, "repository", "id"),
    textAt(organization, "projectV2", "id"),
    textAt(organization, "projectV2", "field", "id"),
    "I_bogus",
  ];

  const reply = await ask("query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }", { ids });

  assert.deepEqual(at(reply.data, "nodes"), [
    { __typename: "Organization", id: ids[0] },
    { __typename: "Repository", id: ids[1] },
    { __typename: "ProjectV2", id: ids[2] },
    { __typename: "ProjectV2SingleSelectField", id: ids[3] },
    null,
  ]);
  assert.equal(reply.status, 200);
  assert.deepEqual(
    reply.errors.map(({ type, path, message }) => ({ type, path, message })),
    [
      {
        type: "NOT_FOUND",
        path: ["nodes", 4],
        message: "Could not resolve to a node with the global id of 'I_bogus'",
      },
    ],
  );
});

test("what has no such name or number is an error beside null", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const { data, errors } = await ask(`{
    nobody: user(login: "nobody") { id }
    nowhere: repository(owner: "acme", name: "nowhere") { id }
    rocket: repository(owner: "acme", name: "rocket") { issue(number: 99) { id } pullRequest(number: 99) { id } }
    acme: organization(login: "acme") { projectV2(number: 99) { id } }
  }`);

  assert.deepEqual(data, {
    nobody: null,
    nowhere: null,
    rocket: { issue: null, pullRequest: null },
    acme: { projectV2: null },
  });
  assert.deepEqual(errors.map(({ type, message }) => `${type}: ${message}`).toSorted(), [
    "NOT_FOUND: Could not resolve to a ProjectV2 with the number 99.",
    "NOT_FOUND: Could not resolve to a PullRequest with the number of 99.",
    "NOT_FOUND: Could not resolve to a Repository with the name 'acme/nowhere'.",
    "NOT_FOUND: Could not resolve to a User with the login of 'nobody'.",
    "NOT_FOUND: Could not resolve to an Issue with the number of 99.",
  ]);
});

test("issues that hang together show it from both ends", async (t) => {
  const simulator = await simulatorForTest(t);
  for (const title of ["engine", "tank", "launch"])
    await simulator.gesture({ as: "mona", do: "open-issue", title });
  const ask = asPerson(simulator, "mona");
  const [engine, tank, launch] = [...simulator.sim.world.issues.values()].map((row) => row.nodeId);
  await ask(
    `mutation($engine: ID!, $tank: ID!, $launch: ID!) {
      a: addBlockedBy(input: {issueId: $launch, blockingIssueId: $engine}) { issue { number } }
      b: addBlockedBy(input: {issueId: $launch, blockingIssueId: $tank}) { issue { number } }
      c: closeIssue(input: {issueId: $engine}) { issue { stateReason } }
      d: addSubIssue(input: {issueId: $launch, subIssueId: $tank}) { subIssue { parent { number } } }
    }`,
    { engine, tank, launch },
  );

  const { data, errors } = await ask(`{
    repository(owner: "acme", name: "rocket") {
      issue(number: 3) {
        blockedBy(first: 50) { totalCount nodes { number state repository { nameWithOwner } } }
        issueDependenciesSummary { blockedBy totalBlockedBy }
        subIssues(first: 10) { nodes { number } }
        subIssuesSummary { total completed percentCompleted }
      }
      tank: issue(number: 2) { parent { number } blocking(first: 10) { nodes { number } } }
    }
  }`);

  assert.deepEqual(errors, []);
  const repository = { nameWithOwner: "acme/rocket" };
  assert.deepEqual(at(data, "repository"), {
    issue: {
      // the one added last comes first, and closed ones are listed too
      blockedBy: {
        totalCount: 2,
        nodes: [
          { number: 2, state: "OPEN", repository },
          { number: 1, state: "CLOSED", repository },
        ],
      },
      issueDependenciesSummary: { blockedBy: 1, totalBlockedBy: 2 },
      subIssues: { nodes: [{ number: 2 }] },
      subIssuesSummary: { total: 1, completed: 0, percentCompleted: 0 },
    },
    tank: { parent: { number: 3 }, blocking: { nodes: [{ number: 3 }] } },
  });
});
