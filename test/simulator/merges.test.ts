import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { simulatorForTest } from "../support/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asInstallation, asPerson } from "./rest-client.ts";
import type { Ask } from "./rest-client.ts";

const REPOSITORY = "/repos/acme/rocket";
const PULL = `${REPOSITORY}/pulls/1`;

interface Scene {
  readonly simulator: Simulator;
  readonly ask: Ask;
}

/** A simulator with pull request 1 from `topic`, which adds `topic.md`; CI is off. */
async function withPull(
  t: TestContext,
  more: Readonly<Record<string, unknown>> = {},
): Promise<Scene> {
  const simulator = await simulatorForTest(t);
  await simulator.gesture({ as: "mona", do: "set-ci", checks: [] });
  await push(simulator, "topic", { "topic.md": "topic\n" });
  await simulator.gesture({ as: "wren", do: "open-pull", head: "topic", title: "Topic", ...more });
  return { simulator, ask: asInstallation(simulator) };
}

async function push(simulator: Simulator, branch: string, files: object): Promise<string> {
  const message = `change ${branch}`;
  const pushed = await simulator.gesture({ as: "wren", do: "push", branch, files, message });
  return (pushed as { after: string }).after;
}

async function mainCommit(ask: Ask): Promise<{ message: string; parents: number; author: string }> {
  const { body } = await ask(`GET ${REPOSITORY}/commits/main`);
  const { message, author } = body.commit;
  return { message, parents: body.parents.length, author: author.name };
}

test("a merge commit has both parents and closes the pull request as merged", async (t) => {
  const { simulator, ask } = await withPull(t);
  const { body: before } = await ask(`GET ${PULL}`);

  const merged = await ask(`PUT ${PULL}/merge`, { sha: before.head.sha });

  const { body: after } = await ask(`GET ${PULL}`);
  assert.deepEqual(merged.body, {
    sha: after.merge_commit_sha,
    merged: true,
    message: "Pull Request successfully merged",
  });
  assert.deepEqual(
    [after.state, after.merged, after.merged_by.login],
    ["closed", true, "yardmaster[bot]"],
  );
  assert.deepEqual(await mainCommit(ask), {
    message: "Merge pull request #1 from acme/topic\n\nTopic",
    parents: 2,
    author: "yardmaster[bot]",
  });
  assert.equal((await ask(`GET ${PULL}/merge`)).status, 204);
  await simulator.drain();
  const last = [...simulator.sim.world.deliveries.values()].filter(
    ({ event }) => event === "pull_request",
  );
  assert.equal(JSON.parse(last.at(-1)!.requestBody).pull_request.merged, true);
});

test("a squash is one commit by the author of the pull request", async (t) => {
  const { simulator, ask } = await withPull(t);
  await push(simulator, "topic", { "more.md": "more\n" });

  await ask(`PUT ${PULL}/merge`, { merge_method: "squash" });

  assert.deepEqual(await mainCommit(ask), {
    message: "Topic (#1)\n\n* change topic\n\n* change topic",
    parents: 1,
    author: "Wren Writer",
  });
});

test("given words take the place of the usual ones", async (t) => {
  const { ask } = await withPull(t);

  await ask(`PUT ${PULL}/merge`, {
    merge_method: "squash",
    commit_title: "feat: topic",
    commit_message: "because",
  });

  assert.equal((await mainCommit(ask)).message, "feat: topic\n\nbecause");
});

test("what cannot be merged is refused with GitHub's status and words", async (t) => {
  const { simulator, ask } = await withPull(t, { draft: true });
  const refusal = async (body: object = {}): Promise<[number, string]> => {
    const answer = await ask(`PUT ${PULL}/merge`, body);
    return [answer.status, answer.body.message];
  };

  assert.deepEqual(await refusal(), [405, "Pull Request is still a draft"]);
  await simulator.gesture({ as: "wren", do: "set-draft", pull: 1, draft: false });
  assert.deepEqual(await refusal({ sha: "1".repeat(40) }), [
    409,
    "Head branch was modified. Review and try the merge again.",
  ]);
  assert.deepEqual(await refusal({ merge_method: "rebase" }), [
    405,
    "Rebase merges are not allowed on this repository.",
  ]);
  await push(simulator, "main", { "topic.md": "another\n" });
  assert.deepEqual(await refusal(), [405, "Pull Request is not mergeable"]);
  await simulator.gesture({ as: "wren", do: "close-pull", pull: 1 });
  assert.deepEqual(await refusal(), [405, "Pull Request is not mergeable"]);
});

