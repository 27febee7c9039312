/** Into the mirror: a pack from outside is unpacked aside, checked to the last object, and only then moved in. */
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Sha } from "../../core/ids.ts";
import { alternatesOf } from "./alternates.ts";
import { exitOfGit, faultOf, spawnGit } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** A pack that somebody else made, and what it is said to hold. */
export type PackOrder = {
  readonly mirror: string;
  /** Folder of ours, on the mirror's disk. */
  readonly folder: string;
  readonly pack: string;
  readonly head: Sha;
  readonly limitBytes: number;
};

/** Takes the pack in and answers null, or says in a sentence why not; a second time changes nothing. */
export async function importPack(order: PackOrder): Promise<string | null> {
  const quarantine = join(order.folder, "quarantine");
  await mkdir(join(quarantine, "info"), { recursive: true });
  await writeFile(join(quarantine, "info", "alternates"), alternatesOf(order.mirror));
  const refusal = (await unpack(order, quarantine)) ?? (await findHoles(order, quarantine));
  if (refusal === null) await moveIn(order.mirror, quarantine);
  return refusal;
}

async function unpack(order: PackOrder, quarantine: string): Promise<string | null> {
  const call = inQuarantine(order, quarantine, [
    "index-pack",
    "--stdin",
    "--strict",
    "--fix-thin",
    `--max-input-size=${order.limitBytes}`,
  ]);
  const exit = await exitOfGit({ ...call, input: { file: order.pack } });
  if (exit.code === 0) return null;
  const fault = faultOf(call, exit);
  if (fault.retryable && fault.kind !== "unexpected") throw fault;
  return `git does not accept the work: ${exit.stderr.trim().slice(-500)}`;
}

/** Is every object there that the head leads to? */
async function findHoles(order: PackOrder, quarantine: string): Promise<string | null> {
  const call = inQuarantine(order, quarantine, [
    "rev-list",
    "--objects",
    "--quiet",
    order.head,
    "--not",
    "--all",
  ]);
  const exit = await exitOfGit(call);
  return exit.code === 0 ? null : `the work is incomplete: ${exit.stderr.trim().slice(-500)}`;
}

async function moveIn(mirror: string, quarantine: string): Promise<void> {
  const target = join(mirror, "objects", "pack");
  await mkdir(target, { recursive: true });
  const names = await readdir(join(quarantine, "pack"));
  // The index last: git looks for packs by their indexes.
  const order = names.toSorted((a, b) => Number(a.endsWith(".idx")) - Number(b.endsWith(".idx")));
  for (const name of order) await rename(join(quarantine, "pack", name), join(target, name));
}

/** Does `head` have `start` in its history? */
export async function descends(mirror: string, start: Sha, head: Sha): Promise<boolean> {
  const call: GitCall = {
    gitDir: mirror,
    cwd: mirror,
    args: ["merge-base", "--is-ancestor", start, head],
  };
  const exit = await exitOfGit(call);
  if (exit.code > 1) throw faultOf(call, exit);
  return exit.code === 0;
}

/** What is in a commit of the mirror and not in some others: paths that differ from any of them, commits that are in none. */
export async function difference(
  mirror: string,
  from: readonly Sha[],
  to: Sha,
): Promise<{ readonly files: readonly string[]; readonly commits: number }> {
  const compare = ["diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv"];
  const ask = (args: readonly string[]): Promise<Buffer> =>
    spawnGit({ gitDir: mirror, cwd: mirror, args });
  const [count, ...names] = await Promise.all([
    ask(["rev-list", "--count", to, ...from.map((commit) => `^${commit}`), "--"]),
    ...from.map((commit) => ask([...compare, commit, to, "--"])),
  ]);
  const files = new Set(names.flatMap((listed) => listed.toString("utf8").split("\0")));
  return {
    files: [...files].filter((name) => name !== "").toSorted(),
    commits: Number(count.toString("utf8")),
  };
}

const inQuarantine = (order: PackOrder, quarantine: string, args: readonly string[]): GitCall => ({
  gitDir: order.mirror,
  cwd: order.folder,
  args,
  variables: { GIT_OBJECT_DIRECTORY: quarantine },
});
