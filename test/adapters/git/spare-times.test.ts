import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { cp, mkdir, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { repositoryLayout } from "../../../src/adapters/git/layout.ts";
import { createSpares, defaultSpareLimits } from "../../../src/adapters/git/spares.ts";
import type { Spares } from "../../../src/adapters/git/spares.ts";
import type { SpareLimits } from "../../../src/adapters/git/tend-spares.ts";
import { processesOn } from "../../support/disk.ts";
import { openBench, openWorktree, orderFor, remoteOf, repository, runGit, write } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { keepSpares, leftIn, openClone, publish, sparesIn } from "./spare-bench.ts";
import { moduleFile } from "../../support/own-file.ts";

/** A keeper that tends when it is told to, of a mirror that an order has made. */
async function openKeeper(bench: Bench, limits: Partial<SpareLimits> = {}): Promise<Spares> {
  await openWorktree(bench, orderFor(1));
  const all = { ...defaultSpareLimits, leastFiles: 1, leastFree: 0, quietMs: 60_000, ...limits };
  const log = { info: () => {}, warn: (fields: object) => assert.fail(JSON.stringify(fields)) };
  const keeper = createSpares({ root: bench.root, limits: all, log });
  keeper.expect(repositoryLayout(bench.root, repository), "main");
  return keeper;
}

test("no spare is made while anything is under way, and one when it is over", async () => {
  await using bench = await openBench();
  const keeper = await openKeeper(bench);
  const order = Promise.withResolvers<void>();
  const ordered = keeper.during(() => order.promise);

  await keeper.tend();
  assert.deepEqual(await sparesIn(bench.root), []);

  order.resolve();
  await ordered;
  await keeper.tend();
  assert.equal((await sparesIn(bench.root)).length, 1);
  await keeper.close();
});

test("as many spares are made as are wanted, and no more", async () => {
  await using bench = await openBench();
  const keeper = await openKeeper(bench, { perRepository: 3 });

  await keeper.tend();
  assert.equal((await sparesIn(bench.root)).length, 3);

  const fewer = await openKeeper(bench, { perRepository: 1 });
  await fewer.tend();
  assert.equal((await sparesIn(bench.root)).length, 1);
  await keeper.close();
  await fewer.close();
});

test("none is made where none is wanted, where the tree is small or where the disk is short", async () => {
  await using bench = await openBench();
  const limits = [{ perRepository: 0 }, { leastFiles: 3 }, { leastFree: 1 }];
  for (const limit of limits) {
    const keeper = await openKeeper(bench, limit);
    await keeper.tend();
    await keeper.close();
    assert.deepEqual(await sparesIn(bench.root), []);
  }
});

test("spares go when the disk is short, and when nobody has ordered for a day", async () => {
  await using bench = await openBench();
  const keeper = await openKeeper(bench);
  await keeper.tend();
  await keeper.close();

  const short = await openKeeper(bench, { leastFree: 1 });
  await short.tend();
  await short.close();
  assert.deepEqual(await sparesIn(bench.root), []);

  const again = await openKeeper(bench);
  await again.tend();
  const yesterday = new Date(Date.now() - 25 * 60 * 60_000);
  await utimes(join(bench.root, "repositories/7/spares"), yesterday, yesterday);
  await again.tend();
  await again.close();
  assert.deepEqual(await sparesIn(bench.root), []);
  assert.deepEqual(await leftIn(bench.root), []);
});

test("a repository that is in use keeps the spare that it has, however the base moves", async () => {
  await using bench = await openBench();
  const keeper = await openKeeper(bench);
  await keeper.tend();
  const spares = await sparesIn(bench.root);
  const folder = join(bench.root, "repositories/7/spares");
  const yesterday = new Date(Date.now() - 23 * 60 * 60_000);
  await utimes(folder, yesterday, yesterday);
  const clone = await openClone(bench);
  await write(clone, { "more.md": "more\n" });
  await publish(clone, "more");
  await bench.git.createWorktree(orderFor(2, { base: "main" }));

  keeper.expect(repositoryLayout(bench.root, repository), "main");
  await keeper.tend();

  assert.equal((await sparesIn(bench.root)).length, 1);
  assert.ok((await stat(folder)).mtimeMs > yesterday.getTime());
  assert.equal(spares.length, 1);
  await keeper.close();
});

test("closing ends the making of a spare and leaves no process", async () => {
  await using bench = await openBench();
  const clone = await openClone(bench);
  await write(clone, manyFiles);
  await publish(clone, "many");
  const keeper = await openKeeper(bench);
  const watcher = watch(join(bench.root, "repositories/7/incoming"), { recursive: true });
  const begun = once(watcher, "change");

  const tending = keeper.tend();
  await begun;
  await keeper.close();

  await tending;
  watcher.close();
  assert.deepEqual(await processesOn(bench.root), []);
  assert.deepEqual(await leftIn(bench.root), []);
  keeper.expect(repositoryLayout(bench.root, repository), "main");
  const before = await sparesIn(bench.root);
  await keeper.tend();
  assert.deepEqual(await sparesIn(bench.root), before);
});

test("after kill -9 at any moment of the taking of a spare, a repetition makes the worktree whole", async () => {
  await using bench = await openBench();
  const clone = await openClone(bench);
  await write(clone, manyFiles);
  await publish(clone, "many");
  const keeping = keepSpares(bench);
  await keeping.git.createWorktree(orderFor(9));
  await keeping.made();
  await keeping.git.close();
  await write(clone, { "many/1/1.txt": "changed\n", "many/2/new.txt": "new\n" });
  await publish(clone, "change");

  const order = orderFor(1);
  const script = moduleFile(import.meta, "make-worktree");
  const { url, token } = remoteOf(bench.server);
  let kills = 0;
  for (const eventsBefore of [2, 20, 34, 46, 120]) {
    const root = join(bench.root, `after-${eventsBefore}`);
    await mkdir(root);
    const from = join(bench.root, "repositories");
    await cp(from, join(root, "repositories"), { recursive: true, preserveTimestamps: true });
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

    const { git } = keepSpares(bench, { perRepository: 0 }, root);
    const { base } = await git.createWorktree(order);

    const { worktree } = git.workplace(order);
    assert.equal(await runGit(worktree, "rev-parse", "HEAD"), base);
    assert.equal(await runGit(worktree, "status", "--porcelain", "--ignored"), "");
    assert.deepEqual(await leftIn(root), []);
    await git.close();
  }
  assert.ok(kills >= 3, `${kills} kills`);
});

const manyFiles = Object.fromEntries(
  Array.from({ length: 60 }, (_, index) => [`many/${index % 6}/${index}.txt`, `${index}\n`]),
);

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
