/** Blocks of ports: one per worktree, no two alike. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { leasePorts, portCount, releasePorts } from "../../../src/adapters/agents/ports.ts";
import { atEnd } from "../../support/cleanup.ts";

test("each worktree has a block of its own and keeps it", async (t) => {
  const { root, worktree } = place(t);
  const names = ["a", "b", "c", "d", "e"].map(worktree);

  const bases = await Promise.all(names.map((name) => leasePorts(root, name)));

  assert.equal(new Set(bases).size, 5);
  for (const base of bases) {
    assert.ok(bases.every((other) => other === base || Math.abs(other - base) >= portCount));
  }
  assert.deepEqual(await Promise.all(names.map((name) => leasePorts(root, name))), bases);
  assert.equal(readdirSync(join(root, "ports")).length, 5);
});

test("a block that was given back, or whose worktree is gone, is given again", async (t) => {
  const { root, worktree } = place(t);
  const first = await leasePorts(root, worktree("a"));
  const second = await leasePorts(root, worktree("b"));

  await releasePorts(root, worktree("a"));
  await releasePorts(root, worktree("a"));
  assert.equal(await leasePorts(root, worktree("c")), first);
  rmSync(worktree("b"), { recursive: true });
  assert.equal(await leasePorts(root, worktree("d")), second);
});

test("a block with a port that somebody uses is left out", async (t) => {
  const { root, worktree } = place(t);
  const first = await leasePorts(root, worktree("a"));
  await releasePorts(root, worktree("a"));
  const server = createServer().listen({ host: "127.0.0.1", port: first + 7 });
  atEnd(t, () => server.close());
  await once(server, "listening");

  assert.notEqual(await leasePorts(root, worktree("b")), first);
});

function place(t: TestContext): { root: string; worktree: (name: string) => string } {
  const root = mkdtempSync(join(tmpdir(), "ports-"));
  atEnd(t, () => rmSync(root, { recursive: true }));
  const worktree = (name: string): string => {
    const path = join(root, "worktrees", name);
    mkdirSync(path, { recursive: true });
    return path;
  };
  return { root, worktree };
}
