import assert from "node:assert/strict";
import { chmod, mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { sha } from "../../../src/core/ids.ts";
import {
  commitAll,
  importOf,
  importedHead,
  openBench,
  openWorktree,
  orderFor,
  pathsIn,
  runGit,
  write,
} from "./bench.ts";

const order = orderFor(3);

test("a Worker's commits are kept and its uncommitted changes become one more", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "b.txt": "b", "a.txt": "a" });
  const own = await commitAll(folder, "say it");
  await write(folder, { "src/a.txt": "changed\n", "new/c.txt": "c", ".gitignore": "*.log\n" });
  await write(folder, { "noise.log": "noise" });
  await rm(join(folder, "README.md"));

  const work = await bench.git.importWork(importOf(order, base));

  assert.equal(work.kind, "commits");
  if (work.kind !== "commits") return;
  assert.deepEqual(work.files, [
    ".gitignore",
    "README.md",
    "a.txt",
    "b.txt",
    "new/c.txt",
    "src/a.txt",
  ]);
  assert.equal(work.commits, 2);
  const { mirror } = bench;
  assert.equal(await runGit(mirror, "rev-parse", "refs/yardmaster/issues/3/1"), work.head);
  assert.equal(await runGit(mirror, "rev-parse", `${work.head}^`), own);
  assert.deepEqual(await pathsIn(mirror, work.head), [
    ".gitignore",
    "a.txt",
    "b.txt",
    "new/c.txt",
    "src/a.txt",
  ]);
  assert.equal(
    await runGit(mirror, "log", "-1", "--format=%an <%ae>|%s", work.head),
    "Yardmaster <yardmaster@noreply.invalid>|Keep what the Worker did not commit",
  );
  // The Worker's own state is as it was.
  assert.equal(await runGit(folder, "rev-parse", "HEAD"), own);
  assert.match(await runGit(folder, "status", "--porcelain"), /^ D README\.md$/m);
  await runGit(mirror, "fsck", "--strict", "--no-dangling");
});

test("an import repeated after a restart gives the same head", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });

  const first = await bench.git.importWork(importOf(order, base));
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const second = await bench.restart().importWork(importOf(order, base));

  assert.deepEqual(second, first);
});

test("nothing done, or done and undone, is empty", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  assert.deepEqual(await bench.git.importWork(importOf(order, base)), { kind: "empty" });

  await write(folder, { "a.txt": "a" });
  await commitAll(folder, "add");
  await rm(join(folder, "a.txt"));
  await commitAll(folder, "take back");

  assert.deepEqual(await bench.git.importWork(importOf(order, base)), { kind: "empty" });
});

test("300 changed files are named in order", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  const names = Array.from({ length: 300 }, (_, index) => `deep/${index % 7}/file-${index}.txt`);
  await write(folder, Object.fromEntries(names.map((name) => [name, `${name}\n`])));

  const work = await bench.git.importWork(importOf(order, base));

  assert.deepEqual(work.kind === "commits" && work.files, names.toSorted());
});

test("work on another branch, on none, and after a pack-refs is found by HEAD", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await runGit(folder, "switch", "-qc", "elsewhere");
  await write(folder, { "a.txt": "a" });
  const branched = await commitAll(folder, "on a branch");
  await runGit(folder, "pack-refs", "--all");
  assert.equal(await importedHead(bench, order, base), branched);

  await runGit(folder, "switch", "-q", "--detach");
  await write(folder, { "b.txt": "b" });
  const detached = await commitAll(folder, "on none");
  assert.equal(await importedHead(bench, order, base), detached);
});

test("files that become folders, folders that become files or links, and odd names are taken as they are", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "file/x": "1", "folder/y": "2", "linked/z": "3", plain: "4" });
  await commitAll(folder, "begin");
  await rm(join(folder, "plain"));
  await write(folder, { "plain/inner": "4" });
  await rm(join(folder, "folder"), { recursive: true });
  await write(folder, { folder: "now a file" });
  await rename(join(folder, "linked"), join(bench.root, "outside"));
  await symlink(join(bench.root, "outside"), join(folder, "linked"));
  await writeFile(
    Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x66, 0xff, 0x0a, 0x22])]),
    "odd",
  );
  await write(folder, { "-rf": "dash", "ü ö": "umlaut" });

  const head = await importedHead(bench, order, base);

  const listed = await runGit(bench.mirror, "ls-tree", "-rz", "--name-only", head);
  assert.deepEqual(listed.split("\0").filter(Boolean).toSorted(), [
    "-rf",
    "README.md",
    "file/x",
    "folder",
    'f\uFFFD\n"',
    "linked",
    "plain/inner",
    "src/a.txt",
    "ü ö",
  ]);
  assert.match(await runGit(bench.mirror, "ls-tree", head, "linked"), /^120000 blob /);
});

