import assert from "node:assert/strict";
import { access, mkdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { attacks, endure, groundOf, waves } from "./attacks.ts";
import { importOf, openBench, orderFor, runGit, write } from "./bench.ts";

for (const wave of waves) {
  test(`planted by an agent, ${wave.join(", ")} makes nothing of ours run`, async () => {
    await using bench = await openBench();

    await endure(bench, wave);
  });
}

test("the canary of these attacks works: the agent's own git runs it", async () => {
  await using bench = await openBench();
  const order = orderFor(3);
  await bench.git.createWorktree(order);
  const ground = await groundOf(bench, bench.git.workplace(order).worktree);
  await attacks["a clean filter"]!(ground);
  await write(ground.folder, { "honest.txt": "work" });

  await runGit(ground.folder, "add", "-A").catch(() => {});

  await access(ground.canary);
});

test("links in a worktree are stored as links, and nothing behind them is read or written", async () => {
  await using bench = await openBench();
  const order = orderFor(3);
  const { base } = await bench.git.createWorktree(order);
  const folder = bench.git.workplace(order).worktree;
  const secret = join(bench.root, "secret");
  await mkdir(secret);
  await writeFile(join(secret, "key.txt"), "a secret");
  await symlink(secret, join(folder, "folder"));
  await symlink(join(secret, "key.txt"), join(folder, "key"));
  await rm(join(folder, "src"), { recursive: true });
  await symlink(secret, join(folder, "src"));
  await symlink(join(secret, "key.txt"), join(folder, ".gitignore"));

  const work = await bench.git.importWork(importOf(order, base));
  await bench.git.removeWorktrees({ ...order, attempts: [order], deleteBranch: null });

  assert.deepEqual(work.kind === "commits" && work.files, [
    ".gitignore",
    "folder",
    "key",
    "src",
    "src/a.txt",
  ]);
  assert.equal(await readFile(join(secret, "key.txt"), "utf8"), "a secret");
  const head = work.kind === "commits" ? work.head : "";
  const all = await runGit(bench.mirror, "log", "-p", "--format=", head);
  assert.ok(!all.includes("+a secret"));
});

test("a HEAD that leads out of the repository is not followed", async () => {
  await using bench = await openBench();
  const order = orderFor(3);
  const { base } = await bench.git.createWorktree(order);
  const repository = join(bench.root, "repositories/7/issues/3/git");
  const outside = join(bench.root, "outside");
  await writeFile(outside, `${base}\n`);
  const head = join(repository, "worktrees/1/HEAD");

  await writeFile(head, "ref: refs/heads/../../../../../../outside\n");
  const byPath = await bench.git.importWork(importOf(order, base));
  await rm(head);
  await symlink(outside, head);
  const byLink = await bench.git.importWork(importOf(order, base));

  assert.equal(byPath.kind, "refused");
  assert.equal(byLink.kind, "refused");
});

test("a worktree that was replaced by a link is refused, and only the link is removed", async () => {
  await using bench = await openBench();
  const order = orderFor(3);
  const { base } = await bench.git.createWorktree(order);
  const folder = bench.git.workplace(order).worktree;
  const elsewhere = join(bench.root, "elsewhere");
  await rename(folder, elsewhere);
  await symlink(elsewhere, folder);

  const work = await bench.git.importWork(importOf(order, base));
  assert.equal(work.kind, "refused");
  await assert.rejects(
    bench.git.removeWorktrees({ ...order, attempts: [order], deleteBranch: null }),
    { kind: "refused" },
  );
  await access(join(elsewhere, "README.md"));
});
