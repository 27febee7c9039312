import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { gzipSync } from "node:zlib";

import { listRefs } from "../../src/simulator/git/refs.ts";
import { complaint, git, startGitServer } from "./git-server.ts";

test("a clone brings the seeded history", async () => {
  await using server = await startGitServer();

  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");

  const log = await git(join(server.folder, "work"), "log", "--format=%an <%ae> %at %s");
  assert.equal(
    log,
    "Mona <mona@example.com> 1700000000 add code\nMona <mona@example.com> 1700000000 begin\n",
  );
  assert.equal(await git(join(server.folder, "work"), "show", "HEAD:src/a.txt"), "1\n2\n3\n");
});

test("shallow and blobless clones work, and protocol version 2 is spoken", async () => {
  await using server = await startGitServer();

  await git(server.folder, "clone", "--quiet", "--depth=1", server.cloneUrl, "shallow");
  await git(server.folder, "clone", "--quiet", "--filter=blob:none", server.cloneUrl, "blobless");
  const answer = await fetch(`${server.origin}/octo/demo/info/refs?service=git-upload-pack`, {
    headers: { authorization: "Bearer mona-token", "git-protocol": "version=2" },
  });

  assert.equal(await git(join(server.folder, "shallow"), "rev-list", "--count", "HEAD"), "1\n");
  assert.equal(await git(join(server.folder, "blobless"), "show", "HEAD:README.md"), "# Demo\n");
  assert.match(await answer.text(), /version 2/);
});

test("a push is reported before the pusher hears of success", async () => {
  await using server = await startGitServer();
  const work = join(server.folder, "work");
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");
  await git(work, "commit", "--quiet", "--allow-empty", "-m", "more");
  const before = listRefs(server.gitDir).get("refs/heads/main");

  await git(work, "push", "--quiet", "origin", "main");

  const head = (await git(work, "rev-parse", "HEAD")).trim();
  assert.deepEqual(server.seen, [{ ref: "refs/heads/main", before, after: head }]);
});

test("a lease that no longer holds stops a forced push, one that holds lets it through", async () => {
  await using server = await startGitServer();
  const work = join(server.folder, "work");
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");
  const first = (await git(work, "rev-parse", "HEAD")).trim();
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");
  await git(work, "commit", "--quiet", "--amend", "-m", "changed");

  const stale = await complaint(
    work,
    "push",
    `--force-with-lease=topic:${"1".repeat(40)}`,
    "origin",
    "HEAD:refs/heads/topic",
  );
  await git(work, "push", `--force-with-lease=topic:${first}`, "origin", "HEAD:refs/heads/topic");

  assert.match(stale, /stale info/);
  const head = (await git(work, "rev-parse", "HEAD")).trim();
  assert.equal(listRefs(server.gitDir).get("refs/heads/topic"), head);
});

test("a branch can be deleted, the default branch and refs/pull cannot be touched", async () => {
  await using server = await startGitServer();
  const work = join(server.folder, "work");
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");

  await git(work, "push", "--quiet", "origin", "--delete", "topic");
  const main = await complaint(work, "push", "origin", "--delete", "main");
  const hidden = await complaint(work, "push", "origin", "HEAD:refs/pull/1/head");

  assert.deepEqual([...listRefs(server.gitDir).keys()], ["refs/heads/main"]);
  assert.equal(server.seen.at(-1)?.after, undefined);
  assert.match(main, /deletion of the current branch prohibited/);
  assert.match(hidden, /deny updating a hidden ref/);
});

test("eight pushes at once are all taken, one after the other", async () => {
  await using server = await startGitServer();
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");
  const numbers = [1, 2, 3, 4, 5, 6, 7, 8];

  await Promise.all(
    numbers.map(async (number) => {
      const tree = join(server.folder, `work-${number}`);
      await git(server.folder, "clone", "--quiet", server.cloneUrl, tree);
      await git(tree, "commit", "--quiet", "--allow-empty", "-m", `number ${number}`);
      await git(tree, "push", "--quiet", "origin", `HEAD:refs/heads/topic-${number}`);
    }),
  );

  assert.deepEqual(
    server.seen.map((change) => change.ref).toSorted(),
    numbers.map((number) => `refs/heads/topic-${number}`),
  );
});

