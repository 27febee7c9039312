import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { importOf, openBench, orderFor, runGit, write } from "./bench.ts";
import {
  appearance,
  keepSpares,
  leftIn,
  openClone,
  publish,
  publishFirst,
  publishSecond,
  sparesIn,
} from "./spare-bench.ts";

const none = { perRepository: 0 };

test("a worktree from a spare of an older commit is what a plain one is, to the last byte", async () => {
  await using bench = await openBench();
  const clone = await openClone(bench);
  const first = await publishFirst(clone);
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  const [spare = ""] = await sparesIn(bench.root);
  assert.equal(spare.slice(0, 40), first);
  const second = await publishSecond(clone);
  const order = orderFor(2);

  const answer = await keeping.git.createWorktree(order);

  const plainRoot = join(bench.root, "plain");
  await mkdir(plainRoot);
  const plain = keepSpares(bench, none, plainRoot);
  assert.deepEqual(answer, { base: second });
  assert.deepEqual(await plain.git.createWorktree(order), { base: second });
  const looks = await appearance(keeping.git, order, bench.root);
  assert.equal(looks["changed"], "");
  assert.deepEqual(looks, await appearance(plain.git, order, plainRoot));
  await keeping.made();
  assert.deepEqual(await leftIn(bench.root), []);
  assert.notDeepEqual(await sparesIn(bench.root), [spare]);
});

test("a spare of the very commit is taken as it is, and its work is imported like any other", async () => {
  await using bench = await openBench();
  await publishFirst(await openClone(bench));
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  const spare = join(bench.root, "repositories/7/spares", (await sparesIn(bench.root))[0]!);
  const { ino } = await stat(join(spare, "tree"));
  const order = orderFor(2);

  const { base } = await keeping.git.createWorktree(order);

  const { worktree } = keeping.git.workplace(order);
  assert.equal((await stat(worktree)).ino, ino);
  assert.equal(await runGit(worktree, "branch", "--show-current"), order.branch);
  await write(worktree, { "hello.md": "hello\n" });
  const work = await keeping.git.importWork(importOf(order, base));
  assert.equal(work.kind, "commits");
  await keeping.git.close();
});

test("where attributes have changed since, files are checked out anew and a new spare is made", async () => {
  await using bench = await openBench();
  const clone = await openClone(bench);
  await publishFirst(clone);
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  await write(clone, { ".gitattributes": "*.txt text eol=lf\n" });
  const second = await publish(clone, "other line ends");
  const order = orderFor(2);

  await keeping.git.createWorktree(order);

  const { worktree } = keeping.git.workplace(order);
  assert.equal(await readFile(join(worktree, "line-ends.txt"), "utf8"), "one\ntwo\n");
  assert.equal(await runGit(worktree, "status", "--porcelain"), "");
  await keeping.made();
  assert.deepEqual(
    (await sparesIn(bench.root)).map((name) => name.slice(0, 40)),
    [second],
  );
});

test("a further attempt's worktree is made from a spare and begins at the earlier one's head", async () => {
  await using bench = await openBench();
  await publishFirst(await openClone(bench));
  const keeping = keepSpares(bench);
  const first = orderFor(1);
  const { base } = await keeping.git.createWorktree(first);
  await keeping.made();
  await write(keeping.git.workplace(first).worktree, { "half.md": "half\n" });
  const work = await keeping.git.importWork(importOf(first, base));
  assert.ok(work.kind === "commits");
  const second = orderFor(1, { attempt: 2, from: work.head });

  const answer = await keeping.git.createWorktree(second);

  const { worktree } = keeping.git.workplace(second);
  assert.deepEqual(answer, { base: work.head });
  assert.deepEqual(await sparesIn(bench.root), []);
  assert.equal(await readFile(join(worktree, "half.md"), "utf8"), "half\n");
  assert.equal(await runGit(worktree, "status", "--porcelain"), "");
  assert.equal(await runGit(worktree, "rev-parse", "origin/main"), base);
  await keeping.git.close();
});

test("of three orders at once one has the spare, and all have their worktrees", async () => {
  await using bench = await openBench();
  await publishFirst(await openClone(bench));
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  const orders = [orderFor(2), orderFor(3), orderFor(4)];

  await Promise.all(orders.map((order) => keeping.git.createWorktree(order)));

  for (const order of orders) {
    const { worktree } = keeping.git.workplace(order);
    assert.equal(await runGit(worktree, "branch", "--show-current"), order.branch);
    assert.equal(await runGit(worktree, "status", "--porcelain"), "");
  }
  await keeping.made();
  assert.equal((await sparesIn(bench.root)).length, 1);
  assert.deepEqual(await leftIn(bench.root), []);
});

test("a spare that is broken costs time and nothing else", async () => {
  await using bench = await openBench();
  await publishFirst(await openClone(bench));
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  const [name = ""] = await sparesIn(bench.root);
  await rm(join(bench.root, "repositories/7/spares", name, "index"));
  await writeFile(join(bench.root, "repositories/7/spares", name, "tree", "left.txt"), "over");
  const order = orderFor(2);

  await keeping.git.createWorktree(order);

  const { worktree } = keeping.git.workplace(order);
  assert.equal(await runGit(worktree, "status", "--porcelain", "--ignored"), "");
  await keeping.made();
  assert.deepEqual(await leftIn(bench.root), []);
});

test("a spare from before the machine's last start is not used", async () => {
  await using bench = await openBench();
  await publishFirst(await openClone(bench));
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(1));
  await keeping.made();
  const [name = ""] = await sparesIn(bench.root);
  const old = new Date("2001-01-01");
  const spare = join(bench.root, "repositories/7/spares", name);
  const { ino } = await stat(join(spare, "tree"));
  await utimes(spare, old, old);
  const order = orderFor(2);

  await keeping.git.createWorktree(order);

  assert.notEqual((await stat(keeping.git.workplace(order).worktree)).ino, ino);
  await keeping.made();
  assert.equal((await sparesIn(bench.root)).includes(name), false);
});

test("whatever else lies among the spares is passed over", async () => {
  await using bench = await openBench();
  await mkdir(join(bench.root, "repositories/7/spares/what"), { recursive: true });
  const keeping = keepSpares(bench);

  await keeping.git.createWorktree(orderFor(1));

  await keeping.made();
  assert.deepEqual(await readdir(bench.root), ["repositories"]);
  assert.deepEqual(keeping.warnings, []);
});
