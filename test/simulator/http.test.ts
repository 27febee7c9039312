import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asInstallation, asPerson } from "./rest-client.ts";
import type { Answer } from "./rest-client.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";

const ISSUES = "/repos/acme/rocket/issues";

async function withIssues(t: TestContext, count: number): Promise<Simulator> {
  const simulator = await simulatorForTest(t);
  for (let number = 1; number <= count; number += 1) {
    await simulator.gesture({ as: "mona", do: "open-issue", title: `Issue ${number}` });
  }
  return simulator;
}

test("lists come in pages of at most 100 with links to the others", async (t) => {
  const simulator = await withIssues(t, 5);
  const ask = asPerson(simulator);

  const first = await ask(`GET /api/v3${ISSUES}?per_page=2&direction=asc`);
  const last = await ask(`GET ${ISSUES}?per_page=2&page=3&direction=asc`);

  const numbers = (rows: { number: number }[]): number[] => rows.map((row) => row.number);
  assert.deepEqual(numbers(first.body), [1, 2]);
  assert.deepEqual(numbers(last.body), [5]);
  const url = `${simulator.url}/api/v3${ISSUES}?per_page=2&direction=asc`;
  assert.equal(
    first.headers.get("link"),
    `<${url}&page=2>; rel="next", <${url}&page=3>; rel="last"`,
  );
  assert.match(last.headers.get("link") ?? "", /page=2.*rel="prev".*page=1.*rel="first"/);
  assert.equal((await ask(`GET ${ISSUES}?per_page=500`)).headers.get("link"), null);
});

test("what has not changed is answered with 304, which costs nothing", async (t) => {
  const simulator = await withIssues(t, 1);
  const ask = asPerson(simulator);
  const first = await ask(`GET ${ISSUES}/1`);
  const headers = { "if-none-match": first.headers.get("etag")! };

  const same = await ask(`GET ${ISSUES}/1`, undefined, headers);
  await simulator.gesture({ as: "mona", do: "edit-issue", number: 1, title: "Other" });
  const other = await ask(`GET ${ISSUES}/1`, undefined, headers);

  assert.deepEqual([first.status, same.status, other.status], [200, 304, 200]);
  assert.deepEqual(
    [first, same, other].map(({ headers: sent }) => sent.get("x-ratelimit-used")),
    ["1", "1", "2"],
  );
});

test("a list and its pages have tags of their own", async (t) => {
  const simulator = await withIssues(t, 3);
  const ask = asPerson(simulator);
  const page = `GET ${ISSUES}?per_page=2&direction=asc`;
  const first = await ask(page);
  const headers = { "if-none-match": first.headers.get("etag")! };

  const same = await ask(page, undefined, headers);
  const next = await ask(`${page}&page=2`, undefined, headers);
  await simulator.gesture({ as: "mona", do: "open-issue", title: "A third page" });
  await simulator.gesture({ as: "mona", do: "open-issue", title: "begins" });
  const longer = await ask(page, undefined, headers);

  assert.deepEqual([same.status, same.body, next.status], [304, undefined, 200]);
  assert.equal(longer.status, 200, "the link to the last page is another");
});

test("every answer tells the state of the rate limit", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);

  const answer = await ask("GET /repos/acme/rocket");
  const limit = await ask("GET /rate_limit");

  assert.equal(answer.headers.get("x-ratelimit-limit"), "5000");
  assert.equal(answer.headers.get("x-ratelimit-remaining"), "4999");
  assert.equal(answer.headers.get("x-ratelimit-resource"), "core");
  assert.match(answer.headers.get("x-github-request-id") ?? "", /^[0-9A-F-]+$/);
  assert.equal(limit.body.resources.core.used, 1, "asking for the limit is free");
});

test("a used up limit refuses until the hour is over", async (t) => {
  const simulator = await simulatorForTest(t, { hourlyLimit: 2 });
  const ask = asPerson(simulator);
  const get = async (): Promise<Answer> => await ask("GET /repos/acme/rocket");

  const [first, second, third] = [await get(), await get(), await get()];
  await ask("POST /_sim/clock", { advanceMs: 61 * 60_000 });

  assert.deepEqual([first.status, second.status, third.status], [200, 200, 403]);
  assert.match(third.body.message, /^API rate limit exceeded for user ID \d+\.$/);
  assert.equal(third.headers.get("x-ratelimit-remaining"), "0");
  assert.equal((await get()).status, 200);
});

test("what is not modelled is refused loudly and remembered", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });

  const answer = await asPerson(simulator)("GET /repos/acme/rocket/stargazers");

  assert.equal(answer.status, 400);
  assert.equal(answer.body.message, "not modelled: GET /repos/acme/rocket/stargazers");
  assert.deepEqual(
    simulator.notModelled.map(({ path }) => path),
    ["/repos/acme/rocket/stargazers"],
  );
});

