import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultSeed } from "../../../src/simulator/seed/default-seed.ts";
import { commentId } from "../../../src/core/ids.ts";
import { account, bench, found } from "./setup.ts";

test("an issue, its card, its requester and its file are read in two requests", async (t) => {
  const { simulator, forge, issue, as, inspection, asked } = await bench(t);
  const id = await issue({ body: "It drips.", labels: ["agent:go"] });
  await as("mona", "move-card", { number: 1, to: "Ready", field: "Priority", value: "P1" });
  asked();

  const inspected = found(await forge.inspectIssue(inspection(id)));

  assert.deepEqual(asked().length, 2);
  const { card, ...rest } = inspected.issue;
  assert.equal(rest.title, "Tank leaks");
  assert.equal(rest.body, "It drips.");
  assert.deepEqual(rest.hidden, []);
  assert.deepEqual(rest.comments, []);
  assert.equal(rest.base, "main");
  assert.deepEqual(rest.labels, ["agent:go"]);
  assert.ok(rest.triggerLabelId);
  assert.equal(rest.repository.owner, "acme");
  assert.equal(rest.repository.name, "rocket");
  assert.equal(rest.repository.installation, simulator.card.installationId);
  assert.equal(card?.projectNumber, 1);
  assert.equal(card.status, "Ready");
  assert.equal(card.priority, "P1");
  assert.ok(card.item !== null && card.field !== null);
  assert.deepEqual(Object.keys(card.options).length, 6);
  assert.equal(inspected.permission, "admin");
  assert.equal(inspected.isOpen, true);
  assert.equal(inspected.requestHolds, true);
});

test("each person has the permission that GitHub says, and a stranger or a namesake has none", async (t) => {
  const { simulator, forge, issue, inspection } = await bench(t);
  const id = await issue();
  const permission = async (requester: { login: string; id: number }): Promise<string> =>
    found(await forge.inspectIssue(inspection(id, { requester }))).permission;

  for (const { login, role } of defaultSeed.people) {
    assert.equal(await permission(account(simulator, login)), role);
  }
  assert.equal(await permission({ login: "nobody", id: 1 }), "none");
  assert.equal(await permission({ login: "mona", id: 999_999 }), "none");
});

test("a breakdown while the permission is read is no answer", async (t) => {
  const { forge, issue, inspection, fault } = await bench(t);
  const id = await issue();
  await fault({ path: "/repos/*/permission" }, { status: 502, body: { message: "Bad gateway" } });

  await assert.rejects(forge.inspectIssue(inspection(id)), {
    name: "ForgeFault",
    kind: "outside",
    retryable: true,
    message: "reading what mona may do in acme/rocket: GitHub answered 502: Bad gateway",
  });
});

test("a request holds while the label is on", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue({ labels: ["agent:go"] });
  await as("mona", "unlabel", { number: 1, label: "agent:go" });

  assert.equal(found(await forge.inspectIssue(inspection(id))).requestHolds, false);
});

test("a request holds while the card is in Ready", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue();
  const holds = async (): Promise<boolean> =>
    found(await forge.inspectIssue(inspection(id, { request: { via: "card" } }))).requestHolds;

  assert.equal(await holds(), false);
  await as("mona", "move-card", { number: 1, to: "Ready" });
  assert.equal(await holds(), true);
  await as("mona", "move-card", { number: 1, to: "Backlog" });
  assert.equal(await holds(), false);
  await as("mona", "move-card", { number: 1, to: "Ready", archived: true });
  assert.equal(await holds(), false);
});

test("a request holds while the comment is there and unedited", async (t) => {
  const { forge, issue, as, inspection, asked } = await bench(t);
  const id = await issue();
  const said = (await as("mona", "comment", { number: 1, body: "/agent dispatch" })) as {
    node_id: string;
    id: number;
  };
  const holds = async (): Promise<boolean> => {
    const request = { via: "command", comment: commentId(said.node_id) } as const;
    return found(await forge.inspectIssue(inspection(id, { request }))).requestHolds;
  };

  asked();
  assert.equal(await holds(), true);
  assert.equal(asked().length, 2);
  await as("wren", "edit-comment", { id: said.id, body: "/agent dispatch --x" });
  assert.equal(await holds(), false);
  await as("mona", "delete-comment", { id: said.id });
  assert.equal(await holds(), false);
});

