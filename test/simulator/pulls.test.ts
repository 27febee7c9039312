import assert from "node:assert/strict";
import { test } from "node:test";

import { simulatorForTest } from "../support/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asInstallation, asPerson } from "./rest-client.ts";

const PULLS = "/repos/acme/rocket/pulls";

/** Pushes a branch with one file. */
async function push(
  simulator: Simulator,
  branch: string,
  files: Readonly<Record<string, string | null>>,
): Promise<string> {
  const gesture = { as: "wren", do: "push", branch, files, message: `change ${branch}` };
  const pushed = (await simulator.gesture(gesture)) as { after: string };
  return pushed.after;
}

function events(simulator: Simulator): string[] {
  return [...simulator.sim.world.deliveries.values()].map(({ event, action }) =>
    action === null ? event : `${event}.${action}`,
  );
}

test("a pull request is opened from a branch and shows its ends and its size", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const head = await push(simulator, "topic", { "docs/a.md": "one\ntwo\n" });

  const opened = await ask(`POST ${PULLS}`, { title: "Add a", head: "topic", base: "main" });
  const read = await ask(`GET ${PULLS}/${opened.body.number}`);

  assert.equal(opened.status, 201);
  assert.deepEqual(
    {
      state: read.body.state,
      head: read.body.head.sha,
      label: read.body.head.label,
      base: read.body.base.ref,
      mergeable: read.body.mergeable,
      size: [read.body.commits, read.body.additions, read.body.deletions, read.body.changed_files],
      user: read.body.user.login,
    },
    {
      state: "open",
      head,
      label: "acme:topic",
      base: "main",
      mergeable: true,
      size: [1, 2, 0, 1],
      user: "yardmaster[bot]",
    },
  );
  assert.equal(
    (await ask(`GET ${PULLS}/${opened.body.number}/files`)).body[0].filename,
    "docs/a.md",
  );
  assert.equal((await ask(`GET ${PULLS}/${opened.body.number}/commits`)).body[0].sha, head);
});

test("what GitHub does not take as a pull request is refused in its words", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await push(simulator, "topic", { "a.md": "a\n" });
  const sha = await mainHead(simulator);
  await ask("POST /repos/acme/rocket/git/refs", { ref: "refs/heads/same", sha });
  await ask(`POST ${PULLS}`, { title: "One", head: "topic", base: "main" });
  const refusals = async (body: object): Promise<unknown> => {
    const answer = await ask(`POST ${PULLS}`, { title: "T", base: "main", ...body });
    return [answer.status, answer.body.errors?.[0] ?? answer.body.message];
  };

  assert.deepEqual(await refusals({ head: "topic" }), [
    422,
    {
      resource: "PullRequest",
      code: "custom",
      message: "A pull request already exists for acme:topic.",
    },
  ]);
  assert.deepEqual(await refusals({ head: "acme:topic" }), await refusals({ head: "topic" }));
  assert.deepEqual(await refusals({ head: "same" }), [
    422,
    { resource: "PullRequest", code: "custom", message: "No commits between main and same" },
  ]);
  assert.deepEqual(await refusals({ head: "nothing" }), [
    422,
    { resource: "PullRequest", field: "head", code: "invalid" },
  ]);
  assert.deepEqual(await refusals({ head: "topic", base: "nothing" }), [
    422,
    { resource: "PullRequest", field: "base", code: "invalid" },
  ]);
  assert.deepEqual(await refusals({ title: " ", head: "topic" }), [
    422,
    {
      resource: "PullRequest",
      field: "title",
      code: "custom",
      message: "title can't be blank",
    },
  ]);
});

async function mainHead(simulator: Simulator): Promise<string> {
  const ref = await asInstallation(simulator)("GET /repos/acme/rocket/git/ref/heads/main");
  return ref.body.object.sha;
}

test("pull requests are found by head, base and state, and are issues too", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  for (const branch of ["one", "two"]) {
    await push(simulator, branch, { [`${branch}.md`]: "text\n" });
    await ask(`POST ${PULLS}`, { title: branch, head: branch, base: "main" });
  }
  await ask(`PATCH ${PULLS}/2`, { state: "closed" });
  const numbers = async (query: string): Promise<number[]> =>
    (await ask(`GET ${PULLS}?${query}`)).body.map((pull: { number: number }) => pull.number);

  assert.deepEqual(await numbers("state=all"), [2, 1]);
  assert.deepEqual(await numbers("state=open"), [1]);
  assert.deepEqual(await numbers("head=acme:one&state=all"), [1]);
  assert.deepEqual(await numbers("head=somebody:one&state=all"), []);
  assert.deepEqual(await numbers("base=other&state=all"), []);
  const issue = await ask("GET /repos/acme/rocket/issues/1");
  assert.match(issue.body.pull_request.url, /\/repos\/acme\/rocket\/pulls\/1$/);
});