test("a large push in chunks arrives whole", async () => {
  await using server = await startGitServer();
  const work = join(server.folder, "work");
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");
  await writeFile(join(work, "large.bin"), randomBytes(3 * 1024 * 1024));
  await git(work, "add", "large.bin");
  await git(work, "commit", "--quiet", "-m", "large");

  await git(work, "push", "--quiet", "origin", "main");

  await git(server.folder, "clone", "--quiet", server.cloneUrl, "again");
  const [sent, received] = await Promise.all([
    git(work, "rev-parse", "HEAD:large.bin"),
    git(join(server.folder, "again"), "rev-parse", "HEAD:large.bin"),
  ]);
  assert.equal(received, sent);
});

test("a gzip'd request body is unpacked", async () => {
  await using server = await startGitServer();
  const sha = listRefs(server.gitDir).get("refs/heads/main") ?? "";
  const lines = ["0014command=ls-refs\n", "0001", "001bref-prefix refs/heads/\n", "0000"];

  const answer = await fetch(`${server.origin}/octo/demo.git/git-upload-pack`, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from("x-access-token:mona-token").toString("base64")}`,
      "content-type": "application/x-git-upload-pack-request",
      "content-encoding": "gzip",
      "git-protocol": "version=2",
    },
    body: gzipSync(lines.join("")),
  });

  assert.match(await answer.text(), new RegExp(`${sha} refs/heads/main`));
});

test("bad credentials, unknown repositories, dumb paths and ways out of the folder are refused", async () => {
  await using server = await startGitServer();
  const status = async (path: string): Promise<number> =>
    (await fetch(server.origin + path, { headers: { authorization: "Bearer mona-token" } })).status;

  const anonymous = await fetch(
    `${server.origin}/octo/demo.git/info/refs?service=git-receive-pack`,
  );

  assert.equal(anonymous.status, 401);
  assert.equal(anonymous.headers.get("www-authenticate"), 'Basic realm="GitHub"');
  assert.equal(await status("/octo/none.git/info/refs?service=git-upload-pack"), 404);
  assert.equal(await status("/octo/demo.git/info/refs"), 404);
  assert.equal(await status("/octo/demo.git/HEAD"), 404);
  assert.equal(await status("/octo/demo.git/config"), 404);
  assert.equal(await status("/octo/demo.git/objects/info/packs"), 404);
  assert.equal(await status("/octo/demo.git/%2e%2e/7.git/info/refs?service=git-upload-pack"), 404);
  assert.equal(await status("/octo/demo.git/..%2f7.git/config"), 404);
});

test("a ref that is judged against goes back, the others of the same push stay", async () => {
  await using server = await startGitServer({
    judge: async (_gitDir, changes) =>
      changes
        .filter((change) => change.ref === "refs/heads/bad")
        .map((change) => ({ ref: change.ref, reason: "not today", remoteLines: ["error: GH1"] })),
  });
  const work = join(server.folder, "work");
  await git(server.folder, "clone", "--quiet", server.cloneUrl, "work");

  const text = await complaint(
    work,
    "push",
    "origin",
    "HEAD:refs/heads/good",
    "HEAD:refs/heads/bad",
  );

  assert.match(text, /\[new branch\]\s+HEAD -> good/);
  assert.match(text, /\[remote rejected\] HEAD -> bad \(not today\)/);
  assert.match(text, /remote: error: GH1/);
  assert.deepEqual([...listRefs(server.gitDir).keys()], ["refs/heads/good", "refs/heads/main"]);
  assert.deepEqual(
    server.seen.map((change) => change.ref),
    ["refs/heads/good"],
  );
});
