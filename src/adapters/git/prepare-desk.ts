/** The place at which an attempt's work is collected: our own repository, and the agent's folders if they are what they should be. */
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { alternatesOf } from "./alternates.ts";
import type { CollectOrder } from "./collect.ts";
import { directoryAt, readPlainFile } from "./plain-file.ts";
import type { Desk } from "./worktree-tree.ts";

/** What an agent left is not what we can work with; the message says why. */
export class Refusal extends Error {}

/** Makes our repository in the order's folder; throws Refusal. */
export async function prepareDesk(order: CollectOrder): Promise<Desk> {
  const worktree = await realDirectory(order.attempt.worktree);
  const gitDir = join(order.folder, "desk.git");
  // All that git needs to know a repository by; `git init` takes longer than what is done with it.
  await mkdir(join(gitDir, "refs"), { recursive: true });
  await writeFile(join(gitDir, "HEAD"), "ref: refs/heads/none\n");
  await writeFile(join(gitDir, "config"), "[core]\n\trepositoryformatversion = 0\n\tbare = true\n");
  await mkdir(join(gitDir, "objects", "info"), { recursive: true });
  const alternates = join(gitDir, "objects", "info", "alternates");
  // The mirror first: of two objects with one name the bot's own is read.
  await appendFile(alternates, alternatesOf(order.mirror));
  if (order.scope !== "files") {
    await appendFile(alternates, `${await realObjects(order)}\n`);
  }
  await mkdir(join(gitDir, "info"));
  // Filters are programs. No configuration here defines one; this says so a second time.
  await appendFile(join(gitDir, "info", "attributes"), "* -filter\n");
  return { gitDir, index: join(order.folder, "index"), worktree };
}

async function realDirectory(path: string): Promise<string> {
  const real = await directoryAt(path);
  if (real === null) throw new Refusal(`${basename(path)} is not a directory`);
  return real;
}

/** The agent's object folder, if it still borrows from where we said and from nowhere else. */
async function realObjects({ attempt, mirror }: CollectOrder): Promise<string> {
  const repository = await realDirectory(attempt.repository);
  const objects = await realDirectory(join(repository, "objects"));
  const borrowed = await readPlainFile(join(objects, "info", "alternates"), 65_536);
  if (borrowed !== alternatesOf(mirror)) {
    throw new Refusal("the worktree's repository borrows objects from another place");
  }
  return objects;
}
