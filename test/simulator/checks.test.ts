import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { simulatorForTest } from "../support/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asInstallation, asPerson } from "./rest-client.ts";
import { receiverForTest } from "./receiver.ts";
import type { Answer, Ask } from "./rest-client.ts";

type Json = Answer["body"];

const REPOSITORY = "/repos/acme/rocket";

interface Scene {
  readonly simulator: Simulator;
  readonly ask: Ask;
  readonly head: string;
}

/** A simulator with pull request 1 from `topic`, whose head is given. */
async function withPull(t: TestContext, webhook?: string): Promise<Scene> {
  const simulator = await simulatorForTest(t, webhook === undefined ? {} : { webhook });
  const files = { "topic.md": "topic\n" };
  const pushed = await simulator.gesture({ as: "wren", do: "push", branch: "topic", files });
  await simulator.gesture({ as: "wren", do: "open-pull", head: "topic" });
  await simulator.drain();
  return { simulator, ask: asInstallation(simulator), head: (pushed as { after: string }).after };
}

function told(simulator: Simulator, event: string): { action: string; body: Json }[] {
  return [...simulator.sim.world.deliveries.values()]
    .filter((delivery) => delivery.event === event)
    .map(({ action, requestBody }) => ({ action: action ?? "", body: JSON.parse(requestBody) }));
}

test("an App creates a check run and completes it", async (t) => {
  const { simulator, ask, head } = await withPull(t);

  const created = await ask(`POST ${REPOSITORY}/check-runs`, {
    name: "yardmaster",
    head_sha: head,
    status: "in_progress",
    details_url: "https://example.com/1",
    external_id: "42",
    output: { title: "Working", summary: "One worker" },
    actions: [{ label: "Stop", description: "Stop the worker", identifier: "stop" }],
  });
  const run = `${REPOSITORY}/check-runs/${created.body.id}`;
  const updated = await ask(`PATCH ${run}`, {
    conclusion: "success",
    output: {
      title: "Done",
      summary: "Merged",
      annotations: [
        {
          path: "topic.md",
          start_line: 1,
          end_line: 1,
          annotation_level: "notice",
          message: "here",
        },
      ],
    },
  });
  await simulator.drain();

  assert.equal(created.status, 201);
  assert.deepEqual(
    [created.body.status, created.body.conclusion, created.body.pull_requests[0].number],
    ["in_progress", null, 1],
  );
  assert.deepEqual(
    [updated.body.status, updated.body.conclusion, updated.body.output.annotations_count],
    ["completed", "success", 1],
  );
  assert.equal((await ask(`GET ${run}/annotations`)).body[0].message, "here");
  const suite = await ask(`GET ${REPOSITORY}/check-suites/${created.body.check_suite.id}`);
  assert.deepEqual([suite.body.status, suite.body.conclusion], ["completed", "success"]);
  const mine = told(simulator, "check_run").filter(
    ({ body }) => body.check_run.name === "yardmaster",
  );
  assert.deepEqual(
    mine.map(({ action }) => action),
    ["created", "completed"],
  );
});

test("what GitHub does not take as a check run is refused in its words", async (t) => {
  const { simulator, ask, head } = await withPull(t);
  const refusal = async (body: object, by = ask): Promise<[number, string]> => {
    const draft = { name: "x", head_sha: head, ...body };
    const answer = await by(`POST ${REPOSITORY}/check-runs`, draft);
    return [answer.status, answer.body.message.replace("Invalid request.\n\n", "")];
  };
  const annotation = {
    path: "topic.md",
    start_line: 1,
    end_line: 1,
    annotation_level: "notice",
    message: "m",
  };

  assert.deepEqual(await refusal({ output: { title: "t", summary: "s".repeat(65_536) } }), [
    422,
    "Only 65535 characters are allowed; 65536 were supplied.",
  ]);
  assert.deepEqual(
    await refusal({
      output: { title: "t", summary: "s", annotations: Array(51).fill(annotation) },
    }),
    [422, "No more than 50 items are allowed; 51 were supplied."],
  );
  assert.deepEqual(await refusal({ status: "completed" }), [422, '"conclusion" wasn\'t supplied.']);
  assert.deepEqual(await refusal({ output: { title: "t" } }), [422, '"summary" wasn\'t supplied.']);
  assert.deepEqual(await refusal({ head_sha: "1".repeat(40) }), [
    422,
    `No commit found for SHA: ${"1".repeat(40)}`,
  ]);
  assert.deepEqual(await refusal({ conclusion: "great" }), [
    422,
    "For 'properties/conclusion', \"great\" is not a possible value.",
  ]);
  const byPerson = await refusal({}, asPerson(simulator));
  assert.deepEqual(byPerson, [403, "You must authenticate via a GitHub App."]);
});

