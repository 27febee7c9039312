import assert from "node:assert/strict";
import { access, chmod, mkdir, readFile, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import type { RemovalOrder } from "../../../src/core/effect.ts";
import { issueNumber, millis, workerId } from "../../../src/core/ids.ts";
import { commitFiles } from "../../../src/simulator/git/repository.ts";
import { git as runAs, MONA } from "../../simulator/git-server.ts";
import {
  commitAll,
  importedHead,
  openBench,
  openWorktree,
  orderFor,
  pathsIn,
  repository,
  runGit,
  write,
} from "./bench.ts";

const order = orderFor(3);
const removal: RemovalOrder = {
  repository,
  issueNumber: 3,
  attempts: [order],
  deleteBranch: null,
};
const savedRef = `refs/yardmaster/saved/3/1/${order.worker}`;

test("a worktree in which nothing was done leaves no ref and no folder", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);

  assert.deepEqual(await bench.git.removeWorktrees(removal), []);
  assert.deepEqual(await bench.git.removeWorktrees(removal), []);

  await assert.rejects(access(join(folder, "..")));
  assert.equal(await runGit(bench.mirror, "for-each-ref", "refs/yardmaster"), "");
});

test("everything that was in a worktree can be restored from its ref", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { ".gitignore": ".env\ncache/\n", "a.txt": "a" });
  const kept = await commitAll(folder, "kept");
  await write(folder, { "b.txt": "b" });
  const amended = await commitAll(folder, "thrown away by reset");
  await runGit(folder, "reset", "-q", "--hard", "HEAD~1");
  await runGit(folder, "switch", "-qc", "side");
  await write(folder, { "side.txt": "side" });
  const side = await commitAll(folder, "on the side");
  await runGit(folder, "switch", "-q", order.branch);
  await write(folder, { "stashed.txt": "stashed" });
  await runGit(folder, "stash", "-qu");
  const stash = await runGit(folder, "rev-parse", "stash");
  await write(folder, { "staged.txt": "staged" });
  await runGit(folder, "add", "staged.txt");
  await write(folder, {
    "a.txt": "dirty",
    "new.txt": "untracked",
    ".env": "KEY=1",
    "cache/x": "x",
  });
  const nested = join(folder, "nested");
  await runGit(folder, "init", "-q", nested);
  await write(nested, { "inner.txt": "inner" });
  const inner = await commitAll(nested, "inner");

  const saved = await bench.git.removeWorktrees(removal);

  assert.deepEqual(
    saved.map(({ attempt, ref }) => ({ attempt, ref })),
    [{ attempt: 1, ref: savedRef }],
  );
  await assert.rejects(access(folder));
  const clone = join(bench.root, "restored");
  await runGit(bench.root, "init", "-q", clone);
  await runGit(clone, "fetch", "-q", bench.mirror, savedRef);
  await runGit(clone, "checkout", "-q", "FETCH_HEAD");
  const expected = {
    ".env": "KEY=1",
    "a.txt": "dirty",
    "cache/x": "x",
    "nested/inner.txt": "inner",
    "new.txt": "untracked",
    "staged.txt": "staged",
    "README.md": "# Demo\n",
  };
  for (const [name, content] of Object.entries(expected)) {
    assert.equal(await readFile(join(clone, name), "utf8"), content, name);
  }
  for (const commit of [kept, amended, side, stash]) {
    await runGit(clone, "merge-base", "--is-ancestor", commit, "FETCH_HEAD");
  }
  assert.equal(await runGit(clone, "show", "FETCH_HEAD^1:a.txt"), "dirty");
  await assert.rejects(runGit(clone, "show", "FETCH_HEAD^1:.env"));
  // The nested repository's history is in the tree, under a name that a tree may hold.
  await runAs(clone, "--git-dir=nested/dot-git", "cat-file", "-e", inner);
});

test("ignored files that are large are listed instead of kept", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { ".gitignore": "node_modules/\n", "node_modules/a/b": "x".repeat(6 << 20) });

  const [saved] = await bench.git.removeWorktrees(removal);

  assert.deepEqual(await pathsIn(bench.mirror, saved!.head), [
    ".gitignore",
    "README.md",
    "src/a.txt",
  ]);
  const message = await runGit(bench.mirror, "log", "-1", "--format=%B", saved!.head);
  assert.equal(message, `Keep what ${order.worker} left\n\nIgnored and not kept:\nnode_modules/`);
});

test("a removal that a crash cut short is finished, and says again what was saved", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a", "b.txt": "b" });
  const first = await bench.git.removeWorktrees(removal);
  // As if the crash had come in the middle of the files.
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "b.txt"), "b");

  const second = await bench.restart().removeWorktrees(removal);

  assert.deepEqual(second, first);
  await assert.rejects(access(folder));
  assert.equal(await runGit(bench.mirror, "show", `${savedRef}:a.txt`), "a");
});

