/** The merge queue: what is put into it, what it has checked, and how entries leave. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asPerson, at, textAt } from "./graphql-client.ts";
import type { Ask } from "./graphql-client.ts";

type Gesture = Readonly<Record<string, unknown>> & { readonly do: string };

/** Makes gestures, each with all that follows from it. */
async function make(simulator: Simulator, ...gestures: readonly Gesture[]): Promise<void> {
  for (const gesture of gestures) {
    await simulator.gesture({ as: "mona", ...gesture });
    await simulator.drain();
  }
}

/** Pull requests of one file each that may be merged by a queue, by its path. */
async function queued(t: TestContext, paths: readonly string[], method = "merge") {
  const simulator = await simulatorForTest(t);
  await make(
    simulator,
    { do: "protect-branch", branch: "main", checks: ["ci"] },
    { do: "set-merge-queue", method },
  );
  for (const [index, path] of paths.entries()) {
    await make(
      simulator,
      { do: "push", branch: `topic-${index}`, files: { [path]: `${index}\n` } },
      { do: "open-pull", head: `topic-${index}` },
      { do: "complete-check", pull: index + 1 },
    );
  }
  return { simulator, ask: asApp(simulator) };
}

const events = (simulator: Simulator): string[] =>
  [...simulator.sim.world.deliveries.values()]
    .filter(({ event }) => event === "pull_request" || event === "merge_group")
    .map(({ event, action, requestBody }) => {
      const { number, merge_group: group, reason } = JSON.parse(requestBody);
      const of = number ?? group.head_ref.match(/pr-(\d+)-/)[1];
      return `${event}.${action} ${of}${reason === undefined ? "" : ` ${reason}`}`;
    })
    .filter((line) => /queued|merge_group|closed/.test(line));

async function state(ask: Ask, number: number): Promise<unknown> {
  const { data, errors } = await ask(
    `query($number: Int!) { repository(owner: "acme", name: "rocket") { pullRequest(number: $number) {
      id state isInMergeQueue isMergeQueueEnabled mergeQueueEntry { state position enqueuer { login } headCommit { oid } }
    } } }`,
    { number },
  );
  assert.deepEqual(errors, []);
  return at(data, "repository", "pullRequest");
}

const enqueue = `mutation($id: ID!, $head: GitObjectID) { enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) {
  mergeQueueEntry { state position } } }`;
const dequeue = `mutation($id: ID!) { dequeuePullRequest(input: {id: $id}) { mergeQueueEntry { position } } }`;

test("entries are checked on top of each other and merged in order", async (t) => {
  const { simulator, ask } = await queued(t, ["a.md", "b.md"], "squash");

  await make(simulator, { do: "enqueue", pull: 1 }, { do: "enqueue", pull: 2 });
  const waiting = await state(ask, 2);
  await make(simulator, { do: "complete-check", group: 2 });
  const ready = await state(ask, 2);
  await make(simulator, { do: "complete-check", group: 1 });

  assert.deepEqual(at(waiting, "mergeQueueEntry", "state"), "AWAITING_CHECKS");
  assert.deepEqual(at(ready, "mergeQueueEntry", "state"), "MERGEABLE");
  assert.deepEqual(at(ready, "mergeQueueEntry", "position"), 2);
  assert.deepEqual(
    [at(await state(ask, 1), "state"), at(await state(ask, 2), "state")],
    ["MERGED", "MERGED"],
  );
  assert.deepEqual(events(simulator), [
    "pull_request.enqueued 1",
    "merge_group.checks_requested 1",
    "pull_request.enqueued 2",
    "merge_group.checks_requested 2",
    "pull_request.closed 1",
    "merge_group.destroyed 1 merged",
    "pull_request.dequeued 1 MERGE",
    "pull_request.closed 2",
    "merge_group.destroyed 2 merged",
    "pull_request.dequeued 2 MERGE",
  ]);
});

test("what fails is thrown out with its reason, and those behind it are checked anew", async (t) => {
  const { simulator, ask } = await queued(t, ["a.md", "b.md"]);
  await make(simulator, { do: "enqueue", pull: 1 }, { do: "enqueue", pull: 2 });

  await make(simulator, {
    do: "complete-check",
    group: 1,
    conclusion: "failure",
    summary: "two of a kind",
  });

  const { data } = await ask(`{ repository(owner: "acme", name: "rocket") { pullRequest(number: 1) {
    timelineItems(itemTypes: [REMOVED_FROM_MERGE_QUEUE_EVENT], last: 1) { nodes { ... on RemovedFromMergeQueueEvent {
      reason actor { login } beforeCommit { statusCheckRollup { contexts(first: 5) { nodes { ... on CheckRun { name summary } } } } }
    } } }
  } } }`);
  assert.deepEqual(at(data, "repository", "pullRequest", "timelineItems", "nodes", 0), {
    reason: "failed_checks",
    actor: { login: "github-merge-queue" },
    beforeCommit: {
      statusCheckRollup: { contexts: { nodes: [{ name: "ci", summary: "two of a kind" }] } },
    },
  });
  assert.equal(at(await state(ask, 1), "isInMergeQueue"), false);
  assert.equal(at(await state(ask, 2), "mergeQueueEntry", "state"), "AWAITING_CHECKS");
  assert.deepEqual(events(simulator).slice(4), [
    "merge_group.destroyed 1 dequeued",
    "pull_request.dequeued 1 CI_FAILURE",
    "merge_group.destroyed 2 invalidated",
    "merge_group.checks_requested 2",
  ]);
});

test("entries that conflict, or whose head has moved, leave", async (t) => {
  const { simulator, ask } = await queued(t, ["a.md", "a.md"]);
  await make(simulator, { do: "enqueue", pull: 1 }, { do: "enqueue", pull: 2 });
  await make(simulator, { do: "push", branch: "topic-0", files: { "c.md": "c" } });

  assert.equal(at(await state(ask, 1), "isInMergeQueue"), false);
  assert.deepEqual(
    events(simulator).filter((line) => line.includes("dequeued ")),
    ["pull_request.dequeued 2 MERGE_CONFLICT", "pull_request.dequeued 1 MANUAL"],
  );
});

test("an App puts in exactly the head that it has seen, once, and takes it out", async (t) => {
  const { simulator, ask } = await queued(t, ["a.md"]);
  const id = textAt(await state(ask, 1), "id");

  const other = await ask(enqueue, { id, head: "0".repeat(40) });
  const put = await ask(enqueue, { id });
  const twice = await ask(enqueue, { id });
  await simulator.drain();
  const taken = await ask(dequeue, { id });
  const gone = await ask(dequeue, { id });
  const merged = await simulator.gesture({ as: "wren", do: "merge", pull: 1 }).catch(String);
  await make(simulator, { do: "set-merge-queue", enabled: false });
  const none = await asPerson(simulator, "wren")(enqueue, { id });

  assert.deepEqual(put.data, {
    enqueuePullRequest: { mergeQueueEntry: { state: "QUEUED", position: 1 } },
  });
  assert.deepEqual([taken.errors, at(await state(ask, 1), "isInMergeQueue")], [[], false]);
  assert.deepEqual(
    [other, twice, gone, none].map(({ errors }) => errors[0]?.message),
    [
      "Head branch was modified. Review and try the merge again.",
      "Pull request is already in the queue",
      "Failed to remove PR #1",
      "Base branch does not have a merge queue enabled",
    ],
  );
  assert.match(String(merged), /Changes must be made through the merge queue/);
  assert.equal(events(simulator).at(-1), "pull_request.dequeued 1 MANUAL");
});