test("edits, drafts, closing and reopening are told as events", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await push(simulator, "topic", { "a.md": "a\n" });
  await ask(`POST ${PULLS}`, { title: "One", head: "topic", base: "main", draft: true });
  await ask(`PATCH ${PULLS}/1`, { title: "Two", body: "text" });
  await simulator.gesture({ as: "mona", do: "set-draft", pull: 1, draft: false });
  await simulator.gesture({ as: "mona", do: "set-draft", pull: 1, draft: true });
  await ask("POST /repos/acme/rocket/issues/1/labels", { labels: ["bug"] });
  await ask("DELETE /repos/acme/rocket/issues/1/labels/bug");
  await simulator.gesture({ as: "mona", do: "request-review", pull: 1, reviewers: ["wren"] });
  await ask(`PATCH ${PULLS}/1`, { state: "closed" });
  await ask(`PATCH ${PULLS}/1`, { state: "open" });
  await simulator.drain();

  assert.deepEqual(
    events(simulator).filter((event) => event.startsWith("pull_request")),
    [
      "pull_request.opened",
      "pull_request.edited",
      "pull_request.ready_for_review",
      "pull_request.converted_to_draft",
      "pull_request.labeled",
      "pull_request.unlabeled",
      "pull_request.review_requested",
      "pull_request.closed",
      "pull_request.reopened",
    ],
  );
});

test("a push moves the head, a force push too, and a deleted branch closes the pull request", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const [installation] = [...simulator.sim.world.installations.values()];
  installation!.events.push("create", "delete");
  const before = await push(simulator, "topic", { "a.md": "a\n" });
  await ask(`POST ${PULLS}`, { title: "One", head: "topic", base: "main" });

  const after = await push(simulator, "topic", { "b.md": "b\n" });
  const moved = await ask(`GET ${PULLS}/1`);
  const forced = (await simulator.gesture({
    as: "wren",
    do: "force-push",
    branch: "topic",
    files: { "c.md": "c\n" },
  })) as { after: string };
  const ref = await ask("GET /repos/acme/rocket/git/matching-refs/pull/1/head");
  await simulator.gesture({ as: "wren", do: "delete-branch", branch: "topic" });
  await simulator.drain();

  assert.equal(moved.body.head.sha, after);
  assert.equal(moved.body.commits, 2);
  assert.equal(ref.body[0].object.sha, forced.after);
  assert.equal((await ask(`GET ${PULLS}/1`)).body.state, "closed");
  const bodies = [...simulator.sim.world.deliveries.values()].filter(
    ({ action }) => action === "synchronize",
  );
  const first = JSON.parse(bodies[0]!.requestBody);
  assert.deepEqual([first.before, first.after], [before, after]);
  assert.deepEqual(
    events(simulator).filter((event) => event === "create" || event === "delete"),
    ["create", "delete"],
  );
  const pushes = [...simulator.sim.world.deliveries.values()]
    .filter(({ event }) => event === "push")
    .map(({ requestBody }) => JSON.parse(requestBody))
    .map(({ created, deleted, forced: isForced, commits }) => [
      created,
      deleted,
      isForced,
      commits.length,
    ]);
  assert.deepEqual(pushes, [
    [true, false, false, 1],
    [false, false, false, 1],
    [false, false, true, 1],
    [false, true, false, 0],
  ]);
});

test("a reopened pull request needs its branch", async (t) => {
  const simulator = await simulatorForTest(t);
  await push(simulator, "topic", { "a.md": "a\n" });
  await simulator.gesture({ as: "wren", do: "open-pull", head: "topic" });
  await simulator.gesture({ as: "wren", do: "delete-branch", branch: "topic" });

  const answer = await asPerson(simulator)(`PATCH ${PULLS}/1`, { state: "open" });

  assert.equal(answer.status, 422);
  assert.match(answer.body.errors[0].message, /The topic branch has been deleted\./);
});

test("changing the base shows other commits", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await push(simulator, "first", { "a.md": "a\n" });
  await simulator.gesture({
    as: "wren",
    do: "push",
    branch: "second",
    createFrom: "first",
    files: { "b.md": "b\n" },
  });
  await ask(`POST ${PULLS}`, { title: "Two", head: "second", base: "main" });

  const changed = await ask(`PATCH ${PULLS}/1`, { base: "first" });

  assert.deepEqual([changed.body.base.ref, changed.body.commits], ["first", 1]);
});