test("a conflict appears when the base moves and goes when the head follows", async (t) => {
  const { simulator, ask } = await withPull(t);
  const mergeable = async (): Promise<unknown> => {
    const { body } = await ask(`GET ${PULL}`);
    return [body.mergeable, body.mergeable_state];
  };

  assert.deepEqual(await mergeable(), [true, "clean"]);
  await push(simulator, "main", { "topic.md": "another\n" });
  assert.deepEqual(await mergeable(), [false, "dirty"]);
  await push(simulator, "topic", { "topic.md": "another\n", "more.md": "more\n" });
  assert.deepEqual(await mergeable(), [true, "clean"]);
});

test("required checks and reviews stand in the way until they are there", async (t) => {
  const { simulator, ask } = await withPull(t);
  const protect = { as: "mona", do: "protect-branch", branch: "main" };
  await simulator.gesture({ ...protect, checks: ["ci"], approvals: 1 });
  const refusal = async (): Promise<[number, string]> => {
    const answer = await ask(`PUT ${PULL}/merge`);
    return [answer.status, answer.body.message];
  };
  const check = { as: "mona", do: "complete-check", pull: 1, name: "ci" };

  assert.deepEqual(await refusal(), [405, 'Required status check "ci" is expected.']);
  await simulator.gesture({ ...check, conclusion: "failure" });
  assert.deepEqual(await refusal(), [405, 'Required status check "ci" is failing.']);
  await simulator.gesture({ ...check, conclusion: "success" });
  assert.deepEqual(await refusal(), [
    405,
    "At least 1 approving review is required by reviewers with write access.",
  ]);
  assert.equal((await ask(`GET ${PULL}`)).body.mergeable_state, "blocked");
  await simulator.gesture({ as: "rita", do: "review", pull: 1, state: "approve" });
  assert.equal((await refusal())[0], 405);
  await simulator.gesture({ as: "mona", do: "review", pull: 1, state: "approve" });
  assert.equal((await ask(`GET ${PULL}`)).body.mergeable_state, "clean");
  assert.equal((await ask(`PUT ${PULL}/merge`)).status, 200);
});

test("where checks are strict, a head that lacks commits of its base is brought up to date first", async (t) => {
  const { simulator, ask } = await withPull(t);
  const check = { as: "mona", do: "complete-check", pull: 1, name: "ci", conclusion: "success" };
  const protect = { as: "mona", do: "protect-branch", branch: "main", checks: ["ci"] };
  const state = async (): Promise<string> => (await ask(`GET ${PULL}`)).body.mergeable_state;
  await simulator.gesture({ ...protect, strict: true });
  await simulator.gesture(check);
  assert.equal(await state(), "clean");

  await push(simulator, "main", { "other.md": "other\n" });

  assert.equal(await state(), "behind");
  const { status, body } = await ask(`PUT ${PULL}/merge`);
  assert.deepEqual(
    [status, body.message],
    [405, "Head branch is out of date. Review and try the merge again."],
  );
  await ask(`PUT ${PULL}/update-branch`);
  assert.equal(await state(), "blocked");
  await simulator.gesture(check);
  assert.equal(await state(), "clean");
});

