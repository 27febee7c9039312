import assert from "node:assert/strict";
import { test } from "node:test";
import { asInstallation, asPerson } from "./rest-client.ts";
import { routes } from "../../src/simulator/rest/routes.ts";
import { simulatorForTest } from "../support/simulator.ts";

const ISSUES = "/repos/acme/rocket/issues";

test("no route takes a name that it does not obey", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  const ask = asPerson(simulator);

  for (const { method, path } of routes) {
    const place = path.replaceAll(/\{[^}]*\}/g, "1");
    const answer =
      method === "GET"
        ? await ask(`GET ${place}?nonsense=1`)
        : await ask(`${method} ${place}`, { nonsense: 1 });
    assert.equal(answer.status, 400, `${method} ${path}`);
    assert.equal(answer.body.message, `not modelled: ${method} ${path} with nonsense`);
  }

  assert.equal(simulator.notModelled.length, routes.length);
});

test("what GitHub obeys and the simulator does not is refused before anything happens", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  const ask = asInstallation(simulator);
  const asked: [request: string, body: unknown, reason: string][] = [
    [`POST ${ISSUES}`, { title: "x", assignee: "rita" }, "/issues with assignee"],
    [`POST ${ISSUES}`, { title: "x", labels: [{ name: "bug", color: "f00" }] }, "with color"],
    [`POST ${ISSUES}?title=x`, {}, "/issues with title"],
    [`PATCH ${ISSUES}/1`, { state_reason: "completed" }, "a state_reason without a state"],
    [`GET ${ISSUES}?milestone=1&labels=bug`, undefined, "/issues with milestone"],
    [`GET ${ISSUES}?sort=comments`, undefined, "sort=comments"],
    [`GET ${ISSUES}?state=merged`, undefined, "state=merged"],
    ["GET /repos/acme/rocket/pulls?sort=popularity", undefined, "sort=popularity"],
    ["POST /repos/acme/rocket/pulls", { issue: 1, head: "a", base: "main" }, "with issue"],
    [
      "POST /repos/acme/rocket/pulls/1/requested_reviewers",
      { team_reviewers: [] },
      "with team_reviewers",
    ],
    [
      "POST /repos/acme/rocket/check-runs",
      { name: "ci", head_sha: "0", output: { title: "t", summary: "s", images: [] } },
      "output with images",
    ],
    ["GET /repos/acme/rocket/commits?since=2026-01-01", undefined, "/commits with since"],
    ["PUT /repos/acme/rocket/contents/a", { message: "m", content: "", author: {} }, "with author"],
  ];
  await simulator.gesture({ as: "mona", do: "open-issue", title: "Leak" });
  const { nextId } = simulator.sim.world;

  for (const [request, body, reason] of asked) {
    const answer = await ask(request, body);
    assert.equal(answer.status, 400, request);
    assert.ok(answer.body.message.startsWith("not modelled: "), answer.body.message);
    assert.ok(answer.body.message.endsWith(reason), answer.body.message);
  }

  assert.equal(simulator.sim.world.nextId, nextId);
  assert.equal(simulator.notModelled.length, asked.length);
});

test("a media type that asks for another form is refused, one that changes nothing is not", async (t) => {
  const simulator = await simulatorForTest(t, { toleratesNotModelled: true });
  const ask = asPerson(simulator);
  const status = async (accept: string) =>
    (await ask(`GET ${ISSUES}`, undefined, { accept })).status;

  assert.equal(await status("application/vnd.github.html+json"), 400);
  assert.equal(await status("application/vnd.github.v3.full+json"), 400);
  assert.equal(await status("application/vnd.github+json"), 200);
  assert.equal(await status("application/vnd.github.v3+json"), 200);
  assert.equal(await status("application/vnd.github.raw+json"), 200);
  assert.equal(await status("application/vnd.github.squirrel-girl-preview+json"), 200);
  assert.equal(simulator.notModelled.length, 2);
});