test("a check run of another App cannot be changed", async (t) => {
  const { ask, head } = await withPull(t);
  const { body } = await ask(`GET ${REPOSITORY}/commits/${head}/check-runs?check_name=ci`);

  const answer = await ask(`PATCH ${REPOSITORY}/check-runs/${body.check_runs[0].id}`, {
    conclusion: "success",
  });

  assert.equal(answer.status, 403);
  assert.match(answer.body.message, /check run can only be modified by the GitHub App/);
});

test("CI queues its check on each new head of an open pull request and ends it by a gesture", async (t) => {
  const { simulator, ask, head } = await withPull(t);
  const checks = async (ref: string): Promise<unknown[]> => {
    const { body } = await ask(`GET ${REPOSITORY}/commits/${ref}/check-runs`);
    return body.check_runs.map((run: Json) => [run.name, run.status, run.conclusion, run.app.slug]);
  };

  assert.deepEqual(await checks(head), [["ci", "queued", null, "github-actions"]]);
  await simulator.gesture({
    as: "mona",
    do: "complete-check",
    pull: 1,
    name: "ci",
    conclusion: "failure",
    summary: "two tests fail",
  });
  assert.deepEqual(await checks("topic"), [["ci", "completed", "failure", "github-actions"]]);
  const files = { "b.md": "b\n" };
  await simulator.gesture({ as: "wren", do: "push", branch: "topic", files });
  await simulator.drain();
  assert.deepEqual(await checks("topic"), [["ci", "queued", null, "github-actions"]]);

  const ended = told(simulator, "check_suite").filter(({ action }) => action === "completed");
  assert.equal(ended[0]!.body.check_suite.conclusion, "failure");
  const workflow = told(simulator, "workflow_run")[0]!;
  assert.deepEqual(
    [workflow.action, workflow.body.workflow_run.conclusion],
    ["completed", "failure"],
  );
});

test("the runs, jobs and logs of CI can be read", async (t) => {
  const { simulator, ask, head } = await withPull(t);
  await simulator.gesture({
    as: "mona",
    do: "complete-check",
    pull: 1,
    conclusion: "failure",
    summary: "two tests fail",
    log: "not ok 1\n",
  });

  const runs = await ask(`GET ${REPOSITORY}/actions/runs?head_sha=${head}`);
  const [run] = runs.body.workflow_runs;
  const jobs = await ask(`GET ${REPOSITORY}/actions/runs/${run.id}/jobs`);
  const logs = await fetch(
    `${simulator.url}${REPOSITORY}/actions/jobs/${jobs.body.jobs[0].id}/logs`,
    { headers: { authorization: `Bearer ${simulator.card.tokens["mona"]}` } },
  );

  assert.equal((await ask(`GET ${REPOSITORY}/actions/runs/${run.id}`)).body.conclusion, "failure");
  assert.deepEqual([logs.redirected, await logs.text()], [true, "not ok 1\n"]);
});

test("CI can end its checks by itself", async (t) => {
  const { simulator, ask } = await withPull(t);
  await simulator.gesture({ as: "mona", do: "set-ci", checks: ["a", "b"], conclusion: "success" });

  const files = { "b.md": "b\n" };
  await simulator.gesture({ as: "wren", do: "push", branch: "topic", files });
  await simulator.drain();

  const { body } = await ask(`GET ${REPOSITORY}/commits/topic/check-runs`);
  assert.deepEqual(
    body.check_runs.map((run: Json) => [run.name, run.conclusion]),
    [
      ["a", "success"],
      ["b", "success"],
    ],
  );
});

