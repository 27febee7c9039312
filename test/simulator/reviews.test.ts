import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { simulatorForTest } from "../support/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asPerson } from "./rest-client.ts";
import type { Answer } from "./rest-client.ts";

type Json = Answer["body"];

const PULL = "/repos/acme/rocket/pulls/1";

/** A simulator with wren's pull request 1, which adds the three lines of `topic.md`. */
async function withPull(t: TestContext): Promise<Simulator> {
  const simulator = await simulatorForTest(t);
  const files = { "topic.md": "one\ntwo\nthree\n" };
  await simulator.gesture({ as: "wren", do: "push", branch: "topic", files });
  await simulator.gesture({ as: "wren", do: "open-pull", head: "topic" });
  return simulator;
}

function actions(simulator: Simulator, event: string): (string | null)[] {
  return [...simulator.sim.world.deliveries.values()]
    .filter((delivery) => delivery.event === event)
    .map(({ action }) => action);
}

test("reviews are written with remarks, listed, and taken back", async (t) => {
  const simulator = await withPull(t);
  const mona = asPerson(simulator);
  await simulator.gesture({ as: "wren", do: "request-review", pull: 1, reviewers: ["mona"] });

  const written = await mona(`POST ${PULL}/reviews`, {
    event: "REQUEST_CHANGES",
    body: "Please",
    comments: [
      { path: "topic.md", line: 2, body: "why two?" },
      { path: "topic.md", start_line: 1, line: 3, body: "all of it" },
    ],
  });
  const dismissed = await mona(`PUT ${PULL}/reviews/${written.body.id}/dismissals`, {
    message: "settled",
  });

  assert.deepEqual([written.status, written.body.state], [200, "CHANGES_REQUESTED"]);
  assert.equal(dismissed.body.state, "DISMISSED");
  const { body: remarks } = await mona(`GET ${PULL}/comments`);
  assert.deepEqual(
    remarks.map((remark: Json) => [remark.line, remark.start_line, remark.diff_hunk]),
    [
      [2, null, "@@ -0,0 +1,3 @@\n+one\n+two"],
      [3, 1, "@@ -0,0 +1,3 @@\n+one\n+two\n+three"],
    ],
  );
  assert.deepEqual((await mona(`GET ${PULL}/requested_reviewers`)).body.users, []);
  await simulator.drain();
  assert.deepEqual(actions(simulator, "pull_request_review"), ["submitted", "dismissed"]);
  assert.deepEqual(actions(simulator, "pull_request_review_comment"), ["created", "created"]);
});

test("nobody judges their own pull request, and a verdict needs words", async (t) => {
  const simulator = await withPull(t);
  const refusal = async (login: string, body: object): Promise<unknown> => {
    const answer = await asPerson(simulator, login)(`POST ${PULL}/reviews`, body);
    return [answer.status, answer.body.errors?.[0]];
  };

  assert.deepEqual(await refusal("wren", { event: "APPROVE" }), [
    422,
    "Can not approve your own pull request",
  ]);
  assert.deepEqual(await refusal("wren", { event: "REQUEST_CHANGES", body: "x" }), [
    422,
    "Can not request changes on your own pull request",
  ]);
  assert.equal(((await refusal("mona", { event: "COMMENT" })) as [number])[0], 422);
  assert.deepEqual(
    await refusal("mona", {
      event: "COMMENT",
      comments: [{ path: "topic.md", line: 9, body: "nowhere" }],
    }),
    [
      422,
      {
        resource: "PullRequestReviewComment",
        field: "line",
        code: "custom",
        message: "line must be part of the diff",
      },
    ],
  );
});

test("a pending review is seen by its author only until it is submitted", async (t) => {
  const simulator = await withPull(t);
  const [mona, tess] = [asPerson(simulator), asPerson(simulator, "tess")];

  const pending = await mona(`POST ${PULL}/reviews`, { body: "soon" });
  const hidden = await tess(`GET ${PULL}/reviews`);
  const submitted = await mona(`POST ${PULL}/reviews/${pending.body.id}/events`, {
    event: "APPROVE",
  });
  const edited = await mona(`PUT ${PULL}/reviews/${pending.body.id}`, { body: "now" });

  assert.equal(pending.body.state, "PENDING");
  assert.deepEqual(hidden.body, []);
  assert.equal(submitted.body.state, "APPROVED");
  assert.equal(edited.body.body, "now");
  assert.equal((await tess(`GET ${PULL}/reviews`)).body.length, 1);
});

test("a thread grows by replies, is resolved and outdated", async (t) => {
  const simulator = await withPull(t);
  const mona = asPerson(simulator);
  const head = (await mona(`GET ${PULL}`)).body.head.sha;

  const top = await mona(`POST ${PULL}/comments`, {
    path: "topic.md",
    line: 1,
    body: "hm",
    commit_id: head,
  });
  const reply = await asPerson(simulator, "wren")(`POST ${PULL}/comments/${top.body.id}/replies`, {
    body: "done",
  });
  await simulator.gesture({ as: "wren", do: "resolve-thread", pull: 1 });
  await simulator.gesture({ as: "wren", do: "resolve-thread", pull: 1, resolved: false });
  const files = { "topic.md": "two\n" };
  await simulator.gesture({ as: "wren", do: "push", branch: "topic", files });

  assert.equal(top.status, 201);
  assert.equal(reply.body.in_reply_to_id, top.body.id);
  const [thread] = [...simulator.sim.world.threads.values()];
  assert.deepEqual([thread!.commentIds.length, thread!.outdated], [2, true]);
  await simulator.drain();
  assert.deepEqual(actions(simulator, "pull_request_review_thread"), ["resolved", "unresolved"]);
});

test("people without access cannot be asked for a review, nor can the author", async (t) => {
  const simulator = await withPull(t);
  const mona = asPerson(simulator);
  const asked = async (login: string): Promise<number> =>
    (await mona(`POST ${PULL}/requested_reviewers`, { reviewers: [login] })).status;

  assert.equal(await asked("tess"), 201);
  assert.equal(await asked("wren"), 422);
  assert.equal(await asked("nobody"), 422);
  const back = await mona(`DELETE ${PULL}/requested_reviewers`, { reviewers: ["tess"] });
  assert.deepEqual(back.body.requested_reviewers, []);
});
