import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { installationToken } from "../../src/simulator/auth/tokens.ts";
import { simulatorForTest } from "../support/simulator.ts";
import type { Permissions } from "../../src/simulator/world/accounts.ts";
import type { Simulator } from "../../src/simulator/simulator.ts";
import { asInstallation } from "./rest-client.ts";
import { complaint, git } from "./git-server.ts";

const DENIED_TO_RITA = /Permission to acme\/rocket\.git denied to rita\./;

interface Desk {
  readonly simulator: Simulator;
  readonly folder: string;
  readonly work: string;
}

/** A simulator and a clone of its repository by mona, in `work`. */
async function withClone(t: TestContext): Promise<Desk> {
  const simulator = await simulatorForTest(t);
  const folder = await mkdtemp(join(tmpdir(), "simulator-clone-"));
  t.after(async () => await rm(folder, { recursive: true, force: true }));
  await git(folder, "clone", "--quiet", urlFor(simulator, simulator.card.tokens["mona"]!), "work");
  return { simulator, folder, work: join(folder, "work") };
}

function urlFor(simulator: Simulator, token: string): string {
  return simulator.card.cloneUrl.replace("http://", `http://x-access-token:${token}@`);
}

function appToken(simulator: Simulator, permissions?: Permissions): string {
  const installation = simulator.sim.world.installations.get(simulator.card.installationId)!;
  const grant = { permissions: permissions ?? installation.permissions, repositoryIds: null };
  return installationToken(simulator.sim, installation, grant).token;
}

async function commit(work: string, path: string, text: string): Promise<void> {
  await mkdir(dirname(join(work, path)), { recursive: true });
  await writeFile(join(work, path), text);
  await git(work, "add", path);
  await git(work, "commit", "--quiet", "-m", `write ${path}`);
}

test("an App clones and pushes with its installation token, and its push is told", async (t) => {
  const { simulator, work } = await withClone(t);
  await commit(work, "a.md", "a\n");

  await git(
    work,
    "push",
    "--quiet",
    urlFor(simulator, appToken(simulator)),
    "HEAD:refs/heads/topic",
  );

  const ref = await asInstallation(simulator)("GET /repos/acme/rocket/git/ref/heads/topic");
  assert.equal(ref.body.object.sha, (await git(work, "rev-parse", "HEAD")).trim());
  await simulator.drain();
  const [pushed] = [...simulator.sim.world.deliveries.values()];
  assert.equal(pushed!.event, "push");
  const { sender, commits, ref: name } = JSON.parse(pushed!.requestBody);
  assert.deepEqual(
    [sender.login, name, commits[0].added],
    ["yardmaster[bot]", "refs/heads/topic", ["a.md"]],
  );
});

test("whoever may not push is told so", async (t) => {
  const { simulator, work } = await withClone(t);
  await commit(work, "a.md", "a\n");
  const push = async (token: string): Promise<string> =>
    await complaint(work, "push", urlFor(simulator, token), "HEAD:refs/heads/topic");

  assert.match(await push(simulator.card.tokens["rita"]!), DENIED_TO_RITA);
  assert.match(await push(simulator.card.tokens["tess"]!), /403/);
  const reading = appToken(simulator, { contents: "read", metadata: "read" });
  assert.match(await push(reading), /denied to yardmaster\[bot\]/);
  assert.match(await push("ghs_wrong"), /Authentication failed/);
  await simulator.gesture({ as: "mona", do: "archive-repository" });
  assert.match(await push(simulator.card.tokens["mona"]!), /archived so it is read-only/);
});

test("a repository that is not there, or that one may not see, is not found", async (t) => {
  const { simulator, folder } = await withClone(t);
  const [repository] = [...simulator.sim.world.repositories.values()];
  const other = simulator.card.cloneUrl.replace("rocket.git", "nothing.git");
  const token = simulator.card.tokens["mona"]!;
  const missing = other.replace("http://", `http://x:${token}@`);

  assert.match(await complaint(folder, "clone", missing, "x"), /Repository not found/);
  await git(folder, "clone", "--quiet", simulator.card.cloneUrl, "anonymous");
  repository!.private = true;
  assert.match(await complaint(folder, "clone", simulator.card.cloneUrl, "y"), /could not read/);
});

