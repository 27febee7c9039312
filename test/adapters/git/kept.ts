/** Worktrees that were made before: whoever begins where another test of this process began takes a copy, a fifth of the work. */
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { mkdir, mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { WorktreeOrder } from "../../../src/core/effect.ts";
import { sha } from "../../../src/core/ids.ts";
import type { Sha } from "../../../src/core/ids.ts";
import type { Bench } from "./bench.ts";

const home = realpathSync(mkdtempSync(join(tmpdir(), "git-bench-")));
process.once("exit", () => rmSync(home, { recursive: true, force: true }));

// A repository holds its own path, so a copy is of use at the same place only: one bench after the other has it.
const usualRoot = join(home, "root");

/** An empty data folder, at the place of the one before if that is gone. */
export async function emptyRoot(): Promise<string> {
  if (existsSync(usualRoot)) return await mkdtemp(`${usualRoot}-`);
  await mkdir(usualRoot);
  return usualRoot;
}

/** Makes the worktree, or copies it with all of the data folder where it would be the first thing there. */
export async function makeOrCopy(bench: Bench, order: WorktreeOrder): Promise<Sha> {
  const { root, server } = bench;
  const isFirst = root === usualRoot && !existsSync(join(root, "repositories"));
  if (!isFirst || order.from !== null || order.base !== "main") return await made(bench, order);
  const main = sha((await readFile(join(server.gitDir, "refs/heads/main"), "utf8")).trim());
  const name = createHash("sha256")
    .update(JSON.stringify([main, order]))
    .digest("hex");
  const kept = join(home, "kept", name);
  if (existsSync(kept)) {
    cpSync(kept, root, whole);
    return main;
  }
  const base = await made(bench, order);
  cpSync(join(root, "repositories"), join(kept, "repositories"), whole);
  return base;
}

const whole = { recursive: true, preserveTimestamps: true, verbatimSymlinks: true };

const made = async ({ git }: Bench, order: WorktreeOrder): Promise<Sha> =>
  (await git.createWorktree(order)).base;