test("a merge into the default branch closes the issues that the body names and moves their cards", async (t) => {
  const { simulator, ask } = await withPull(t);
  for (const title of ["two", "three", "four"]) {
    await simulator.gesture({ as: "mona", do: "open-issue", title });
  }
  const option = [...simulator.sim.world.fields.values()]
    .find(({ name }) => name === "Status")!
    .options.find(({ name }) => name === "Done")!.id;
  await simulator.gesture({ as: "mona", do: "move-card", number: 2, to: "In Progress" });

  await ask(`PATCH ${PULL}`, {
    body: "Closes #2, fixes: acme/rocket#3 and mentions #4. Closes #99.",
  });
  await ask(`PUT ${PULL}/merge`);

  const states = await Promise.all(
    [2, 3, 4].map(async (number) => {
      const { body } = await ask(`GET ${REPOSITORY}/issues/${number}`);
      return [body.state, body.state_reason];
    }),
  );
  assert.deepEqual(states, [
    ["closed", "completed"],
    ["closed", "completed"],
    ["open", null],
  ]);
  const card = [...simulator.sim.world.items.values()][0]!;
  assert.deepEqual(
    card.values.map(({ value }) => value),
    [option],
  );
});

test("a branch that is merged by git itself counts as merged", async (t) => {
  const { simulator, ask } = await withPull(t);
  const { body: pull } = await ask(`GET ${PULL}`);

  await ask(`PATCH ${REPOSITORY}/git/refs/heads/main`, { sha: pull.head.sha });

  const { body: after } = await ask(`GET ${PULL}`);
  assert.deepEqual([after.merged, after.merge_commit_sha], [true, pull.head.sha]);
  assert.equal(simulator.sim.world.pulls.size, 1);
});

test("a repository can delete branches on merge", async (t) => {
  const { simulator, ask } = await withPull(t);
  [...simulator.sim.world.repositories.values()][0]!.deleteBranchOnMerge = true;

  await ask(`PUT ${PULL}/merge`);

  assert.equal((await ask(`GET ${REPOSITORY}/branches/topic`)).status, 404);
  assert.equal((await ask(`GET ${PULL}`)).body.merged, true);
});

test("a head is brought up to its base, once", async (t) => {
  const { simulator, ask } = await withPull(t);
  await push(simulator, "main", { "main.md": "main\n" });

  const updated = await ask(`PUT ${PULL}/update-branch`);
  const again = await ask(`PUT ${PULL}/update-branch`);

  assert.equal(updated.status, 202);
  assert.deepEqual(
    [again.status, again.body.message],
    [422, "There are no new commits on the base branch."],
  );
  assert.equal((await ask(`GET ${REPOSITORY}/contents/main.md?ref=topic`)).status, 200);
});

test("branches are merged into each other", async (t) => {
  const { simulator, ask } = await withPull(t);
  const merge = async (base: string, head: string): Promise<number> =>
    (await ask(`POST ${REPOSITORY}/merges`, { base, head })).status;

  assert.equal(await merge("main", "topic"), 201);
  assert.equal(await merge("main", "topic"), 204);
  await push(simulator, "left", { "x.md": "left\n" });
  await push(simulator, "main", { "x.md": "main\n" });
  assert.equal(await merge("main", "left"), 409);
  assert.equal(await merge("main", "nothing"), 404);
});

test("auto-merge waits for what is missing, and is refused when nothing is", async (t) => {
  const { simulator, ask } = await withPull(t);
  const arm = { as: "wren", do: "set-auto-merge", pull: 1, method: "squash" };

  await assert.rejects(simulator.gesture(arm), /Pull request is in clean status/);
  await simulator.gesture({
    as: "mona",
    do: "protect-branch",
    branch: "main",
    checks: ["ci"],
  });
  await simulator.gesture(arm);
  const { body: armed } = await ask(`GET ${PULL}`);
  await simulator.gesture({ as: "mona", do: "complete-check", pull: 1, conclusion: "success" });
  await simulator.drain();

  assert.equal(armed.auto_merge.merge_method, "squash");
  const { body: after } = await ask(`GET ${PULL}`);
  assert.deepEqual([after.merged, after.merged_by.login], [true, "wren"]);
});

test("two merges at once merge once", async (t) => {
  const { simulator } = await withPull(t);

  const answers = await Promise.all(
    ["mona", "wren"].map(async (login) => await asPerson(simulator, login)(`PUT ${PULL}/merge`)),
  );

  assert.deepEqual(answers.map(({ status }) => String(status)).toSorted(), ["200", "405"]);
});