test("line endings that the repository's attributes ask for do not count as changes", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { ".gitattributes": "*.txt text eol=crlf\n", "w.txt": "one\r\ntwo\r\n" });

  const head = await importedHead(bench, order, base);

  assert.equal(await runGit(bench.mirror, "show", `${head}:w.txt`), "one\ntwo");
});

test("a history that does not descend from the beginning is refused", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await runGit(folder, "commit", "-q", "--amend", "-m", "rewritten");

  const work = await bench.git.importWork(importOf(order, base));

  assert.equal(work.kind, "refused");
  assert.match(work.kind === "refused" ? work.why : "", /does not descend from [0-9a-f]{40}$/);
});

test("a tree that holds .git is refused, and the mirror does not get it", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { payload: "[core]\n\tfsmonitor = touch canary\n" });
  const blob = await runGit(folder, "hash-object", "-w", "payload");
  await writeFile(join(folder, "list"), `100644 blob ${blob}\tconfig\n`);
  const inner = await mktree(folder, `100644 blob ${blob}\tconfig\n`);
  const tree = await mktree(folder, `040000 tree ${inner}\t.git\n`);
  const commit = await runGit(folder, "commit-tree", tree, "-p", base, "-m", "evil");
  await runGit(folder, "update-ref", "HEAD", commit);

  const work = await bench.git.importWork(importOf(order, base));

  assert.equal(work.kind, "refused");
  await assert.rejects(runGit(bench.mirror, "cat-file", "-e", commit));
  await assert.rejects(runGit(bench.mirror, "rev-parse", "--verify", "refs/yardmaster/issues/3/1"));

  // Hidden in the history, with an innocent head on top.
  const clean = await runGit(folder, "commit-tree", `${base}^{tree}`, "-p", commit, "-m", "clean");
  await runGit(folder, "update-ref", "HEAD", clean);
  const hidden = await bench.git.importWork(importOf(order, base));
  assert.match(hidden.kind === "refused" ? hidden.why : "", /contains '\.git'/);
});

test("a repository that lends from elsewhere, or is gone, is refused", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  const repository = join(bench.root, "repositories/7/issues/3/git");
  const alternates = join(repository, "objects/info/alternates");
  await writeFile(alternates, `${join(bench.root, "repositories/8/mirror.git/objects")}\n`);

  const work = await bench.git.importWork(importOf(order, base));
  assert.match(work.kind === "refused" ? work.why : "", /borrows objects from another place/);

  await rm(repository, { recursive: true });
  const gone = await bench.git.importWork(importOf(order, base));
  assert.equal(gone.kind, "refused");
  const never = await bench.git.importWork(importOf(orderFor(99), sha("1".repeat(40))));
  assert.deepEqual(never, { kind: "refused", why: "there is no worktree to import from" });
});

// To root nothing is unreadable: as another user this is the test of the second try.
test("files and folders that the agent made unreadable are taken all the same", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "closed/a.txt": "a", "b.txt": "b", "src/a.txt": "changed" });
  await chmod(join(folder, "closed"), 0o000);
  await chmod(join(folder, "b.txt"), 0o000);
  await chmod(join(folder, "src/a.txt"), 0o200);

  const work = await bench.git.importWork(importOf(order, base));

  assert.deepEqual(work.kind === "commits" && work.files, ["b.txt", "closed/a.txt", "src/a.txt"]);
});

test("a commit whose objects are missing is refused", async () => {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "a.txt": "a" });
  await commitAll(folder, "add");
  const blob = await runGit(folder, "rev-parse", "HEAD:a.txt");
  const objects = join(bench.root, "repositories/7/issues/3/git/objects");
  await rm(join(objects, blob.slice(0, 2), blob.slice(2)), { force: true });
  await write(folder, { "a.txt": "other" });

  const work = await bench.git.importWork(importOf(order, base));

  assert.equal(work.kind, "refused");
});

async function mktree(folder: string, entries: string): Promise<string> {
  await mkdir(join(folder, "../scratch"), { recursive: true });
  const index = join(folder, "../scratch/entries");
  await writeFile(index, entries);
  return await runGit(folder, "-c", `alias.m=!git mktree < '${index}'`, "m");
}
