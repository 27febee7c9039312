import assert from "node:assert/strict";
import { test } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asInstallation, asPerson, asToken } from "./rest-client.ts";

const REPOSITORY = "/repos/acme/rocket";
const ISSUES = `${REPOSITORY}/issues`;

interface Named {
  readonly name: string;
}

test("an issue is opened, changed, closed and reopened", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);

  const opened = await ask(`POST ${ISSUES}`, {
    title: "Leak",
    body: "Fuel",
    labels: ["bug"],
    assignees: ["wren"],
  });
  const closed = await ask(`PATCH ${ISSUES}/1`, {
    title: "Big leak",
    state: "closed",
    state_reason: "not_planned",
  });
  const reopened = await ask(`PATCH ${ISSUES}/1`, { state: "open" });

  assert.deepEqual([opened.status, opened.body.user.login], [201, "yardmaster[bot]"]);
  assert.equal(opened.body.performed_via_github_app.slug, "yardmaster");
  assert.deepEqual(
    [closed.body.title, closed.body.state, closed.body.state_reason, closed.body.closed_by.login],
    ["Big leak", "closed", "not_planned", "yardmaster[bot]"],
  );
  assert.deepEqual([reopened.body.state, reopened.body.state_reason], ["open", "reopened"]);
});

test("issues are listed by state, label, person and time", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator, "wren");
  await ask(`POST ${ISSUES}`, { title: "one", labels: ["bug"], assignees: ["mona"] });
  await asPerson(simulator)(`POST ${ISSUES}`, { title: "two", labels: ["bug", "fast"] });
  await ask(`PATCH ${ISSUES}/1`, { state: "closed" });
  const titles = async (query: string): Promise<string[]> =>
    (await ask(`GET ${ISSUES}?${query}`)).body.map((row: { title: string }) => row.title);

  assert.deepEqual(await titles(""), ["two"]);
  assert.deepEqual(await titles("state=all"), ["two", "one"]);
  assert.deepEqual(await titles("state=all&labels=bug,fast"), ["two"]);
  assert.deepEqual(await titles("state=all&creator=wren"), ["one"]);
  assert.deepEqual(await titles("state=all&assignee=none"), ["two"]);
  assert.deepEqual(await titles("state=closed&assignee=mona"), ["one"]);
  assert.deepEqual(await titles("since=2100-01-01T00:00:00Z"), []);
});

test("labels are put on, taken off and replaced, and an unknown one comes into being", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await ask(`POST ${ISSUES}`, { title: "x" });
  const names = (rows: Named[]): string[] => rows.map(({ name }) => name);

  assert.deepEqual(
    names((await ask(`POST ${ISSUES}/1/labels`, { labels: ["bug", "new one"] })).body),
    ["bug", "new one"],
  );
  assert.deepEqual(names((await ask(`DELETE ${ISSUES}/1/labels/BUG`)).body), ["new one"]);
  const again = await ask(`DELETE ${ISSUES}/1/labels/bug`);
  assert.deepEqual([again.status, again.body.message], [404, "Label does not exist"]);
  assert.deepEqual(names((await ask(`PUT ${ISSUES}/1/labels`, { labels: ["bug"] })).body), ["bug"]);
  assert.deepEqual(names((await ask(`GET ${ISSUES}/1/labels`)).body), ["bug"]);
  assert.equal((await ask(`DELETE ${ISSUES}/1/labels`)).status, 204);
  assert.equal((await ask(`GET ${REPOSITORY}/labels/new%20one`)).body.color, "ededed");
});

test("labels of a repository are made, changed and deleted", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);

  const made = await ask(`POST ${REPOSITORY}/labels`, { name: "size/S", color: "FF0000" });
  const twice = await ask(`POST ${REPOSITORY}/labels`, { name: "SIZE/s", color: "ff0000" });
  const changed = await ask(`PATCH ${REPOSITORY}/labels/size%2FS`, { new_name: "small" });

  assert.deepEqual([made.status, made.body.color], [201, "ff0000"]);
  assert.equal(twice.body.errors[0].code, "already_exists");
  assert.equal(changed.body.name, "small");
  assert.equal((await ask(`DELETE ${REPOSITORY}/labels/small`)).status, 204);
  assert.equal((await ask(`GET ${REPOSITORY}/labels/small`)).status, 404);
  assert.equal((await ask(`GET ${REPOSITORY}/labels`)).body.length, 4);
  assert.equal((await ask(`POST ${REPOSITORY}/labels`, { name: "l".repeat(51) })).status, 422);
});