test("CI takes its time, for which a drain does not wait", async (t) => {
  const receiver = await receiverForTest(t);
  const { simulator, ask } = await withPull(t, receiver.url);
  const ended = receiver.next("workflow_run.completed");
  await simulator.gesture({ as: "mona", do: "set-ci", conclusion: "failure", afterMs: 200 });
  await simulator.gesture({ as: "wren", do: "push", branch: "topic", files: { "b.md": "b\n" } });
  const checks = `GET ${REPOSITORY}/commits/topic/check-runs`;

  await simulator.drain();
  const waiting = await ask(checks);
  await ended;
  const done = await ask(checks);

  assert.equal(waiting.body.check_runs[0].status, "queued");
  assert.equal(done.body.check_runs[0].conclusion, "failure");
});

test("a CI that is told when to end is told how, too", async (t) => {
  const simulator = await simulatorForTest(t);

  await assert.rejects(
    simulator.gesture({ as: "mona", do: "set-ci", afterMs: 5 }),
    /afterMs means nothing without a conclusion/,
  );
});

test("each push asks an App that writes checks for a suite of its own", async (t) => {
  const { simulator, ask, head } = await withPull(t);

  const asked = told(simulator, "check_suite").filter(({ action }) => action === "requested");
  assert.deepEqual(
    asked.map(({ body }) => [body.check_suite.head_sha, body.check_suite.app.slug]),
    [[head, "yardmaster"]],
  );
  const suites = await ask(`GET ${REPOSITORY}/commits/${head}/check-suites`);
  assert.deepEqual(
    suites.body.check_suites.map((suite: Json) => [suite.app.slug, suite.status]),
    [
      ["yardmaster", "queued"],
      ["github-actions", "queued"],
    ],
  );
});

test("a check run is asked for again and its actions are asked for by people", async (t) => {
  const { simulator, ask, head } = await withPull(t);
  const actions = [{ label: "Stop", description: "Stop it", identifier: "stop" }];
  await ask(`POST ${REPOSITORY}/check-runs`, { name: "yardmaster", head_sha: head, actions });
  const check = { as: "mona", pull: 1, name: "yardmaster" };

  await simulator.gesture({ ...check, do: "rerequest-check" });
  await simulator.gesture({ ...check, do: "request-check-action", identifier: "stop" });
  await assert.rejects(
    simulator.gesture({ ...check, do: "request-check-action", identifier: "go" }),
    /offers no action "go"/,
  );
  await simulator.drain();

  const mine = told(simulator, "check_run").filter(
    ({ body }) => body.check_run.name === "yardmaster",
  );
  assert.deepEqual(
    mine.map(({ action }) => action),
    ["created", "rerequested", "requested_action"],
  );
  assert.equal(mine.at(-1)!.body.requested_action.identifier, "stop");
});

test("statuses of a commit add up, the newest of each context", async (t) => {
  const { simulator, ask, head } = await withPull(t);
  const set = async (context: string, state: string): Promise<unknown> =>
    await simulator.gesture({ as: "mona", do: "set-status", pull: 1, context, state });
  const sum = async (): Promise<string> =>
    (await ask(`GET ${REPOSITORY}/commits/${head}/status`)).body.state;

  assert.equal(await sum(), "pending");
  await set("lint", "failure");
  await set("build", "success");
  assert.equal(await sum(), "failure");
  await set("lint", "success");
  assert.equal(await sum(), "success");
  assert.equal((await ask(`GET ${REPOSITORY}/commits/topic/statuses`)).body.length, 3);
  await simulator.drain();
  assert.deepEqual(
    told(simulator, "status").map(({ body }) => [body.context, body.state]),
    [
      ["lint", "failure"],
      ["build", "success"],
      ["lint", "success"],
    ],
  );
  const refused = await ask(`POST ${REPOSITORY}/statuses/${head}`, { state: "success" });
  assert.equal(refused.status, 403);
});