test("malformed bodies get GitHub's words", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator);

  const broken = await ask(`POST ${ISSUES}`, "{");
  const list = await ask(`POST ${ISSUES}`, "[]");
  const missing = await ask(`POST ${ISSUES}`, {});
  const blank = await ask(`POST ${ISSUES}`, { title: " " });

  assert.deepEqual([broken.status, broken.body.message], [400, "Problems parsing JSON"]);
  assert.deepEqual([list.status, list.body.message], [400, "Body should be a JSON object"]);
  assert.deepEqual(
    [missing.status, missing.body.message],
    [422, 'Invalid request.\n\n"title" wasn\'t supplied.'],
  );
  assert.deepEqual(blank.body, {
    message: "Validation Failed",
    errors: [{ resource: "Issue", field: "title", code: "missing_field" }],
    documentation_url: "https://docs.github.com/rest",
    status: "422",
  });
});

test("a fault before the effect hides it, a fault after it only loses the answer", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const match = { method: "POST", path: "/repos/*/issues" };
  const create = async (): Promise<number> => (await ask(`POST ${ISSUES}`, { title: "x" })).status;

  await ask("POST /_sim/faults", { match, respond: { status: 502 } });
  assert.deepEqual([await create(), simulator.sim.world.issues.size], [502, 0]);
  await ask("POST /_sim/faults", { match, respond: { status: 502, afterEffect: true } });
  assert.deepEqual([await create(), simulator.sim.world.issues.size], [502, 1]);
  assert.deepEqual([await create(), simulator.sim.world.issues.size], [201, 2]);
});

test("a fault can be a secondary limit with its headers, as often as ordered or until it is taken back", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const respond = {
    status: 403,
    headers: { "Retry-After": 60 },
    body: { message: "You have exceeded a secondary rate limit." },
  };
  await ask("POST /_sim/faults", { match: { path: ISSUES }, respond, times: 3 });

  const limited = await ask(`GET ${ISSUES}`);
  assert.equal(limited.headers.get("retry-after"), "60");
  assert.equal(limited.body.message, "You have exceeded a secondary rate limit.");
  assert.equal((await ask(`GET ${ISSUES}`)).status, 403);
  await ask("DELETE /_sim/faults");
  assert.equal((await ask(`GET ${ISSUES}`)).status, 200);
});

test("a fault meets a GraphQL request by its operation or root field", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await ask("POST /_sim/faults", { match: { operation: "viewer" }, respond: { status: 500 } });

  const met = await ask("POST /graphql", { query: "query Who { viewer { login } }" });
  const next = await ask("POST /api/graphql", { query: "query Who { viewer { login } }" });

  assert.deepEqual([met.status, next.status], [500, 200]);
  assert.equal(next.body.data.viewer.login, "yardmaster[bot]");
  const line = simulator.requests.at(-1);
  assert.deepEqual(
    [line?.operation, line?.actor, line?.points],
    ["Who viewer", "yardmaster[bot]", 1],
  );
});

test("a wrong fault order is refused with a reason", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asPerson(simulator);

  const answer = await ask("POST /_sim/faults", { match: { url: "/x" }, respond: {} });

  assert.equal(answer.status, 400);
  assert.equal(answer.body.message, 'match has no "url"; it takes method, path, operation');
});

test("the request log names actor, request, status and cost", async (t) => {
  const simulator = await simulatorForTest(t);
  await asInstallation(simulator)(`GET /api/v3${ISSUES}?state=all`);
  await asApp(simulator)("GET /app");

  const { body } = await asPerson(simulator)("GET /_sim/requests");

  assert.deepEqual(
    body.map(({ time, ...line }: { time: string }) => {
      assert.ok(Date.parse(time) > 0);
      return line;
    }),
    [
      {
        id: 1,
        actor: "yardmaster[bot]",
        method: "GET",
        path: `${ISSUES}?state=all`,
        operation: null,
        issues: [],
        status: 200,
        points: 1,
        notModelled: false,
      },
      {
        id: 2,
        actor: "app:yardmaster",
        method: "GET",
        path: "/app",
        operation: null,
        issues: [],
        status: 200,
        points: 1,
        notModelled: false,
      },
    ],
  );
});

test("the world is shown whole, without the secret that signs tokens", async (t) => {
  const simulator = await withIssues(t, 1);
  await simulator.gesture({ as: "mona", do: "push", branch: "topic", files: { a: "a" } });

  const { body } = await asPerson(simulator)("GET /_sim/world");

  const { tokenSecret: _, ...tables } = simulator.sim.world;
  assert.deepEqual(Object.keys(body).toSorted(), [...Object.keys(tables), "refs"].toSorted());
  assert.equal(body.issues[0].title, "Issue 1");
  const names = body.refs.map(({ ref }: { ref: string }) => ref);
  assert.deepEqual(names, ["refs/heads/main", "refs/heads/topic", "refs/heads/main"]);
});