test("people are assigned and taken off, milestones counted", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator);
  await simulator.gesture({ as: "mona", do: "add-milestone", title: "v1" });
  await ask(`POST ${ISSUES}`, { title: "x", milestone: 1 });

  const on = await ask(`POST ${ISSUES}/1/assignees`, { assignees: ["wren", "nobody"] });
  const off = await ask(`DELETE ${ISSUES}/1/assignees`, { assignees: ["wren"] });
  const [milestone] = (await ask(`GET ${REPOSITORY}/milestones`)).body;

  assert.equal(on.body.assignee.login, "wren");
  assert.deepEqual(off.body.assignees, []);
  assert.deepEqual([milestone.title, milestone.open_issues], ["v1", 1]);
});

test("comments are written, listed, edited and deleted", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await ask(`POST ${ISSUES}`, { title: "x" });

  const made = await ask(`POST ${ISSUES}/1/comments`, { body: "Hello" });
  const path = `${ISSUES}/comments/${made.body.id}`;
  const edited = await ask(`PATCH ${path}`, { body: "Hello again" });

  assert.equal(made.body.performed_via_github_app.slug, "yardmaster");
  assert.match(made.body.user.url, /yardmaster%5Bbot%5D$/);
  assert.equal(edited.body.body, "Hello again");
  assert.equal((await ask(`GET ${ISSUES}/1/comments`)).body.length, 1);
  assert.equal((await ask(`GET ${ISSUES}/comments`)).body.length, 1);
  assert.equal((await ask(`GET ${ISSUES}/1`)).body.comments, 1);
  assert.equal((await asPerson(simulator, "rita")(`PATCH ${path}`, { body: "x" })).status, 403);
  assert.equal((await ask(`DELETE ${path}`)).status, 204);
  assert.equal((await ask(`GET ${path}`)).status, 404);
});

test("a comment has at most 65,536 characters, an emoji being one", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await ask(`POST ${ISSUES}`, { title: "x" });
  const limit = 65_536;

  const full = await ask(`POST ${ISSUES}/1/comments`, { body: "🚀".repeat(limit) });
  const over = await ask(`POST ${ISSUES}/1/comments`, { body: "x".repeat(limit + 1) });
  const edit = await ask(`PATCH ${ISSUES}/comments/${full.body.id}`, {
    body: "x".repeat(limit + 1),
  });
  const issue = await ask(`POST ${ISSUES}`, { title: "x", body: "x".repeat(limit + 1) });

  assert.equal(full.status, 201);
  assert.deepEqual([over.status, over.body.message], [422, "Validation Failed"]);
  assert.deepEqual(over.body.errors, [
    {
      resource: "IssueComment",
      field: "data",
      code: "unprocessable",
      message: "Body is too long (maximum is 65536 characters)",
    },
  ]);
  const message = "body is too long (maximum is 65536 characters)";
  assert.equal(edit.body.errors[0].message, message);
  assert.deepEqual(issue.body.errors, [
    { resource: "Issue", field: "body", code: "custom", message },
  ]);
});

test("a reaction is given once per person and taken back", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await ask(`POST ${ISSUES}`, { title: "x" });
  const { body: comment } = await ask(`POST ${ISSUES}/1/comments`, { body: "x" });
  const path = `${ISSUES}/comments/${comment.id}/reactions`;

  const given = await ask(`POST ${path}`, { content: "eyes" });
  const again = await ask(`POST ${path}`, { content: "eyes" });
  const wrong = await ask(`POST ${path}`, { content: "shrug" });
  await ask(`POST ${ISSUES}/1/reactions`, { content: "rocket" });

  assert.deepEqual([given.status, again.status, wrong.status], [201, 200, 422]);
  assert.equal(again.body.id, given.body.id);
  assert.equal((await ask(`GET ${ISSUES}/comments/${comment.id}`)).body.reactions.eyes, 1);
  assert.equal((await ask(`GET ${ISSUES}/1/reactions`)).body[0].content, "rocket");
  assert.equal((await ask(`DELETE ${path}/${given.body.id}`)).status, 204);
  assert.deepEqual((await ask(`GET ${path}`)).body, []);
});

test("blockers and sub-issues are named by database id", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const [one, two] = [
    (await ask(`POST ${ISSUES}`, { title: "one" })).body,
    (await ask(`POST ${ISSUES}`, { title: "two" })).body,
  ];
  const blockers = `${ISSUES}/1/dependencies/blocked_by`;

  assert.equal((await ask(`POST ${blockers}`, { issue_id: two.number })).status, 404);
  assert.equal((await ask(`POST ${blockers}`, { issue_id: two.id })).status, 201);
  assert.equal((await ask(`POST ${blockers}`, { issue_id: two.id })).status, 422);
  assert.equal((await ask(`GET ${blockers}`)).body[0].number, 2);
  assert.equal((await ask(`GET ${ISSUES}/2/dependencies/blocking`)).body[0].number, 1);
  const summary = (await ask(`GET ${ISSUES}/1`)).body.issue_dependencies_summary;
  assert.deepEqual(summary, { blocked_by: 1, blocking: 0, total_blocked_by: 1, total_blocking: 0 });
  assert.equal((await ask(`DELETE ${blockers}/${two.id}`)).status, 200);

  assert.equal((await ask(`POST ${ISSUES}/1/sub_issues`, { sub_issue_id: two.id })).status, 201);
  assert.equal((await ask(`POST ${ISSUES}/2/sub_issues`, { sub_issue_id: one.id })).status, 422);
  assert.equal((await ask(`GET ${ISSUES}/1/sub_issues`)).body[0].number, 2);
  assert.equal((await ask(`GET ${ISSUES}/2/parent`)).body.number, 1);
  assert.equal((await ask(`DELETE ${ISSUES}/1/sub_issue`, { sub_issue_id: two.id })).status, 200);
  assert.equal((await ask(`GET ${ISSUES}/2/parent`)).status, 404);
});

