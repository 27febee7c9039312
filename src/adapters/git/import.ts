/** Into the mirror: a pack from outside is unpacked aside, checked to the last object, and only then moved in. */
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import type { Sha } from "../../core/ids.ts";
import { alternatesOf } from "./alternates.ts";
import { exitOfGit, faultOf } from "./spawn-git.ts";
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

const inQuarantine = (order: PackOrder, quarantine: string, args: readonly string[]): GitCall => ({
  gitDir: order.mirror,
  cwd: order.folder,
  args,
  variables: { GIT_OBJECT_DIRECTORY: quarantine },
});
