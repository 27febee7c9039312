import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { statSync } from "node:fs";
import { test } from "node:test";
import type { Answer } from "./rest-client.ts";
import { simulatorForTest } from "../support/simulator.ts";
import { asApp, asInstallation, asPerson, asToken, jwt } from "./rest-client.ts";

const ISSUES = "/repos/acme/rocket/issues";
const ISSUED =
  "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued";
const EXPIRED =
  "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires";
const TOO_FAR = "'Expiration time' claim ('exp') is too far in the future";
const UNREADABLE = "A JSON web token could not be decoded";

test("an App's JWT is good within GitHub's clock rules and refused in its words outside of them", async (t) => {
  const simulator = await simulatorForTest(t);
  const stranger = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    privateKeyEncoding: { type: "pkcs1", format: "pem" },
    publicKeyEncoding: { type: "spki", format: "pem" },
  }).privateKey;
  const cases: [string, number, string | undefined][] = [
    [jwt(simulator), 200, undefined],
    [jwt(simulator, { iat: 60 }), 401, ISSUED],
    [jwt(simulator, { iat: "now" }), 401, ISSUED],
    [jwt(simulator, { exp: -1 }), 401, EXPIRED],
    [jwt(simulator, { exp: 700 }), 401, TOO_FAR],
    [jwt(simulator, {}, stranger), 401, UNREADABLE],
    ["not.a.token", 401, UNREADABLE],
    [jwt(simulator, { iss: "12" }), 404, "Integration not found"],
  ];

  for (const [token, status, message] of cases) {
    const answer = await asToken(simulator, token)("GET /app");
    assert.deepEqual([answer.status, answer.body.message], [status, message]);
  }
});

test("a JWT follows the simulated clock", async (t) => {
  const simulator = await simulatorForTest(t);
  const token = jwt(simulator);
  await asPerson(simulator)("POST /_sim/clock", { advanceMs: 11 * 60_000 });

  const late = await asToken(simulator, token)("GET /app");

  assert.equal(late.body.message, EXPIRED);
  assert.equal((await asApp(simulator)("GET /app")).status, 200);
});

test("the private key is a file that only its owner reads", async (t) => {
  const simulator = await simulatorForTest(t);

  assert.equal(statSync(simulator.card.privateKeyPath).mode & 0o777, 0o600);
});

test("an installation token is long, lasts an hour and names what it allows", async (t) => {
  const simulator = await simulatorForTest(t);
  const { appId, installationId } = simulator.card;

  const made = await asApp(simulator)(`POST /app/installations/${installationId}/access_tokens`);

  assert.equal(made.status, 201);
  assert.ok(made.body.token.startsWith(`ghs_${appId}_`));
  assert.ok(made.body.token.length > 450 && made.body.token.length < 1000);
  assert.equal(made.body.permissions.issues, "write");
  const ask = asToken(simulator, made.body.token);
  assert.equal((await ask(`GET ${ISSUES}`)).status, 200);
  await ask("POST /_sim/clock", { advanceMs: 61 * 60_000 });
  const expired = await ask(`GET ${ISSUES}`);
  assert.deepEqual([expired.status, expired.body.message], [401, "Bad credentials"]);
});

test("two local GitHubs in one process name nothing alike, so that no client takes the one's token for the other's", async (t) => {
  const [one, other] = await Promise.all([simulatorForTest(t), simulatorForTest(t)]);

  assert.notEqual(one.card.installationId, other.card.installationId);
  assert.notEqual(one.card.appId, other.card.appId);
});

test("an expired token is refused by GraphQL and git too, and a fresh one goes on", async (t) => {
  const simulator = await simulatorForTest(t);
  const path = `POST /app/installations/${simulator.card.installationId}/access_tokens`;
  const stale = (await asApp(simulator)(path)).body.token;
  await asPerson(simulator)("POST /_sim/clock", { advanceMs: 61 * 60_000 });
  const fresh = (await asApp(simulator)(path)).body.token;
  const service = `${simulator.card.cloneUrl}/info/refs?service=git-receive-pack`;
  const git = async (token: string): Promise<number> => {
    const authorization = `Basic ${Buffer.from(`x-access-token:${token}`).toString("base64")}`;
    return (await fetch(service, { headers: { authorization } })).status;
  };
  const graphql = async (token: string): Promise<Answer> =>
    await asToken(simulator, token)("POST /graphql", { query: "{ viewer { login } }" });

  const refused = await graphql(stale);
  assert.deepEqual([refused.status, refused.body.message], [401, "Bad credentials"]);
  assert.equal(await git(stale), 401);
  assert.equal((await graphql(fresh)).body.data.viewer.login, "yardmaster[bot]");
  assert.equal(await git(fresh), 200);
});

test("a living token loses at once what its installation loses", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  assert.equal((await ask(`POST ${ISSUES}`, { title: "x" })).status, 201);

  const issues = { issues: "read", metadata: "read" };
  await simulator.gesture({ as: "mona", do: "accept-permissions", permissions: issues });
  const permission = await ask(`POST ${ISSUES}`, { title: "y" });
  await simulator.gesture({
    as: "mona",
    do: "select-repositories",
    repositories: ["acme/hangar"],
  });
  const listed = await ask("GET /installation/repositories");
  await simulator.gesture({ as: "mona", do: "uninstall-app" });
  await simulator.gesture({ as: "mona", do: "install-app" });
  const reinstalled = await ask(`GET ${ISSUES}`);

  assert.deepEqual(
    [permission.status, permission.body.message],
    [403, "Resource not accessible by integration"],
  );
  assert.deepEqual(
    listed.body.repositories.map((row: { name: string }) => row.name),
    ["hangar"],
  );
  assert.equal(reinstalled.status, 401, "a token of the former installation");
});