test("the events of an issue name who did what, and sub-issues can be put in order", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const ids: number[] = [];
  for (const title of ["parent", "a", "b"]) {
    ids.push((await ask(`POST ${ISSUES}`, { title })).body.id);
  }
  await simulator.gesture({ as: "tess", do: "label", number: 1, label: "bug" });
  await simulator.gesture({ as: "wren", do: "close-issue", number: 1 });
  for (const child of [2, 3]) {
    await simulator.gesture({ as: "mona", do: "add-sub-issue", number: 1, child });
  }

  const events = (await ask(`GET ${ISSUES}/1/events`)).body;
  await ask(`PATCH ${ISSUES}/1/sub_issues/priority`, { sub_issue_id: ids[1], after_id: ids[2] });

  assert.deepEqual(
    events.map((row: { event: string; actor: { login: string } }) => [row.event, row.actor.login]),
    [
      ["labeled", "tess"],
      ["closed", "wren"],
    ],
  );
  assert.equal(events[0].label.name, "bug");
  const children = (await ask(`GET ${ISSUES}/1/sub_issues`)).body;
  assert.deepEqual(
    children.map(({ number }: { number: number }) => number),
    [3, 2],
  );
  assert.equal((await ask(`GET ${REPOSITORY}/collaborators`)).body.length, 4);
});

test("a deleted issue answers 410, a transferred one leads to its new place", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  for (const title of ["one", "two"]) await ask(`POST ${ISSUES}`, { title });
  await simulator.gesture({ as: "mona", do: "delete-issue", number: 1 });
  await simulator.gesture({ as: "mona", do: "transfer-issue", number: 2, to: "acme/hangar" });

  const deleted = await ask(`GET ${ISSUES}/1`);
  const moved = await ask(`GET ${ISSUES}/2/comments`);

  assert.deepEqual([deleted.status, deleted.body.message], [410, "This issue was deleted"]);
  assert.equal(moved.status, 301);
  const place = moved.headers.get("location")!;
  assert.match(place, /\/api\/v3\/repositories\/\d+\/issues\/1\/comments$/);
  assert.deepEqual((await ask(`GET ${new URL(place).pathname}`)).body, []);
  assert.equal((await ask("GET /repos/acme/hangar/issues/1")).body.title, "two");
  assert.deepEqual((await ask(`GET ${ISSUES}?state=all`)).body, []);
});

test("a renamed repository redirects and an archived one is read-only", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await simulator.gesture({ as: "mona", do: "rename-repository", name: "starship" });

  const moved = await ask(`GET ${ISSUES}?state=all`);
  assert.equal(moved.status, 301);
  assert.match(moved.headers.get("location")!, /\/repositories\/\d+\/issues\?state=all$/);
  const written = await ask(`POST ${ISSUES}`, { title: "x" });
  assert.deepEqual([written.status, written.body.message], [307, "Moved Permanently"]);
  const renamed = await ask("GET /repos/acme/starship");
  assert.equal(renamed.body.full_name, "acme/starship");

  await simulator.gesture({ as: "mona", do: "archive-repository" });
  const refused = await ask("POST /repos/acme/starship/issues", { title: "x" });
  assert.deepEqual(
    [refused.status, refused.body.message],
    [403, "Repository was archived so is read-only."],
  );
});

test("people and organisations are shown, an App's token is nobody's user", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator, "wren");

  assert.equal((await ask("GET /user")).body.login, "wren");
  assert.equal((await ask("GET /users/yardmaster%5Bbot%5D")).body.type, "Bot");
  assert.equal((await ask("GET /orgs/acme")).body.login, "acme");
  assert.equal((await ask("GET /orgs/mona")).status, 404);
  assert.equal((await ask(`GET ${REPOSITORY}/collaborators/wren`)).status, 204);
  assert.equal((await asInstallation(simulator)("GET /user")).status, 403);
  assert.equal((await asToken(simulator, "ghp_x")("GET /user")).status, 401);
});