test("open blockers and sub-issues are told, closed ones are not", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue();
  for (const title of ["two", "three", "four"]) await issue({ title });
  await as("mona", "add-blocker", { number: 1, blocker: 2 });
  await as("mona", "add-blocker", { number: 1, blocker: 3 });
  await as("mona", "add-sub-issue", { number: 1, child: 4 });
  await as("mona", "close-issue", { number: 3 });

  const { blockers } = found(await forge.inspectIssue(inspection(id))).issue;

  assert.deepEqual(blockers.map(({ reference }) => reference).toSorted(), ["#2", "#4"]);
});

test("lines of the text name what it waits for besides, in one further request", async (t) => {
  const { forge, issue, as, inspection, asked } = await bench(t);
  const text = [
    "It drips.",
    "",
    "Depends on: #2, #3 and ACME/Rocket#4, #2.",
    "**Blocked by:** #1, #5",
    "",
    "> Depends on: #6",
    "",
    "<!-- Depends on: #6 -->",
    "",
    "    Depends on: #6",
    "",
    "Depends on #6: it is said in passing.",
  ].join("\n");
  const id = await issue({ body: text });
  for (const title of ["two", "three", "four", "five", "six"]) await issue({ title });
  await as("mona", "add-blocker", { number: 1, blocker: 5 });
  await as("mona", "close-issue", { number: 3 });
  asked();

  const { blockers, unknownBlockers } = found(await forge.inspectIssue(inspection(id))).issue;

  assert.deepEqual(asked().length, 3);
  assert.deepEqual(
    blockers.map(({ reference }) => reference),
    ["#5", "#1", "#2", "#4"],
  );
  assert.deepEqual(unknownBlockers, []);
});

test("paths that the text declares are told, with code marks or without", async (t) => {
  const { issue, known } = await bench(t);
  const body = "Touches: `src/x/**`, docs/ /README.md\n\nTouches: src/y/*.ts\n\n> Touches: lib";

  const { touches } = await known(await issue({ body }));

  assert.deepEqual(touches, ["src/x/**", "docs/", "/README.md", "src/y/*.ts"]);
});

test("references that GitHub has told of already cost no request", async (t) => {
  const { forge, issue, as, inspection, asked } = await bench(t);
  const id = await issue({ body: "Depends on: #2" });
  await issue();
  await as("mona", "add-sub-issue", { number: 1, child: 2 });
  asked();

  const { blockers } = found(await forge.inspectIssue(inspection(id))).issue;

  assert.deepEqual(asked().length, 2);
  assert.deepEqual(
    blockers.map(({ reference }) => reference),
    ["#2"],
  );
});

test("a reference that leads nowhere is told as such, and keeps none of the others from being read", async (t) => {
  const { forge, issue, inspection } = await bench(t);
  const id = await issue({ body: "Depends on: #99, nobody/nothing#1, #2, #0, #x, a/b/c#1" });
  await issue();

  const { blockers, unknownBlockers } = found(await forge.inspectIssue(inspection(id))).issue;

  assert.deepEqual(
    blockers.map(({ reference }) => reference),
    ["#2"],
  );
  assert.deepEqual(unknownBlockers, ["#99", "nobody/nothing#1"]);
});

test("twenty references are read in each request, a hundred at most", async (t) => {
  const { forge, issue, inspection, asked } = await bench(t);
  const references = Array.from({ length: 120 }, (_, at) => `#${at + 100}`);
  const few = await issue({ body: `Depends on: ${references.slice(0, 21).join(", ")}` });
  const many = await issue({ body: `Depends on: ${references.join(" ")}` });

  asked();
  await forge.inspectIssue(inspection(few));
  assert.deepEqual(asked().length, 2 + 2);
  const { unknownBlockers } = found(await forge.inspectIssue(inspection(many))).issue;
  assert.deepEqual(asked().length, 2 + 5);
  assert.equal(unknownBlockers.length, 120);
});

