import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { defaultSeed } from "../../src/simulator/seed/default-seed.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at, textAt } from "./graphql-client.ts";
import type { Ask } from "./graphql-client.ts";

interface Board {
  readonly id: string;
  readonly fieldId: string;
  readonly options: Readonly<Record<string, string>>;
}

async function boardOf(ask: Ask): Promise<Board> {
  const { data } = await ask(`{ organization(login: "acme") { projectV2(number: 1) {
    id field(name: "Status") { ... on ProjectV2SingleSelectField { id options { id name } } }
  } } }`);
  const project = at(data, "organization", "projectV2");
  const options = at(project, "field", "options") as { id: string; name: string }[];
  return {
    id: textAt(project, "id"),
    fieldId: textAt(project, "field", "id"),
    options: Object.fromEntries(options.map(({ id, name }) => [name, id])),
  };
}

async function addCard(ask: Ask, board: Board, contentId: string): Promise<string> {
  const { data } = await ask(
    `mutation($board: ID!, $content: ID!) {
      addProjectV2ItemById(input: {projectId: $board, contentId: $content}) { item { id } }
    }`,
    { board: board.id, content: contentId },
  );
  return textAt(data, "addProjectV2ItemById", "item", "id");
}

async function setStatus(ask: Ask, board: Board, item: string, status: string) {
  return await ask(
    `mutation($board: ID!, $item: ID!, $field: ID!, $option: String!) {
      updateProjectV2ItemFieldValue(input: {
        projectId: $board, itemId: $item, fieldId: $field, value: {singleSelectOptionId: $option}
      }) { projectV2Item { id } }
    }`,
    { board: board.id, item, field: board.fieldId, option: board.options[status] ?? status },
  );
}

async function issuesOn(simulator: Simulator, ...titles: string[]): Promise<string[]> {
  for (const title of titles)
    await simulator.gesture({
      as: "mona",
      do: "open-issue",
      title,
      labels: title === "tank" ? ["bug"] : [],
    });
  return [...simulator.sim.world.issues.values()].map(({ nodeId }) => nodeId);
}

async function filledBoard(t: TestContext) {
  const simulator = await simulatorForTest(t);
  const [engine = "", tank = "", launch = ""] = await issuesOn(
    simulator,
    "engine",
    "tank",
    "launch",
  );
  const ask = asApp(simulator);
  const board = await boardOf(ask);
  const items = [
    await addCard(ask, board, engine),
    await addCard(ask, board, tank),
    await addCard(ask, board, launch),
  ];
  return { simulator, ask, board, items, engine, tank, launch };
}

test("the options of a board are found by name", async (t) => {
  const ask = asApp(await simulatorForTest(t));

  const { options } = await boardOf(ask);

  assert.deepEqual(Object.keys(options), [
    "Backlog",
    "Ready",
    "In Progress",
    "In Review",
    "Blocked",
    "Done",
  ]);
});

test("an issue that is on a board already keeps its card", async (t) => {
  const simulator = await simulatorForTest(t);
  const [engine = ""] = await issuesOn(simulator, "engine");
  const ask = asApp(simulator);
  const board = await boardOf(ask);

  const first = await addCard(ask, board, engine);
  const again = await addCard(ask, board, engine);
  await simulator.drain();

  assert.equal(again, first);
  const told = [...simulator.sim.world.deliveries.values()].map(({ event, action }) => [
    event,
    action,
  ]);
  assert.deepEqual(told.slice(-1), [["projects_v2_item", "created"]]);
  assert.equal(told.filter(([event]) => event === "projects_v2_item").length, 1);
});

test("a status says who set it, is seen from the issue, and is told by webhook", async (t) => {
  const { simulator, ask, board, items, engine } = await filledBoard(t);

  await setStatus(ask, board, items[0]!, "In Progress");

  const { data, errors } = await ask(
    `query($id: ID!) { node(id: $id) { ... on Issue { projectItems(first: 5) { nodes {
      id type isArchived project { number }
      fieldValueByName(name: "Status") { ... on ProjectV2ItemFieldSingleSelectValue { name optionId creator { login } } }
      nothing: fieldValueByName(name: "Priority") { __typename }
    } } } } }`,
    { id: engine },
  );
  assert.deepEqual(errors, []);
  assert.deepEqual(at(data, "node", "projectItems", "nodes"), [
    {
      id: items[0],
      type: "ISSUE",
      isArchived: false,
      project: { number: 1 },
      fieldValueByName: {
        name: "In Progress",
        optionId: board.options["In Progress"],
        creator: { login: "yardmaster" },
      },
      nothing: null,
    },
  ]);
  await simulator.drain();
  const payload = JSON.parse([...simulator.sim.world.deliveries.values()].at(-1)!.requestBody);
  assert.equal(payload.changes.field_value.to.name, "In Progress");
  assert.equal(payload.projects_v2_item.content_node_id, engine);
});

