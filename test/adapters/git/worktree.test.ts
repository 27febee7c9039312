import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { access, mkdir, readFile, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test } from "node:test";

import { workerId, issueNumber, millis, sha } from "../../../src/core/ids.ts";
import type { WorktreeOrder } from "../../../src/core/effect.ts";
import { commitFiles } from "../../../src/simulator/git/repository.ts";
import { MONA } from "../../simulator/git-server.ts";
import {
  importOf,
  importedHead,
  openBench,
  openWorktree,
  orderFor,
  remoteOf,
  runGit,
  write,
} from "./bench.ts";
import { moduleFile } from "../../support/own-file.ts";

test("a worktree has the base branch's files on a branch of its own, in a repository of its own", async () => {
  await using bench = await openBench();
  const order = orderFor(3);

  const { base } = await bench.git.createWorktree(order);

  const folder = bench.git.workplace(order).worktree;
  assert.equal(folder, join(bench.root, "repositories/7/issues/3/1"));
  assert.equal(base, await runGit(bench.server.gitDir, "rev-parse", "main"));
  assert.equal(await runGit(folder, "rev-parse", "HEAD"), base);
  assert.equal(await runGit(folder, "branch", "--show-current"), "feature/3-say-hello");
  assert.equal(await runGit(folder, "status", "--porcelain"), "");
  assert.equal(await readFile(join(folder, "src/a.txt"), "utf8"), "1\n2\n3\n");
  assert.equal(
    await runGit(folder, "rev-parse", "--absolute-git-dir"),
    join(bench.root, "repositories/7/issues/3/git/worktrees/1"),
  );
  assert.equal(await runGit(folder, "rev-parse", "origin/main"), base);
  assert.equal(await runGit(folder, "config", "user.name"), "Yardmaster");
  assert.equal(await runGit(folder, "remote"), "");
  await access(join(dirname(folder), "home"));
});

test("a repeated order answers the same and leaves the Worker's files alone", async () => {
  await using bench = await openBench();
  const order = orderFor(3);
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "note.txt": "half-way" });
  await commitFiles(bench.server.gitDir, "refs/heads/main", base, [
    { message: "go on", author: MONA, committer: MONA, files: { "later.txt": "later\n" } },
  ]);

  const again = await bench.restart().createWorktree(order);

  assert.deepEqual(again, { base });
  assert.equal(await readFile(join(folder, "note.txt"), "utf8"), "half-way");
});

test("six issues get their worktrees at the same time, two of them with the same slug", async () => {
  await using bench = await openBench();
  const orders = [1, 2, 3, 4, 5, 6].map((issue) =>
    orderFor(issue, issue > 4 ? { branch: "feature/the-same" } : {}),
  );

  await Promise.all(orders.map((order) => bench.git.createWorktree(order)));

  for (const order of orders) {
    const folder = bench.git.workplace(order).worktree;
    assert.equal(await runGit(folder, "branch", "--show-current"), order.branch);
    assert.equal(await runGit(folder, "status", "--porcelain"), "");
  }
  // The first fetch serves whoever came before it began, a second one the rest.
  const fetches = bench.server.knocks.length / 2;
  assert.ok(fetches <= 4, `${fetches} fetches`);
});

test("a further attempt goes on from the earlier one's head, in a repository that no agent has touched", async () => {
  await using bench = await openBench();
  const first = orderFor(3);
  const { folder, base } = await openWorktree(bench, first);
  await runGit(folder, "config", "core.fsmonitor", "touch canary; false");
  await write(folder, { "one.txt": "1" });
  const from = await importedHead(bench, first, base);
  const second = orderFor(3, {
    attempt: 2,
    worker: workerId(issueNumber(3), millis(1_700_000_100_000)),
    from,
  });

  const answer = await bench.git.createWorktree(second);

  const next = bench.git.workplace(second).worktree;
  assert.deepEqual(answer, { base: from });
  assert.equal(await readFile(join(next, "one.txt"), "utf8"), "1");
  await assert.rejects(runGit(next, "config", "core.fsmonitor"));
  assert.deepEqual(await bench.git.importWork(importOf(second, from)), {
    kind: "commits",
    head: from,
    files: ["one.txt"],
    commits: 1,
    findings: [],
  });
});

test("an earlier head that this disk has lost is fetched from the pushed branch", async () => {
  await using bench = await openBench();
  const from = await commitFiles(
    bench.server.gitDir,
    "refs/heads/feature/3-say-hello",
    await runGit(bench.server.gitDir, "rev-parse", "main"),
    [{ message: "half", author: MONA, committer: MONA, files: { "half.txt": "1\n" } }],
  );
  const order = orderFor(3, { from: sha(from!) });

  assert.deepEqual(await bench.git.createWorktree(order), { base: from });

  const unknown = orderFor(4, { from: sha("1".repeat(40)), branch: "main" });
  await assert.rejects(bench.git.createWorktree(unknown), { name: "GitFault", kind: "not-found" });
});

