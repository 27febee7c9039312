import assert from "node:assert/strict";
import { test } from "node:test";
import { faultOf } from "../../../src/adapters/github/fault.ts";
import { millis } from "../../../src/core/ids.ts";
import { bench, publication } from "./setup.ts";

const secondary = {
  message:
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
};

test("after a retry-after nothing is asked in that limit until it is over", async (t) => {
  const { forge, issue, inspection, fault, clock, asked, known } = await bench(t);
  const id = await issue();
  const before = await known(id);
  await fault(
    { operation: "InspectIssue" },
    { status: 403, headers: { "retry-after": "30" }, body: secondary },
  );
  const limited = { kind: "rate-limited", retryable: true, retryAt: clock.now() + 30_000 };

  await assert.rejects(forge.inspectIssue(inspection(id)), limited);
  asked();
  clock.turn(29_000);
  await assert.rejects(forge.inspectIssue(inspection(id)), limited);
  await assert.rejects(
    forge.publish(
      publication(before, {
        removeLabel: null,
        comments: [{ key: "status", records: [], frame: null, text: "x", id: null }],
      }),
      false,
    ),
    limited,
  );
  assert.deepEqual(asked(), []);

  clock.turn(1_000);
  await forge.inspectIssue(inspection(id));
  assert.equal(asked().length, 2);
});

test("a pause in GraphQL is none in REST", async (t) => {
  const { forge, issue, inspection, fault, known, asked } = await bench(t);
  const id = await issue();
  const { repository } = await known(id);
  await fault({ operation: "InspectIssue" }, { status: 429, headers: { "retry-after": "30" } });
  await assert.rejects(forge.inspectIssue(inspection(id)), { kind: "rate-limited" });
  asked();

  await assert.rejects(
    forge.openPull(
      { repository, branch: "none", base: "main", head: "x" as never, title: "t", body: "" },
      false,
    ),
    { kind: "validation" },
  );

  assert.ok(asked().length > 0);
});

test("a limit inside a GraphQL answer of 200 is a limit", async (t) => {
  const { forge, issue, inspection, fault, clock } = await bench(t);
  const id = await issue();
  const reset = Math.ceil(clock.now() / 1000) + 120;
  await fault(
    { operation: "InspectIssue" },
    {
      status: 200,
      headers: { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(reset) },
      body: { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded" }] },
    },
  );

  await assert.rejects(forge.inspectIssue(inspection(id)), {
    kind: "rate-limited",
    retryAt: reset * 1000,
  });
});

test("a GraphQL answer of 200 that only says that something went wrong is a breakdown", async (t) => {
  const { forge, issue, inspection, fault } = await bench(t);
  const id = await issue();
  const message = "Something went wrong while executing your query.";
  await fault(
    { operation: "InspectIssue" },
    { status: 200, body: { data: null, errors: [{ message }] } },
  );

  await assert.rejects(forge.inspectIssue(inspection(id)), { kind: "outside", retryable: true });
});

test("an answer that is not as documented is a breakdown", async (t) => {
  const { forge, issue, inspection, fault } = await bench(t);
  const id = await issue();
  await fault({ path: "/repos/*/permission" }, { status: 200, body: { hello: 1 } });

  await assert.rejects(forge.inspectIssue(inspection(id)), {
    kind: "outside",
    message:
      "reading what mona may do in acme/rocket: GitHub's answer is not as documented at permission",
  });
});

test("no answer at all is a breakdown", async (t) => {
  const { simulator, forge, issue, inspection } = await bench(t);
  const id = await issue();
  await simulator.close();

  await assert.rejects(forge.inspectIssue(inspection(id)), { kind: "outside", retryable: true });
});

const now = millis(1_700_000_000_000);
const http = (status: number, headers: object = {}, message = "no"): object => ({
  status,
  response: { headers, data: { message } },
});

const kinds: readonly (readonly [error: object, kind: string, waitMs: number | null])[] = [
  [http(400), "validation", null],
  [http(401), "unauthorised", null],
  [http(403), "forbidden", null],
  [http(403, {}, "Resource not accessible by integration"), "forbidden", null],
  [http(403, {}, secondary.message), "rate-limited", 60_000],
  [http(403, { "retry-after": "7" }), "rate-limited", 7_000],
  [http(403, { "retry-after": "0" }), "rate-limited", 1_000],
  [
    http(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1700000100" }),
    "rate-limited",
    100_000,
  ],
  [http(429), "rate-limited", 60_000],
  [http(404), "not-found", null],
  [http(405), "conflict", null],
  [http(408), "outside", null],
  [http(409), "conflict", null],
  [http(410), "gone", null],
  [http(422), "validation", null],
  [http(500), "outside", null],
  [http(502), "outside", null],
  [{ status: 500, message: "fetch failed" }, "outside", null],
  [new TypeError("fetch failed"), "outside", null],
  [
    { response: { headers: {}, data: { errors: [{ type: "RATE_LIMITED" }] } } },
    "rate-limited",
    60_000,
  ],
];

test("every status has one meaning, and only what can pass by itself is worth another try", () => {
  for (const [error, kind, waitMs] of kinds) {
    const fault = faultOf("trying", error, now);

    assert.equal(fault.kind, kind);
    assert.equal(fault.retryAt, waitMs === null ? null : now + waitMs);
    assert.equal(fault.retryable, ["rate-limited", "unauthorised", "outside"].includes(kind));
    assert.equal(fault.cause, error);
  }
});