test("a renamed repository is still reached under its old name", async (t) => {
  const { simulator, work } = await withClone(t);
  await simulator.gesture({ as: "mona", do: "rename-repository", name: "shuttle" });
  await commit(work, "a.md", "a\n");

  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");

  const ref = await asInstallation(simulator)("GET /repos/acme/shuttle/git/ref/heads/topic");
  assert.equal(ref.status, 200);
});

test("an App without the permission cannot push workflow files, and the rest of its push counts", async (t) => {
  const { simulator, work } = await withClone(t);
  const url = urlFor(simulator, appToken(simulator));
  await git(work, "switch", "--quiet", "--create", "good");
  await commit(work, "a.md", "a\n");
  await git(work, "switch", "--quiet", "--create", "bad");
  await commit(work, ".github/workflows/x.yml", "on: push\n");

  const text = await complaint(work, "push", url, "good", "bad");

  assert.match(
    text,
    /\[remote rejected\] bad -> bad \(refusing to allow a GitHub App to create or update workflow `\.github\/workflows\/x\.yml` without `workflows` permission\)/,
  );
  const heads = await git(work, "ls-remote", "--heads", url);
  assert.match(heads, /refs\/heads\/good/);
  assert.doesNotMatch(heads, /refs\/heads\/bad/);
  await git(work, "push", "--quiet", urlFor(simulator, simulator.card.tokens["wren"]!), "bad");
});

test("a protected branch takes no pushes but an administrator's", async (t) => {
  const { simulator, work } = await withClone(t);
  await simulator.gesture({ as: "mona", do: "protect-branch", branch: "main", checks: ["ci"] });
  await commit(work, "a.md", "a\n");

  const url = urlFor(simulator, simulator.card.tokens["wren"]!);
  const text = await complaint(work, "push", url, "main");
  await git(work, "push", "--quiet", "origin", "main");

  assert.match(text, /GH006: Protected branch update failed for refs\/heads\/main\./);
  assert.match(text, /Required status check "ci" is expected\./);
  assert.match(text, /\(protected branch hook declined\)/);
});

test("a push moves the head of an open pull request and what it brings can be fetched", async (t) => {
  const { simulator, work } = await withClone(t);
  await commit(work, "a.md", "a\n");
  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");
  await simulator.gesture({ as: "mona", do: "open-pull", head: "topic" });
  await commit(work, "b.md", "b\n");

  await git(work, "push", "--quiet", "origin", "HEAD:refs/heads/topic");

  const head = (await git(work, "rev-parse", "HEAD")).trim();
  const { body } = await asInstallation(simulator)("GET /repos/acme/rocket/pulls/1");
  assert.deepEqual([body.head.sha, body.commits], [head, 2]);
  await git(work, "fetch", "--quiet", "origin", "refs/pull/1/head", "refs/pull/1/merge");
  const fetched = await git(work, "show", "--no-patch", "--format=%P", body.merge_commit_sha);
  assert.equal(fetched.trim(), `${body.base.sha} ${head}`);
});

test("a simulator that starts again in its folder still has the repository", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "simulator-again-"));
  const dataFolder = join(folder, "data");
  const before = await simulatorForTest(t, { dataFolder });
  await before.gesture({ as: "wren", do: "push", branch: "topic", files: { "a.md": "a\n" } });
  await before.gesture({ as: "wren", do: "open-pull", head: "topic" });
  await before.drain();
  await before.close();

  const after = await simulatorForTest(t, { dataFolder });
  t.after(async () => await rm(folder, { recursive: true, force: true }));

  await git(folder, "clone", "--quiet", "--branch=topic", after.card.cloneUrl, "again");
  const { body } = await asInstallation(after)("GET /repos/acme/rocket/pulls/1");
  assert.equal(body.head.sha, (await git(join(folder, "again"), "rev-parse", "HEAD")).trim());
});
