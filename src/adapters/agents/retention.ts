/** Run folders do not pile up: those of runs that ended long ago are removed, at the start and once a day. */
import { access, readdir, rm, rmdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { millis } from "../../core/ids.ts";
import type { Clock } from "../../ports.ts";
import { isAlive } from "./kill.ts";
import { readRecord, runsFolder, runsOf, type RunFolder } from "./run-folder.ts";

type Ground = {
  readonly root: string;
  readonly clock: Clock;
  readonly log: { warn(fields: object, message: string): void };
};

/** Removes what is old, again and again; the answer ends it. */
export function keepRunsTidy({ root, clock, log }: Ground): () => void {
  let cancel = (): void => {};
  let isOpen = true;
  const tidy = (): void => {
    if (!isOpen) return;
    cancel = clock.at(millis(clock.now() + dayMs), tidy);
    removeOldRuns(root, clock.now()).catch((error: unknown) => {
      log.warn({ err: error }, "old runs cannot be removed");
    });
  };
  tidy();
  return () => {
    isOpen = false;
    cancel();
  };
}

/** Removes folders of runs that ended 14 days ago; a Worker's newest run stays while its worktree is there. */
export async function removeOldRuns(root: string, now: number): Promise<void> {
  for (const repository of await namesIn(runsFolder(root))) {
    for (const worker of await namesIn(join(runsFolder(root), repository))) {
      await removeOldRunsOf(root, Number(repository), worker, now);
    }
  }
}

async function removeOldRunsOf(
  root: string,
  repository: number,
  worker: string,
  now: number,
): Promise<void> {
  const folders = await runsOf(root, repository, worker);
  const newest = folders.at(-1);
  for (const folder of folders) {
    if (!(await isOld(folder, now))) continue;
    if (folder === newest && (await hasWorktree(folder))) continue;
    await rm(folder.doors, { recursive: true, force: true });
    await rm(folder.path, { recursive: true, force: true });
  }
  // Refused while there is anything in it, such as a run that has just begun.
  await rmdir(join(runsFolder(root), String(repository), worker)).catch(() => {});
}

async function isOld(folder: RunFolder, now: number): Promise<boolean> {
  const record = await readRecord(folder).catch(() => null);
  if (record !== null && isAlive(record)) return false;
  const began = record?.startedAt ?? (await stat(folder.path)).mtimeMs;
  return now - began > keptDays * dayMs;
}

async function hasWorktree(folder: RunFolder): Promise<boolean> {
  const record = await readRecord(folder).catch(() => null);
  if (record === null) return false;
  return await access(record.worktree).then(
    () => true,
    () => false,
  );
}

const keptDays = 14;
const dayMs = 86_400_000;

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