test("imported work stays reachable from the saved ref", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const head = await importedHead(bench, order, base);

  const [saved] = await bench.git.removeWorktrees(removal);

  assert.equal(saved!.head, head);
});

test("files are saved even where the agent has broken its repository", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  await rm(join(folder, "../git/objects"), { recursive: true });
  await rm(join(folder, "../git/worktrees"), { recursive: true });

  const [saved] = await bench.git.removeWorktrees(removal);

  assert.equal(await runGit(bench.mirror, "show", `${saved!.ref}:a.txt`), "a");
  assert.match(bench.said.join("\n"), /^commits cannot be saved, files are /m);
});

// To root nothing is unreadable: as another user this is the test of the second try.
test("ignored files that the agent made unreadable are saved all the same", async () => {
  await using bench = await openBench();
  const { folder } = await openWorktree(bench, order);
  await write(folder, { ".gitignore": "closed/\n", "closed/note.txt": "note" });
  await chmod(join(folder, "closed/note.txt"), 0o000);
  await chmod(join(folder, "closed"), 0o000);

  await bench.git.removeWorktrees(removal);

  assert.equal(await runGit(bench.mirror, "show", `${savedRef}:closed/note.txt`), "note");
});

test("the issue's folder goes with its last attempt, whatever permissions it has", async () => {
  await using bench = await openBench();
  const first = await openWorktree(bench, order);
  const second = orderFor(3, { attempt: 2, worker: orderFor(4).worker });
  await bench.git.createWorktree(second);
  const home = join(first.folder, "../home");
  await mkdir(join(home, "go/pkg"), { recursive: true });
  await writeFile(join(home, "go/pkg/file"), "cache");
  await chmod(join(home, "go/pkg"), 0o500);
  await symlink(bench.server.folder, join(home, "link"));

  await bench.git.removeWorktrees(removal);
  await access(home);
  await bench.git.removeWorktrees({ ...removal, attempts: [second] });

  await assert.rejects(access(join(first.folder, "..")));
  await access(bench.server.gitDir);
});

test("an issue's folder that leads elsewhere is not followed", async () => {
  await using bench = await openBench();
  await openWorktree(bench, order);
  await bench.git.removeWorktrees(removal);
  const outside = join(bench.root, "outside");
  await write(outside, { "1/precious.txt": "mine" });
  await symlink(outside, join(bench.root, "repositories/7/issues/3"));

  await assert.rejects(bench.git.removeWorktrees(removal), { kind: "refused" });

  assert.deepEqual(await readdir(join(outside, "1")), ["precious.txt"]);
});

test("the pushed branch is deleted where it is still ours, and a missing one is no fault", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const head = await importedHead(bench, order, base);
  await bench.git.pushBranch({ ...order, head, expected: null });
  const whole = { ...removal, deleteBranch: { name: order.branch, expected: head } };

  const saved = await bench.git.removeWorktrees(whole);

  assert.equal(await runGit(bench.server.gitDir, "branch", "--list", "feature/*"), "");
  assert.deepEqual(await bench.git.removeWorktrees(whole), saved);
  assert.deepEqual(bench.said, []);
});

test("a branch that somebody has moved is left alone, and that is said", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const head = await importedHead(bench, order, base);
  await bench.git.pushBranch({ ...order, head, expected: null });
  const theirs = await commitFiles(bench.server.gitDir, `refs/heads/${order.branch}`, head, [
    { message: "theirs", author: MONA, committer: MONA, files: { "x.txt": "x\n" } },
  ]);

  await bench.git.removeWorktrees({
    ...removal,
    deleteBranch: { name: order.branch, expected: head },
  });

  assert.equal(await runGit(bench.server.gitDir, "rev-parse", order.branch), theirs);
  assert.deepEqual(bench.said, [
    `branch left alone {"issue":3,"branch":"${order.branch}","why":"it is at ${theirs}"}`,
  ]);
});

test("all worktrees of an issue are cleared away by whoever knows only its number", async () => {
  await using bench = await openBench();
  const second = orderFor(3, { attempt: 2, worker: workerId(issueNumber(3), millis(9_000_000)) });
  const { folder } = await openWorktree(bench, order);
  await openWorktree(bench, second);
  const { folder: others } = await openWorktree(bench, orderFor(31));
  await write(folder, { "a.txt": "a" });
  const clearing = { repository, issueNumber: 3 };

  const { attempts, saved } = await bench.git.clearWorktrees(clearing);
  const again = await bench.git.clearWorktrees(clearing);

  assert.deepEqual(attempts, [1, 2]);
  assert.deepEqual(
    saved.map(({ attempt, ref }) => ({ attempt, ref })),
    [{ attempt: 1, ref: savedRef }],
  );
  assert.equal(await runGit(bench.mirror, "show", `${savedRef}:a.txt`), "a");
  assert.deepEqual(again, { attempts: [], saved: [] });
  await assert.rejects(access(join(folder, "..")));
  await access(others);
});