test("a token can be narrowed to repositories and permissions, and never widened", async (t) => {
  const simulator = await simulatorForTest(t);
  const path = `POST /app/installations/${simulator.card.installationId}/access_tokens`;
  const app = asApp(simulator);

  const narrow = await app(path, { repositories: ["hangar"], permissions: { issues: "read" } });
  const ask = asToken(simulator, narrow.body.token);

  assert.deepEqual(narrow.body.permissions, { metadata: "read", issues: "read" });
  assert.deepEqual(
    narrow.body.repositories.map((row: { name: string }) => row.name),
    ["hangar"],
  );
  const refused = await ask("POST /repos/acme/hangar/issues", { title: "No" });
  assert.equal(refused.body.message, "Resource not accessible by integration");
  assert.equal((await ask("GET /installation/repositories")).body.total_count, 1);
  assert.equal((await app(path, { permissions: { workflows: "write" } })).status, 422);
  assert.equal((await app(path, { repositories: ["nowhere"] })).status, 422);
});

test("a missing permission answers GitHub's 403", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator, { issues: "read", metadata: "read" });

  const refused = await ask(`POST ${ISSUES}`, { title: "No" });

  assert.equal(refused.status, 403);
  assert.equal(refused.body.message, "Resource not accessible by integration");
  assert.equal(refused.body.status, "403");
  assert.ok(refused.body.documentation_url);
  assert.equal(refused.headers.get("x-accepted-github-permissions"), "issues=write");
});

test("people do what their role allows", async (t) => {
  const simulator = await simulatorForTest(t);
  const opened = await asPerson(simulator, "rita")(`POST ${ISSUES}`, {
    title: "From a reader",
    labels: ["bug"],
  });

  assert.equal(opened.status, 201);
  assert.deepEqual(opened.body.labels, [], "a reader's labels are left out silently");
  const label = { labels: ["bug"] };
  const path = `POST ${ISSUES}/${opened.body.number}/labels`;
  assert.equal((await asPerson(simulator, "rita")(path, label)).status, 403);
  assert.equal((await asPerson(simulator, "tess")(path, label)).status, 200);
});

test("without a token, and with a wrong one, GitHub's two answers come", async (t) => {
  const simulator = await simulatorForTest(t);
  const response = await fetch(`${simulator.url}/api/v3${ISSUES}`);

  assert.equal(response.status, 401);
  assert.match(await response.text(), /"message":"Requires authentication"/);
  const wrong = await asToken(simulator, "ghp_wrong")(`GET ${ISSUES}`);
  assert.deepEqual([wrong.status, wrong.body.message], [401, "Bad credentials"]);
});

test("the routes of an App open to its JWT only, those of an installation to its token only", async (t) => {
  const simulator = await simulatorForTest(t);

  assert.equal((await asInstallation(simulator)("GET /app")).status, 401);
  assert.equal((await asApp(simulator)("GET /installation/repositories")).status, 403);
  assert.equal(
    (await asApp(simulator)("POST /repos/acme/rocket/issues", { title: "x" })).status,
    403,
  );
  const seen = await asApp(simulator)("GET /repos/acme/rocket/installation");
  assert.equal(seen.body.id, simulator.card.installationId);
  assert.equal((await asApp(simulator)("GET /app/installations")).body.length, 1);
});

test("a private repository that an installation does not reach is not there", async (t) => {
  const simulator = await simulatorForTest(t);
  for (const row of simulator.sim.world.repositories.values()) row.private = true;
  const ask = asInstallation(simulator);
  await simulator.gesture({
    as: "mona",
    do: "select-repositories",
    repositories: ["acme/rocket"],
  });

  assert.equal((await ask("GET /repos/acme/rocket")).status, 200);
  assert.equal((await ask("GET /repos/acme/hangar")).status, 404);
});

test("tokens of an uninstalled App are worth nothing, those of a suspended one are refused", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  await simulator.gesture({ as: "mona", do: "suspend-app" });

  const suspended = await ask(`GET ${ISSUES}`);
  await simulator.gesture({ as: "mona", do: "uninstall-app" });
  const gone = await ask(`GET ${ISSUES}`);

  assert.equal(suspended.body.message, "This installation has been suspended");
  assert.equal(gone.body.message, "Bad credentials");
});

test("the permission of a person is told with the old word and the role's name", async (t) => {
  const simulator = await simulatorForTest(t);
  const ask = asInstallation(simulator);
  const permission = async (login: string): Promise<unknown[]> => {
    const { status, body } = await ask(
      `GET /repos/acme/rocket/collaborators/${encodeURIComponent(login)}/permission`,
    );
    return status === 200 ? [body.permission, body.role_name] : [status, body.message];
  };
  await simulator.gesture({ as: "mona", do: "set-permission", login: "wren", role: "maintain" });

  assert.deepEqual(await permission("mona"), ["admin", "admin"]);
  assert.deepEqual(await permission("wren"), ["write", "maintain"]);
  assert.deepEqual(await permission("tess"), ["read", "triage"]);
  assert.deepEqual(await permission("rita"), ["read", "read"]);
  assert.deepEqual(await permission("nobody"), [404, "nobody is not a user"]);
  assert.deepEqual(await permission("yardmaster[bot]"), [404, "yardmaster[bot] is not a user"]);
});
