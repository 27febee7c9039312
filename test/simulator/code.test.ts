import assert from "node:assert/strict";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { simulatorForTest } from "../support/simulator.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asInstallation, asPerson } from "./rest-client.ts";
import type { Answer, Ask } from "./rest-client.ts";

type Json = Answer["body"];

const REPOSITORY = "/repos/acme/rocket";
const NOWHERE = "1".repeat(40);

async function withTopic(
  t: TestContext,
): Promise<{ simulator: Simulator; ask: Ask; head: string }> {
  const simulator = await simulatorForTest(t);
  const files = { "docs/a b.md": "a\n", LICENSE: null };
  const message = "feat: a\n\nbecause";
  const pushed = await simulator.gesture({
    as: "wren",
    do: "push",
    branch: "feat/x",
    files,
    message,
  });
  return { simulator, ask: asInstallation(simulator), head: (pushed as { after: string }).after };
}

test("refs are created, read, moved and deleted, and refused in GitHub's words", async (t) => {
  const { ask, head } = await withTopic(t);
  const main = (await ask(`GET ${REPOSITORY}/git/ref/heads/main`)).body.object.sha;
  const refs = `${REPOSITORY}/git/refs`;
  const asked = async (request: string, body?: object): Promise<unknown> => {
    const answer = await ask(request, body);
    return [answer.status, answer.body?.message ?? answer.body?.object.sha];
  };

  assert.deepEqual(await asked(`POST ${refs}`, { ref: "refs/heads/new", sha: main }), [201, main]);
  assert.deepEqual(await asked(`POST ${refs}`, { ref: "refs/heads/new", sha: main }), [
    422,
    "Reference already exists",
  ]);
  assert.deepEqual(await asked(`POST ${refs}`, { ref: "refs/heads/other", sha: NOWHERE }), [
    422,
    "Object does not exist",
  ]);
  assert.deepEqual(await asked(`POST ${refs}`, { ref: "heads", sha: main }), [
    422,
    "Reference name must start with 'refs/' and contain at least two slashes.",
  ]);
  assert.deepEqual(await asked(`PATCH ${refs}/heads/new`, { sha: head }), [200, head]);
  assert.deepEqual(await asked(`PATCH ${refs}/heads/new`, { sha: main }), [
    422,
    "Update is not a fast forward",
  ]);
  assert.deepEqual(await asked(`PATCH ${refs}/heads/new`, { sha: main, force: true }), [200, main]);
  assert.deepEqual(await asked(`DELETE ${refs}/heads/new`), [204, undefined]);
  assert.deepEqual(await asked(`DELETE ${refs}/heads/new`), [422, "Reference does not exist"]);
  assert.deepEqual(await asked(`GET ${REPOSITORY}/git/ref/heads/new`), [404, "Not Found"]);
  assert.deepEqual(await asked(`GET ${REPOSITORY}/git/ref/heads%2Ffeat%2Fx`), [200, head]);
});