test("a pull request is waited for while it is open", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue({ body: "Depends on: #2" });
  await as("mona", "push", { branch: "seal", files: { "a.txt": "a" } });
  await as("mona", "open-pull", { head: "seal", title: "Seal" });
  const waits = async (): Promise<number> =>
    found(await forge.inspectIssue(inspection(id))).issue.blockers.length;

  assert.equal(await waits(), 1);
  await as("mona", "close-pull", { pull: 2 });
  assert.equal(await waits(), 0);
});

test("an issue that was deleted, or never was, is not found", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue();
  await as("mona", "delete-issue", { number: 1 });

  assert.deepEqual(await forge.inspectIssue(inspection(id)), { found: false, why: "deleted" });
  assert.deepEqual(await forge.inspectIssue(inspection("I_none")), {
    found: false,
    why: "deleted",
  });
});

test("an issue of an archived repository cannot be worked on", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const id = await issue();
  await as("mona", "archive-repository");

  const inspected = await forge.inspectIssue(inspection(id));

  assert.deepEqual(inspected, { found: false, why: "inaccessible" });
});

const withFile = (text: string): { readonly seed: typeof defaultSeed } => ({
  seed: {
    ...defaultSeed,
    commits: [
      ...defaultSeed.commits,
      { author: "mona", message: "Add file", files: { ".github/yardmaster.yml": text } },
    ],
  },
});

test("the repository's file is read from the default branch", async (t) => {
  const { forge, issue, inspection } = await bench(t, withFile("merge: { auto: true }\nx: 1\n"));

  const { policy } = found(await forge.inspectIssue(inspection(await issue())));

  assert.deepEqual(policy.faults, ["2:4: x: there is no such key"]);
  assert.equal(policy.isEnabled, false);
});

test("a scope that the text declares is told, and a text without one has none", async (t) => {
  const { issue, known } = await bench(t);
  const body = "All of it.\n\n**Scope:** epic-payments\n";

  assert.equal((await known(await issue({ body }))).scope, "epic-payments");
  assert.equal((await known(await issue())).scope, null);
});

test("checkboxes of the text are counted, those in code are not", async (t) => {
  const { issue, known } = await bench(t);
  const body =
    "- [x] tight\n* [ ] painted\n- [X]  dry\n\n```\n- [ ] no\n```\n- [maybe] no\n[ ] no\n";

  assert.deepEqual((await known(await issue({ body }))).criteria, { met: 2, total: 3 });
});

test("a board that the file names is found for an issue that is not on it", async (t) => {
  const { forge, issue, inspection, asked } = await bench(t, withFile("board: { project: 1 }\n"));
  const id = await issue();
  asked();

  const { card } = found(await forge.inspectIssue(inspection(id))).issue;

  assert.equal(asked().length, 2);
  assert.equal(card?.item, null);
  assert.equal(card.projectNumber, 1);
  assert.equal(Object.keys(card.options).length, 6);
});

test("a board that does not exist is no card", async (t) => {
  const { known, issue } = await bench(t, withFile("board: { project: 7 }\n"));

  assert.equal((await known(await issue())).card, null);
});

test("with labels only there is no card", async (t) => {
  const { known, issue, as } = await bench(t, withFile("board: { mode: labels }\n"));
  const id = await issue();
  await as("mona", "move-card", { number: 1, to: "Ready" });

  assert.equal((await known(id)).card, null);
});

test("a user's board is read with that person's token, and not at all without", async (t) => {
  const board = withFile("board: { mode: user, owner: mona, project: 1 }\n").seed;
  const options = { seed: { ...board, project: { ...board.project, owner: "mona" } } };
  const withToken = await bench(t, options, { boardOf: "mona" });
  const without = await bench(t, options);
  const move = { number: 1, to: "Ready", owner: "mona" };
  const id = await withToken.issue();
  await withToken.as("mona", "move-card", move);
  const other = await without.issue();
  await without.as("mona", "move-card", move);

  assert.equal((await withToken.known(id)).card?.status, "Ready");
  assert.equal((await without.known(other)).card, null);
});
