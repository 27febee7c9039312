import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { asApp, asPerson, at } from "./graphql-client.ts";
import { simulatorForTest } from "../support/simulator.ts";

const ISSUE = 'repository(owner: "acme", name: "rocket") { issue(number: 1)';

async function worldForTest(t: TestContext) {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Leak" });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Tank" });
  const ask = asApp(simulator);
  const messages = async (query: string) => (await ask(query)).errors.map(({ message }) => message);
  return { simulator, ask, messages };
}

test("an input that a mutation does not obey is refused before anything happens", async (t) => {
  const { simulator, messages } = await worldForTest(t);
  const refused = {
    createIssue: [
      'repositoryId: "R", title: "x", projectIds: ["P"], issueTemplate: "bug"',
      "issueTemplate, projectIds",
    ],
    updateIssue: ['id: "I", title: "x", projectIds: null', "projectIds"],
    closeIssue: ['issueId: "I", duplicateIssueId: "J"', "duplicateIssueId"],
    createPullRequest: [
      'repositoryId: "R", title: "x", headRefName: "a", baseRefName: "b", headRepositoryId: "R"',
      "headRepositoryId",
    ],
    updatePullRequest: ['pullRequestId: "P", projectIds: []', "projectIds"],
    mergePullRequest: ['pullRequestId: "P", authorEmail: "a@b"', "authorEmail"],
    enablePullRequestAutoMerge: ['pullRequestId: "P", authorEmail: "a@b"', "authorEmail"],
    addPullRequestReviewThreadReply: [
      'pullRequestReviewThreadId: "T", body: "x", pullRequestReviewId: "V"',
      "pullRequestReviewId",
    ],
    addSubIssue: ['issueId: "I", subIssueUrl: "http://127.0.0.1"', "subIssueUrl"],
  };
  const before = simulator.sim.world.nextId;

  for (const [name, [input = "", ignored = ""]] of Object.entries(refused))
    assert.deepEqual(
      await messages(`mutation { ${name}(input: {${input}}) { clientMutationId } }`),
      [`not modelled: ${name}(input: ${ignored})`],
    );

  assert.equal(simulator.sim.world.nextId, before);
  assert.equal(simulator.notModelled.length, Object.keys(refused).length);
  assert.equal(simulator.requests.at(-1)!.status, 200);
});

test("a value for a card with more than one part is refused", async (t) => {
  const { simulator, messages } = await worldForTest(t);
  await simulator.gesture({ as: "mona", do: "move-card", number: 1, to: "Ready" });
  const { projects, fields, items } = simulator.sim.world;
  const idOf = (rows: Map<number, { nodeId: string }>) => [...rows.values()][0]!.nodeId;
  const field = [...fields.values()].find(({ name }) => name === "Status")!.nodeId;

  assert.deepEqual(
    await messages(`mutation { updateProjectV2ItemFieldValue(input: {
      projectId: "${idOf(projects)}", itemId: "${idOf(items)}", fieldId: "${field}",
      value: {singleSelectOptionId: "x", iterationId: "y"}
    }) { clientMutationId } }`),
    ["not modelled: a value with iterationId beside singleSelectOptionId"],
  );
});

test("an argument that a field does not obey is refused, also within an object", async (t) => {
  const { simulator, messages } = await worldForTest(t);
  await simulator.gesture({ as: "mona", do: "complete-check", head: "main", name: "ci" });
  const labels = await messages(
    `{ ${ISSUE} { labels(first: 1, orderBy: {field: NAME, direction: ASC}) { totalCount } } } }`,
  );
  const filter = await messages(
    `{ repository(owner: "acme", name: "rocket") { issues(first: 1, filterBy: {mentioned: "rita"}) { totalCount } } }`,
  );
  const suites = await messages(
    `{ repository(owner: "acme", name: "rocket") { object(expression: "main") { ... on Commit {
      checkSuites(first: 9) { nodes { checkRuns(first: 1, filterBy: {checkName: "ci", checkType: ALL}) { totalCount } } } } } } }`,
  );
  const avatar = await messages(`{ user(login: "mona") { avatarUrl(size: 64) } }`);
  const order = await messages(
    `{ repository(owner: "acme", name: "rocket") { issues(first: 1, orderBy: {field: COMMENTS, direction: ASC}) { totalCount } } }`,
  );

  assert.deepEqual(labels, ["not modelled: Issue.labels(orderBy)"]);
  assert.deepEqual(filter, ["not modelled: Repository.issues(filterBy)"]);
  assert.deepEqual(suites, ["not modelled: CheckSuite.checkRuns(filterBy.checkType)"]);
  assert.deepEqual(avatar, ["not modelled: User.avatarUrl(size)"]);
  assert.deepEqual(order, ["not modelled: orderBy COMMENTS"]);
  assert.equal(simulator.notModelled.length, 5);
});

