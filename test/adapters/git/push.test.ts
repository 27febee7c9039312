import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";

import { GitFault } from "../../../src/adapters/git/fault.ts";
import { sha } from "../../../src/core/ids.ts";
import { commitFiles } from "../../../src/simulator/git/repository.ts";
import { git as runAs, MONA } from "../../simulator/git-server.ts";
import {
  importedHead,
  openBench,
  openWorktree,
  orderFor,
  remoteOf,
  runGit,
  TOKEN,
  write,
} from "./bench.ts";
import type { Bench } from "./bench.ts";

const order = orderFor(3);
const branch = "refs/heads/feature/3-say-hello";

async function work(bench: Bench): Promise<ReturnType<typeof sha>> {
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  return await importedHead(bench, order, base);
}

test("a push makes the branch, and made again after a crash it is a success", async () => {
  await using bench = await openBench();
  const head = await work(bench);

  assert.deepEqual(await bench.git.pushBranch({ ...order, head, expected: null }), {
    pushed: true,
  });
  const again = await bench.restart().pushBranch({ ...order, head, expected: null });

  assert.deepEqual(again, { pushed: true });
  assert.equal(await runGit(bench.server.gitDir, "rev-parse", branch), head);
});

test("further work goes on top of what was pushed", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const first = await importedHead(bench, order, base);
  await bench.git.pushBranch({ ...order, head: first, expected: null });
  await write(folder, { "b.txt": "b" });
  const second = await importedHead(bench, order, base);

  const answer = await bench.git.pushBranch({ ...order, head: second, expected: first });

  assert.deepEqual(answer, { pushed: true });
  assert.equal(await runGit(bench.server.gitDir, "rev-parse", branch), second);
});

test("a person's commit on the branch survives our push", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const first = await importedHead(bench, order, base);
  await bench.git.pushBranch({ ...order, head: first, expected: null });
  const clone = `${bench.root}/clone`;
  await runAs(bench.root, "clone", "-qb", order.branch, bench.server.cloneUrl, clone);
  await write(clone, { "person.txt": "person" });
  await runGit(clone, "add", "-A");
  await runGit(clone, "commit", "-qm", "by a person");
  await runGit(clone, "push", "-q");
  const theirs = await runGit(clone, "rev-parse", "HEAD");
  await write(folder, { "b.txt": "b" });
  const second = await importedHead(bench, order, base);

  const answer = await bench.git.pushBranch({ ...order, head: second, expected: first });

  assert.deepEqual(answer, {
    pushed: false,
    isTaken: true,
    why: `branch feature/3-say-hello is at ${theirs}, which is not ours`,
  });
  assert.equal(await runGit(bench.server.gitDir, "rev-parse", branch), theirs);
});

test("a branch of the same name that somebody made before us is left alone", async () => {
  await using bench = await openBench();
  const head = await work(bench);
  const main = await runGit(bench.server.gitDir, "rev-parse", "main");
  await commitFiles(bench.server.gitDir, branch, main, [
    { message: "theirs", author: MONA, committer: MONA, files: { "x.txt": "x\n" } },
  ]);
  const theirs = await runGit(bench.server.gitDir, "rev-parse", branch);

  const answer = await bench.git.pushBranch({ ...order, head, expected: null });

  assert.equal(answer.pushed, false);
  assert.equal(await runGit(bench.server.gitDir, "rev-parse", branch), theirs);
});

test("a branch that is gone is not made a second time", async () => {
  await using bench = await openBench();
  const head = await work(bench);
  const expected = sha(await runGit(bench.server.gitDir, "rev-parse", "main"));

  const answer = await bench.git.pushBranch({ ...order, head, expected });

  assert.deepEqual(answer, {
    pushed: false,
    isTaken: true,
    why: "branch feature/3-say-hello is gone",
  });
});

test("what the remote refuses for good is told in its words", async () => {
  await using bench = await openBench({
    judge: async () => [
      {
        ref: branch,
        reason: "protected branch hook declined",
        remoteLines: ["error: GH006: Protected branch update failed for refs/heads/feature/3."],
      },
    ],
  });
  const head = await work(bench);

  const answer = await bench.git.pushBranch({ ...order, head, expected: null });

  assert.deepEqual(answer, {
    pushed: false,
    isTaken: false,
    why: "GitHub refused the push: [remote rejected] (protected branch hook declined) error: GH006: Protected branch update failed for refs/heads/feature/3.",
  });
});

test("a branch in the way of our branch's folder is refused for good", async () => {
  await using bench = await openBench();
  const head = await work(bench);
  await runGit(bench.server.gitDir, "branch", "feature", "main");

  const answer = await bench.git.pushBranch({ ...order, head, expected: null });

  assert.equal(answer.pushed, false);
  assert.match(answer.pushed ? "" : answer.why, /'refs\/heads\/feature' exists; cannot create/);
});

test("a push of what the mirror does not have is a fault", async () => {
  await using bench = await openBench();
  await work(bench);
  const head = sha("1".repeat(40));
  const pushing = bench.git.pushBranch({ ...order, head, expected: null });
  await assert.rejects(pushing, { name: "GitFault", kind: "not-found", retryable: false });
});

test("the token is in no error, log, argument, file or environment of an agent", async () => {
  await using bench = await openBench();
  const head = await work(bench);
  const secret = "ghs_not-the-right-token-but-a-secret";
  const encoded = Buffer.from(`x-access-token:${secret}`).toString("base64");
  const good = remoteOf(bench.server);
  const wrong = bench.restart({ credential: async () => ({ ...good, token: secret }) });
  const lost = bench.restart({
    credential: async () => ({ ...good, token: secret, url: "http://127.0.0.1:1/octo/demo.git" }),
  });

  for (const git of [wrong, lost]) {
    const faults = await Promise.all([
      faultIn(git.createWorktree(orderFor(4))),
      faultIn(git.pushBranch({ ...order, head, expected: null })),
    ]);
    for (const fault of faults) {
      assert.equal(fault.kind, git === wrong ? "authentication" : "network");
      const text = inspect(fault, { depth: 10 });
      assert.ok(!text.includes(secret) && !text.includes(encoded), text);
      assert.ok(!fault.message.includes(bench.root), fault.message);
    }
  }
  const right = Buffer.from(`x-access-token:${TOKEN}`).toString("base64");
  for (const word of [TOKEN, right]) {
    await assert.rejects(runAs(bench.root, "grep", "--no-index", "-q", "-F", word));
    assert.ok(!bench.said.join("\n").includes(word));
  }
});

test("a token is sent neither in the clear over the network nor beside another secret", async () => {
  await using bench = await openBench();
  for (const url of ["http://github.example/octo/demo.git", "https://a:b@github.com/octo/demo"]) {
    const git = bench.restart({ credential: async () => ({ url, username: "x", token: "t" }) });
    await assert.rejects(git.createWorktree(order), { kind: "refused", retryable: false });
  }
});

async function faultIn(work: Promise<unknown>): Promise<GitFault> {
  try {
    await work;
  } catch (error) {
    if (error instanceof GitFault) return error;
    throw error;
  }
  throw new Error("did not fail");
}
