/** The place at which an attempt's work is collected: our own repository, and the agent's folders if they are what they should be. */
import { mkdir, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

import { alternatesOf } from "./alternates.ts";
import type { CollectOrder } from "./collect.ts";
import type { Hands } from "./hands.ts";
import { directoryAt } from "./plain-file.ts";
import type { Desk } from "./worktree-tree.ts";

/** What an agent left is not what we can work with; the message says why. */
export class Refusal extends Error {}

/** Where it is. */
export const placesIn = (folder: string): Pick<Desk, "gitDir" | "index"> => ({
  gitDir: join(folder, "desk.git"),
  index: join(folder, "index"),
});

/** Makes our repository in the order's folder; throws Refusal. */
export async function prepareDesk(hands: Hands, order: CollectOrder): Promise<Desk> {
  const worktree = await realDirectory(order.attempt.worktree);
  const objects = order.scope === "files" ? [] : [await realObjects(hands, order)];
  const { gitDir, index } = placesIn(order.folder);
  // All that git needs to know a repository by; `git init` takes longer than what is done with it.
  const folders = ["refs", "objects/info", "info"];
  await Promise.all(folders.map((name) => mkdir(join(gitDir, name), { recursive: true })));
  const files: Readonly<Record<string, string>> = {
    HEAD: "ref: refs/heads/none\n",
    config: "[core]\n\trepositoryformatversion = 0\n\tbare = true\n",
    // The mirror first: of two objects with one name the bot's own is read.
    "objects/info/alternates": [alternatesOf(order.mirror), ...objects].join(""),
    // Filters are programs. No configuration here defines one; this says so a second time.
    "info/attributes": "* -filter\n",
  };
  const written = Object.entries(files).map(([name, text]) => writeFile(join(gitDir, name), text));
  await Promise.all(written);
  return { hands, gitDir, index, worktree };
}

async function realDirectory(path: string): Promise<string> {
  const real = await directoryAt(path);
  if (real === null) throw new Refusal(`${basename(path)} is not a directory`);
  return real;
}

/** The agent's object folder, if it still borrows from where we said and from nowhere else. */
async function realObjects(hands: Hands, { attempt, mirror }: CollectOrder): Promise<string> {
  const objects = join(await realDirectory(attempt.repository), "objects");
  const borrowed = await hands.textOf(join(objects, "info", "alternates"), 65_536);
  if (borrowed !== alternatesOf(mirror)) {
    throw new Refusal("the worktree's repository borrows objects from another place");
  }
  return `${objects}\n`;
}
