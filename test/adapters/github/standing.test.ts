import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { commentId } from "../../../src/core/ids.ts";
import type { CommentId } from "../../../src/core/ids.ts";
import { defaultSeed } from "../../../src/simulator/seed/default-seed.ts";
import { account, bench, found, publication } from "./setup.ts";
import type { Bench } from "./setup.ts";

const people = ["mona", "wren", "tess", "rita"];

const withFile = (text: string): Parameters<typeof bench>[1] => ({
  seed: {
    ...defaultSeed,
    commits: [
      ...defaultSeed.commits,
      { author: "mona", message: "Add file", files: { ".github/yardmaster.yml": text } },
    ],
  },
});

async function say(yard: Bench, by: string, body: string): Promise<CommentId> {
  const said = (await yard.as(by, "comment", { number: 1, body })) as { node_id: string };
  return commentId(said.node_id);
}

async function spoken(t: TestContext, file = ""): Promise<{ yard: Bench; id: string }> {
  const yard = await bench(t, withFile(file));
  const id = await yard.issue();
  for (const person of people) await say(yard, person, `From ${person}.`);
  await say(yard, "wren", "/agent dispatch");
  await say(yard, "wren", "/agent hold\n/agent unhold\n");
  await say(yard, "wren", "<!-- only this -->");
  await say(yard, "wren", "See <!-- not this --> that.\n\n/agent why");
  return { yard, id };
}

const remarks = async ({ forge, inspection }: Bench, id: string): Promise<readonly string[]> =>
  found(await forge.inspectIssue(inspection(id))).issue.comments.map(
    ({ by, text }) => `${by}: ${text}`,
  );

const later = "wren: See that.\n\n/agent why";

test("of the comments, those by people who may write now are read, without commands and what nobody sees", async (t) => {
  const { yard, id } = await spoken(t);
  yard.asked();

  assert.deepEqual(await remarks(yard, id), ["mona: From mona.", "wren: From wren.", later]);
  // One for the issue, and one for each person with something to say, of whom the requester is one.
  assert.equal(yard.asked().length, 1 + people.length);
});

test("whose comments are read is for the repository's file to say", async (t) => {
  const everyone = await spoken(t, "brief: { comments: everyone }");
  const none = await spoken(t, "brief: { comments: none }");
  everyone.yard.asked();

  const expected = [...people.map((person) => `${person}: From ${person}.`), later];
  assert.deepEqual(await remarks(everyone.yard, everyone.id), expected);
  assert.equal(everyone.yard.asked().length, 2);
  assert.deepEqual(await remarks(none.yard, none.id), []);
});

test("a very long comment is read in part", async (t) => {
  const yard = await bench(t);
  const id = await yard.issue();
  await say(yard, "mona", "long ".repeat(10_000));

  const [remark] = await remarks(yard, id);

  assert.ok(remark!.length < 20_000 && remark!.endsWith("long\n\n… (shortened)"));
});

test("of many people, the five who wrote last are asked about", async (t) => {
  const extra = ["ann", "bob", "cid"].map((login) => ({
    login,
    name: login,
    role: "write" as const,
  }));
  const yard = await bench(t, {
    seed: { ...defaultSeed, people: [...defaultSeed.people, ...extra] },
  });
  const id = await yard.issue();
  for (const person of ["wren", "tess", "rita", "ann", "bob", "cid", "ann"]) {
    await say(yard, person, `From ${person}.`);
  }
  yard.asked();

  const expected = ["ann", "bob", "cid", "ann"].map((person) => `${person}: From ${person}.`);
  assert.deepEqual(await remarks(yard, id), expected);
  assert.equal(yard.asked().length, 2 + 5);
});

test("our own comments are none of others, and cost no question", async (t) => {
  const yard = await bench(t);
  const id = await yard.issue();
  const issue = await yard.known(id);
  const status = { key: "status", id: null, records: [], frame: null, text: "It waits." };
  await yard.forge.publish(publication(issue, { comments: [status] }), false);
  yard.asked();

  assert.deepEqual(await remarks(yard, id), []);
  assert.equal(yard.asked().length, 2);
});

test("what the author of an issue may do is asked when it matters", async (t) => {
  const { forge, issue, as, inspection } = await bench(t);
  const byMona = await issue();
  const opened = (await as("rita", "open-issue", { title: "Mine" })) as { node_id: string };
  const author = async (id: string, isAuthorAsked: boolean): Promise<unknown> =>
    found(await forge.inspectIssue(inspection(id, { isAuthorAsked }))).authorPermission;

  assert.equal(await author(byMona, false), null);
  assert.equal(await author(byMona, true), "admin");
  assert.equal(await author(opened.node_id, true), "read");
});

test("somebody who wants something is asked about, and so is the comment that says it", async (t) => {
  const yard = await bench(t);
  const { simulator, forge, as } = yard;
  const { repository } = await yard.known(await yard.issue());
  const standing = (login: string, comment: CommentId | null): Promise<unknown> =>
    forge.inspectActor({ repository, actor: account(simulator, login), comment });
  const comment = await say(yard, "wren", "/agent stop");
  yard.asked();

  assert.deepEqual(await standing("wren", null), { permission: "write", isUnedited: true });
  assert.equal(yard.asked().length, 1);
  assert.deepEqual(await standing("wren", comment), { permission: "write", isUnedited: true });
  assert.deepEqual(await standing("rita", comment), { permission: "read", isUnedited: false });
  const other = { ...repository, id: repository.id + 1 } as typeof repository;
  const elsewhere = { repository: other, actor: account(simulator, "wren"), comment };
  assert.equal((await forge.inspectActor(elsewhere)).isUnedited, false);

  const { id } = [...simulator.sim.world.comments.values()].at(-1)!;
  await as("mona", "edit-comment", { id, body: "/agent merge" });
  assert.deepEqual(await standing("wren", comment), { permission: "write", isUnedited: false });
  await as("mona", "delete-comment", { id });
  assert.deepEqual(await standing("wren", comment), { permission: "write", isUnedited: false });
});

test("another account with the same login is nobody", async (t) => {
  const yard = await bench(t);
  const { repository } = await yard.known(await yard.issue());
  const actor = { login: "mona", id: 999_999 };

  const { permission } = await yard.forge.inspectActor({ repository, actor, comment: null });

  assert.equal(permission, "none");
});