test("an earlier request's worktree of the same number is saved before it makes room", async () => {
  await using bench = await openBench();
  const old = orderFor(3);
  const { folder } = await openWorktree(bench, old);
  await write(folder, { "forgotten.txt": "work" });
  const order = orderFor(3, { worker: workerId(issueNumber(3), millis(1_800_000_000_000)) });

  await bench.git.createWorktree(order);

  await assert.rejects(access(join(folder, "forgotten.txt")));
  const saved = `refs/yardmaster/saved/3/1/${old.worker}:forgotten.txt`;
  assert.equal(await runGit(bench.mirror, "show", saved), "work");
});

test("names that git would take for something else are refused before anything is made", async () => {
  await using bench = await openBench();
  const names = [
    "--upload-pack=touch canary",
    "-b",
    "HEAD",
    "@{-1}",
    "",
    "a b",
    "a..b",
    "a//b",
    "x.lock",
    "x~1",
    "nul\0byte",
    "line\nbreak",
    "/abs",
    "é\u0007",
  ];
  for (const branch of names) {
    const order = orderFor(3, { branch });
    await assert.rejects(bench.git.createWorktree(order), { kind: "refused" }, branch);
    await assert.rejects(bench.git.createWorktree(orderFor(3, { base: branch })), {
      kind: "refused",
    });
  }
  await assert.rejects(access(bench.git.workplace(orderFor(3)).worktree));
  await assert.rejects(
    bench.git.createWorktree(orderFor(3, { worker: "../../x" as WorktreeOrder["worker"] })),
    { kind: "refused" },
  );
  assert.throws(() => bench.git.workplace(orderFor(-1)).worktree, { kind: "refused" });
});

test("a base branch that does not exist is not found", async () => {
  await using bench = await openBench();
  const order = orderFor(3, { base: "none" });
  await assert.rejects(bench.git.createWorktree(order), { kind: "not-found", retryable: false });
});

test("the lock of a git that was killed long ago is broken", async () => {
  await using bench = await openBench();
  await bench.git.createWorktree(orderFor(3));
  const main = await runGit(bench.server.gitDir, "rev-parse", "main");
  await commitFiles(bench.server.gitDir, "refs/heads/main", main, [
    { message: "go on", author: MONA, committer: MONA, files: { "later.txt": "later\n" } },
  ]);
  const lock = join(bench.mirror, "refs/remotes/origin/main.lock");
  await writeFile(lock, "");
  await utimes(lock, 1_700_000_000, 1_700_000_000);

  const { base } = await bench.git.createWorktree(orderFor(4));

  assert.equal(base, await runGit(bench.server.gitDir, "rev-parse", "main"));
});

test("after kill -9 at any moment of the making, a repetition makes it whole", async () => {
  await using bench = await openBench();
  const { server } = bench;
  const main = await runGit(server.gitDir, "rev-parse", "main");
  const files = Object.fromEntries(
    Array.from({ length: 60 }, (_, index) => [`many/${index % 6}/${index}.txt`, `${index}\n`]),
  );
  await commitFiles(server.gitDir, "refs/heads/main", main, [
    { message: "many", author: MONA, committer: MONA, files },
  ]);

  const order = orderFor(1);
  const script = moduleFile(import.meta, "make-worktree");
  const { url, token } = remoteOf(server);
  let kills = 0;
  for (const eventsBefore of [2, 14, 30, 60, 150]) {
    const root = join(bench.root, `after-${eventsBefore}`);
    await mkdir(root);
    let seen = 0;
    const watcher = watch(root, { recursive: true });
    const argv = [script, root, url, token, JSON.stringify(order)];
    const child = spawn(process.execPath, argv, { detached: true, stdio: "ignore" });
    watcher.on("change", () => {
      seen += 1;
      if (seen === eventsBefore) killGroup(child.pid!);
    });
    const [, signal] = await once(child, "exit");
    watcher.close();
    if (signal === "SIGKILL") kills += 1;

    const git = bench.restart({ root });
    const { base } = await git.createWorktree(order);

    const folder = git.workplace(order).worktree;
    assert.equal(await runGit(folder, "rev-parse", "HEAD"), base);
    assert.equal(await runGit(folder, "status", "--porcelain"), "");
    assert.deepEqual(await git.importWork(importOf(order, base)), { kind: "empty" });
  }
  assert.ok(kills >= 3, `${kills} kills`);
});

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