test("cards are filtered by what they show", async (t) => {
  const { simulator, ask, board, items } = await filledBoard(t);
  await setStatus(ask, board, items[0]!, "In Progress");
  await setStatus(ask, board, items[1]!, "Ready");
  await simulator.gesture({ as: "mona", do: "close-issue", number: 3 });
  const found = async (query: string) => {
    const { data } = await ask(
      `query($q: String) { organization(login: "acme") { projectV2(number: 1) {
        items(first: 10, query: $q) { nodes { content { ... on Issue { title } } } }
      } } }`,
      { q: query },
    );
    const nodes = at(data, "organization", "projectV2", "items", "nodes");
    return (nodes as unknown[]).map((node) => textAt(node, "content", "title")).join(" ");
  };

  const expected = {
    "": "engine tank launch",
    'status:"In Progress"': "engine",
    "status:ready": "tank",
    'status:Ready,"In Progress"': "engine tank",
    "-status:Done": "engine tank",
    "is:open is:issue": "engine tank",
    "is:closed": "launch",
    "label:bug": "tank",
    "-label:bug": "engine launch",
    "no:status": "",
    "has:label": "tank",
    "repo:acme/rocket tan": "tank",
    "repo:acme/hangar": "",
  };
  for (const [query, titles] of Object.entries(expected))
    assert.equal(await found(query), titles, query);
});

test("a value that the field does not have changes nothing", async (t) => {
  const { ask, board, items } = await filledBoard(t);

  const { errors, status } = await setStatus(ask, board, items[0]!, "00000000");

  assert.equal(status, 200);
  assert.equal(errors[0]!.message, "The single select option Id does not belong to the field");
});

test("a card is archived, then refuses values, and is deleted", async (t) => {
  const { ask, board, items } = await filledBoard(t);
  const input = `input: {projectId: "${board.id}", itemId: "${items[0]}"}`;

  await ask(`mutation { archiveProjectV2Item(${input}) { item { isArchived } } }`);
  const refused = await setStatus(ask, board, items[0]!, "Ready");
  const gone = await ask(`mutation { deleteProjectV2Item(${input}) { deletedItemId } }`);
  const after = await ask(`{ node(id: "${items[0]}") { id } }`);

  assert.equal(refused.errors[0]!.message, "The item is archived and cannot be updated");
  assert.deepEqual(gone.data, { deleteProjectV2Item: { deletedItemId: items[0] } });
  assert.equal(after.errors[0]!.type, "NOT_FOUND");
});

test("an App without permission for boards sees none, and with read permission changes none", async (t) => {
  const { simulator, board, items, engine } = await filledBoard(t);
  const blind = asApp(simulator, { issues: "read", metadata: "read" });
  const reader = asApp(simulator, { issues: "read", organization_projects: "read" });
  const query = `{ organization(login: "acme") { projectV2(number: 1) { title } } node(id: "${engine}") { ... on Issue { projectItems(first: 5) { totalCount } } } }`;

  const unseen = await blind(query);
  const seen = await reader(query);
  const refused = await setStatus(reader, board, items[0]!, "Ready");

  const nobody = { organization: { projectV2: null }, node: { projectItems: { totalCount: 0 } } };
  assert.deepEqual(unseen.data, nobody);
  assert.equal(at(seen.data, "organization", "projectV2", "title"), "Roadmap");
  assert.equal(refused.errors[0]!.type, "FORBIDDEN");
  assert.equal(refused.errors[0]!.message, "Resource not accessible by integration");
});

for (const owner of ["acme", "mona"]) {
  test(`a person's board is seen by that person, and by no App even when it is installed on ${owner}`, async (t) => {
    const project = { ...defaultSeed.project, owner: "mona" };
    const simulator = await simulatorForTest(t, { seed: { ...defaultSeed, org: owner, project } });
    const query = `{ user(login: "mona") {
      projectV2(number: 1) { title owner { ... on User { login } } }
      projectsV2(first: 5) { totalCount }
    } }`;

    const own = await asPerson(simulator, "mona")(query);
    const app = await asApp(simulator)(query);

    assert.deepEqual(own.data, {
      user: {
        projectV2: { title: "Roadmap", owner: { login: "mona" } },
        projectsV2: { totalCount: 1 },
      },
    });
    assert.deepEqual(app.data, { user: { projectV2: null, projectsV2: { totalCount: 0 } } });
    assert.deepEqual(app.errors, []);
  });
}

test("a card whose issue the asker may not see is redacted", async (t) => {
  const { simulator, engine } = await filledBoard(t);
  for (const repository of simulator.sim.world.repositories.values())
    if (repository.name === "rocket") repository.private = true;
  const installation = simulator.sim.world.installations.get(simulator.card.installationId)!;
  installation.repositoryIds = [];
  const ask = asApp(simulator);

  const { data, errors } = await ask(`{
    organization(login: "acme") { projectV2(number: 1) { items(first: 1) { nodes {
      type content { __typename } fieldValueByName(name: "Status") { __typename }
    } } } }
  }`);
  const node = await ask(`{ node(id: "${engine}") { id } }`);

  assert.deepEqual(errors, []);
  assert.deepEqual(at(data, "organization", "projectV2", "items", "nodes"), [
    { type: "REDACTED", content: null, fieldValueByName: null },
  ]);
  assert.equal(node.errors[0]!.type, "NOT_FOUND");
});
