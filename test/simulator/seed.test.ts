import assert from "node:assert/strict";
import { test } from "node:test";
import { readSeed } from "../../src/simulator/seed/read-seed.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { asInstallation, asPerson } from "./rest-client.ts";

test("the card names what a program needs to begin", async (t) => {
  const simulator = await simulatorForTest(t);
  const { card } = simulator;

  assert.equal(card.graphqlUrl, `${card.url}/graphql`);
  assert.deepEqual(
    [card.org, card.repository, card.projectNumber, card.cloneUrl],
    ["acme", "acme/rocket", 1, `${card.url}/acme/rocket.git`],
  );
  assert.deepEqual(Object.keys(card.tokens), ["mona", "wren", "tess", "rita"]);
  assert.equal(simulator.sim.world.deliveries.size, 0, "a beginning tells nobody");
});

test("a seed file overrides names, people, permissions, options, files and issues", async (t) => {
  const seed = readSeed(`
org: initech
repository: printer
private: true
people: { peter: maintain, milton: read }
app: stapler
permissions: { issues: write, metadata: read }
events: [issues]
project: { title: Work, options: [Todo, Doing, Done], fields: { Size: NUMBER, Risk: [High] }, closedTo: null }
labels: [{ name: paper, color: ffffff }]
files: { "README.md": "# Printer\\n", "src/load.js": "export const load = 1;\\n" }
issues:
  - { title: Paper jam, body: Again, labels: [paper], status: Todo, author: milton }
  - { title: No card }
`);
  const simulator = await simulatorForTest(t, { seed });
  const ask = asPerson(simulator, "peter");

  assert.equal(simulator.card.repository, "initech/printer");
  const issue = (await ask("GET /repos/initech/printer/issues/1")).body;
  assert.deepEqual(
    [issue.title, issue.user.login, issue.labels[0].name],
    ["Paper jam", "milton", "paper"],
  );
  assert.equal(simulator.sim.world.items.size, 1);
  const fields = [...simulator.sim.world.fields.values()].slice(-2);
  assert.deepEqual(
    fields.map(({ name, dataType }) => [name, dataType]),
    [
      ["Size", "NUMBER"],
      ["Risk", "SINGLE_SELECT"],
    ],
  );
  const installation = [...simulator.sim.world.installations.values()][0];
  assert.deepEqual(installation?.permissions, { issues: "write", metadata: "read" });
  const permission = "GET /repos/initech/printer/collaborators/milton/permission";
  assert.equal((await ask(permission)).body.role_name, "read");
});

test("a seed file is told all its faults at once", () => {
  assert.throws(
    () => readSeed("org: 3\npeople: { mona: boss }\nprojects: {}\nissues: [{ titel: x }]\n"),
    {
      message: [
        "the seed file is wrong:",
        'the seed has no "projects"',
        "the seed: org must be a text",
        "people: mona must be one of read, triage, write, maintain, admin",
        'issues[0] has no "titel"',
        "issues[0]: title is missing",
      ].join("\n"),
    },
  );
});

test("a person can own the repository and the board, which is then silent", async (t) => {
  const seed = readSeed("org: mona\nproject: { owner: mona }\npeople: { mona: admin }\n");
  const simulator = await simulatorForTest(t, { seed });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Mine" });
  await simulator.gesture({ as: "mona", do: "move-card", number: 1, to: "Ready" });
  await simulator.drain();

  assert.equal(simulator.card.repository, "mona/rocket");
  const [delivery, ...others] = [...simulator.sim.world.deliveries.values()];
  assert.deepEqual([delivery?.event, others.length], ["issues", 0]);
  const query = 'query { user(login: "mona") { projectV2(number: 1) { title } } }';
  const seen = await asInstallation(simulator)("POST /graphql", { query });
  assert.equal(seen.body.data.user?.projectV2 ?? null, null);
  const own = await asPerson(simulator)("POST /graphql", { query });
  assert.equal(own.body.data.user.projectV2.title, "Roadmap");
});