test("files and folders are read at any ref, also raw", async (t) => {
  const { simulator, ask, head } = await withTopic(t);

  const file = await ask(`GET ${REPOSITORY}/contents/docs/a%20b.md?ref=feat/x`);
  const folder = await ask(`GET ${REPOSITORY}/contents/docs?ref=${head}`);
  const root = await ask(`GET ${REPOSITORY}/contents`);
  const missing = await ask(`GET ${REPOSITORY}/contents/nothing.md`);
  const nowhere = await ask(`GET ${REPOSITORY}/contents/README.md?ref=nowhere`);
  const raw = await fetch(`${simulator.url}${REPOSITORY}/contents/README.md`, {
    headers: {
      accept: "application/vnd.github.raw+json",
      authorization: `Bearer ${simulator.card.tokens["rita"]}`,
    },
  });

  assert.equal(Buffer.from(file.body.content, "base64").toString(), "a\n");
  assert.deepEqual(
    folder.body.map((entry: Json) => [entry.path, entry.type]),
    [
      ["docs/a b.md", "file"],
      ["docs/orbit.md", "file"],
    ],
  );
  assert.ok(root.body.some((entry: Json) => entry.path === "src" && entry.type === "dir"));
  assert.equal(missing.status, 404);
  assert.equal(nowhere.body.message, "No commit found for the ref nowhere");
  assert.match(await raw.text(), /^# Rocket/);
});

test("files are written through the API when the caller knows what is there", async (t) => {
  const { ask } = await withTopic(t);
  const path = `${REPOSITORY}/contents/new.md`;
  const content = Buffer.from("new\n").toString("base64");

  const created = await ask(`PUT ${path}`, { message: "add", content });
  const blind = await ask(`PUT ${path}`, { message: "add", content });
  const wrong = await ask(`PUT ${path}`, { message: "add", content, sha: NOWHERE });
  const { sha } = created.body.content;
  const changed = await ask(`PUT ${path}`, { message: "change", content: "", sha });

  assert.deepEqual(
    [created.status, blind.status, wrong.status, changed.status],
    [201, 422, 409, 200],
  );
  assert.equal(created.body.commit.author.name, "yardmaster[bot]");
});

test("commits are listed, read and compared", async (t) => {
  const { ask, head } = await withTopic(t);

  const list = await ask(`GET ${REPOSITORY}/commits?sha=feat/x&per_page=2`);
  const one = await ask(`GET ${REPOSITORY}/commits/feat%2Fx`);
  const compared = await ask(`GET ${REPOSITORY}/compare/main...feat/x`);
  const missing = await ask(`GET ${REPOSITORY}/commits/${NOWHERE}`);
  const tree = await ask(`GET ${REPOSITORY}/git/trees/${head}?recursive=1`);
  const blob = tree.body.tree.find((entry: Json) => entry.path === "README.md");

  assert.deepEqual([list.body.length, list.body[0].sha], [2, head]);
  assert.match(list.headers.get("link") ?? "", /rel="next"/);
  assert.deepEqual(
    [one.body.commit.message, one.body.author.login, one.body.stats.deletions],
    ["feat: a\n\nbecause", "wren", 3],
  );
  assert.deepEqual(
    one.body.files.map((file: Json) => [file.filename, file.status]),
    [
      ["LICENSE", "removed"],
      ["docs/a b.md", "added"],
    ],
  );
  assert.deepEqual(
    [compared.body.status, compared.body.ahead_by, compared.body.behind_by],
    ["ahead", 1, 0],
  );
  assert.deepEqual(
    [missing.status, missing.body.message],
    [422, `No commit found for SHA: ${NOWHERE}`],
  );
  assert.equal((await ask(`GET ${REPOSITORY}/git/blobs/${blob.sha}`)).body.size, blob.size);
  assert.equal((await ask(`GET ${REPOSITORY}/git/commits/${head}`)).body.sha, head);
  await ask(`POST ${REPOSITORY}/pulls`, { title: "x", head: "feat/x", base: "main" });
  assert.equal((await ask(`GET ${REPOSITORY}/commits/${head}/pulls`)).body[0].number, 1);
});

test("branches are listed and read with their protection", async (t) => {
  const { simulator, ask, head } = await withTopic(t);
  const protect = { as: "mona", do: "protect-branch", branch: "main" };
  await simulator.gesture({ ...protect, checks: ["ci"], approvals: 2 });

  const list = await ask(`GET ${REPOSITORY}/branches`);
  const one = await ask(`GET ${REPOSITORY}/branches/feat%2Fx`);
  const protection = await ask(`GET ${REPOSITORY}/branches/main/protection`);
  const open = await ask(`GET ${REPOSITORY}/branches/feat%2Fx/protection`);
  const missing = await ask(`GET ${REPOSITORY}/branches/nothing`);

  assert.deepEqual(
    list.body.map((branch: Json) => [branch.name, branch.protected]),
    [
      ["feat/x", false],
      ["main", true],
    ],
  );
  assert.equal(one.body.commit.sha, head);
  assert.deepEqual(protection.body.required_status_checks.contexts, ["ci"]);
  assert.equal(protection.body.required_pull_request_reviews.required_approving_review_count, 2);
  assert.deepEqual([open.status, open.body.message], [404, "Branch not protected"]);
  assert.deepEqual([missing.status, missing.body.message], [404, "Branch not found"]);
});

test("an App without contents permission changes nothing", async (t) => {
  const { simulator, head } = await withTopic(t);
  const ask = asInstallation(simulator, { metadata: "read", contents: "read" });

  const answer = await ask(`POST ${REPOSITORY}/git/refs`, { ref: "refs/heads/y", sha: head });

  assert.deepEqual(
    [answer.status, answer.body.message],
    [403, "Resource not accessible by integration"],
  );
  const rita = await asPerson(simulator, "rita")(`DELETE ${REPOSITORY}/git/refs/heads/feat/x`);
  assert.equal(rita.status, 403);
});