test("arguments that say what holds anyway are no reason to refuse", async (t) => {
  const { simulator, ask } = await worldForTest(t);

  const { errors } = await ask(
    `query($after: String) {
      rateLimit(dryRun: false) { cost }
      missing: repository(owner: "acme", name: "hangar", followRenames: true) { name
        pullRequests(first: 1, headRefName: "none", states: [OPEN], labels: ["bug"]) { totalCount }
      }
      ${ISSUE} {
        stateReason(enableDuplicate: true)
        labels(first: 1, after: $after, orderBy: {field: CREATED_AT, direction: ASC}) { totalCount }
        projectItems(first: 1, includeArchived: false) { nodes { fieldValueByName(name: "Status") { __typename } } }
        blockedBy(first: 1, orderBy: null) { totalCount }
      } }
    }`,
    { after: null },
  );

  assert.deepEqual(errors, []);
  assert.deepEqual(simulator.notModelled, []);
});

test("an issue is opened under its parent and in a milestone, and its marks are changed", async (t) => {
  const { simulator, ask } = await worldForTest(t);
  await simulator.gesture({ as: "mona", do: "add-milestone", title: "Launch" });
  const { repositories, issues, milestones, accounts } = simulator.sim.world;
  const [repository, parent, milestone] = [repositories, issues, milestones].map(
    (rows) => [...rows.values()][0]!.nodeId,
  );
  const rita = [...accounts.values()].find(({ login }) => login === "rita")!.nodeId;

  const opened = await ask(
    `mutation($r: ID!, $p: ID, $m: ID) {
      createIssue(input: {repositoryId: $r, title: "Valve", parentIssueId: $p, milestoneId: $m}) {
        issue { id parent { number } milestone { title } } } }`,
    { r: repository, p: parent, m: milestone },
  );
  const issue = at(opened.data, "createIssue", "issue");
  const changed = await ask(
    `mutation($i: ID!, $a: [ID!]) { updateIssue(input: {id: $i, milestoneId: null, assigneeIds: $a}) {
      issue { milestone { title } assignees(first: 3) { nodes { login } } } } }`,
    { i: at(issue, "id"), a: [rita] },
  );

  assert.deepEqual(opened.errors, []);
  assert.deepEqual(at(issue, "parent"), { number: 1 });
  assert.deepEqual(at(issue, "milestone"), { title: "Launch" });
  assert.deepEqual(at(changed.data, "updateIssue", "issue"), {
    milestone: null,
    assignees: { nodes: [{ login: "rita" }] },
  });
  await simulator.drain();
  const told = [...simulator.sim.world.deliveries.values()].map(
    ({ event, action }) => `${event}.${action}`,
  );
  assert.deepEqual(told.slice(-6), [
    "issues.opened",
    "issues.milestoned",
    "sub_issues.sub_issue_added",
    "sub_issues.parent_issue_added",
    "issues.assigned",
    "issues.demilestoned",
  ]);
});

test("a parent that the asker may not change, or a milestone of another repository, opens no issue", async (t) => {
  const { simulator } = await worldForTest(t);
  await simulator.gesture({
    as: "mona",
    do: "add-milestone",
    title: "x",
    repository: "acme/hangar",
  });
  const { repositories, issues, milestones } = simulator.sim.world;
  const [repository, parent, milestone] = [repositories, issues, milestones].map(
    (rows) => [...rows.values()][0]!.nodeId,
  );
  const open = (more: string) =>
    `mutation { createIssue(input: {repositoryId: "${repository}", title: "x", ${more}}) { issue { id } } }`;

  const stranger = await asPerson(simulator, "rita")(open(`parentIssueId: "${parent}"`));
  const elsewhere = await asPerson(simulator, "mona")(open(`milestoneId: "${milestone}"`));

  assert.equal(stranger.errors[0]!.type, "FORBIDDEN");
  assert.equal(elsewhere.errors[0]!.type, "NOT_FOUND");
  assert.equal(issues.size, 2);
});
