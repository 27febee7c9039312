/** One live Worker per worktree, whoever ordered them: kept in memory for this service and on disk for the next one. */
import { createHash } from "node:crypto";
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { z } from "zod";
import { AgentFault, codeOf } from "./fault.ts";
import { isAlive, killRun } from "./kill.ts";
import {
  createPrivateFolder,
  readExit,
  readRecord,
  runFolder,
  type RunAddress,
} from "./run-folder.ts";

/** Which run has a worktree. */
export type Occupancy = {
  /** Gives the worktree to a run. Throws AgentFault `occupied` while another one lives in it. */
  take(worktree: string, run: RunAddress): Promise<void>;
  /** Says that the run has ended. */
  leave(worktree: string, run: RunAddress): void;
  /** Forgets a worktree that is removed. */
  forget(worktree: string): Promise<void>;
};

/** The worktrees of this data folder; `endBox` ends what is left of an earlier run's sandbox. */
export function occupancy(root: string, endBox: (name: string) => Promise<void>): Occupancy {
  const live = new Map<string, string>();
  return {
    take: async (worktree, run) => {
      const holder = live.get(worktree);
      if (holder !== undefined && holder !== idOf(run)) throw occupied();
      live.set(worktree, idOf(run));
      try {
        await takeOnDisk(root, worktree, run, endBox);
      } catch (error) {
        if (holder === undefined) live.delete(worktree);
        throw error;
      }
    },
    leave: (worktree, run) => {
      if (live.get(worktree) === idOf(run)) live.delete(worktree);
    },
    forget: async (worktree) => {
      live.delete(worktree);
      await rm(fileOf(root, worktree), { force: true });
    },
  };
}

const occupied = (): AgentFault =>
  new AgentFault("occupied", "another Worker lives in this worktree; it must end first");

const idOf = ({ repository, worker, run }: RunAddress): string => `${repository}/${worker}/${run}`;

const folderOf = (root: string): string => join(root, "occupied");

const fileOf = (root: string, worktree: string): string =>
  join(folderOf(root), createHash("sha256").update(worktree).digest("hex").slice(0, 24));

async function takeOnDisk(
  root: string,
  worktree: string,
  run: RunAddress,
  endBox: (name: string) => Promise<void>,
): Promise<void> {
  const file = fileOf(root, worktree);
  const holder = await readHolder(file);
  if (holder !== null && idOf(holder) === idOf(run)) return;
  if (holder !== null) await seeOff(root, holder, endBox);
  try {
    await createPrivateFolder(folderOf(root));
    await writeFile(`${file}.tmp`, JSON.stringify(run), { mode: 0o600, flush: true });
    await rename(`${file}.tmp`, file);
  } catch (error) {
    throw new AgentFault("folder", `a worktree cannot be taken: ${codeOf(error)}`, error);
  }
}

/** What an ended run has left running would work on beside the next one. */
async function seeOff(
  root: string,
  holder: RunAddress,
  endBox: (name: string) => Promise<void>,
): Promise<void> {
  const folder = runFolder(root, holder);
  const record = await readRecord(folder);
  if (record === null) return;
  if (readExit(folder) === null && isAlive(record)) throw occupied();
  await killRun(record);
  await endBox(folder.name);
}

const Holder = z.object({ repository: z.number(), worker: z.string(), run: z.number() });

async function readHolder(file: string): Promise<RunAddress | null> {
  try {
    return Holder.parse(JSON.parse(await readFile(file, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    const why = `the holder of a worktree cannot be read: remove occupied/${basename(file)} from the data folder`;
    throw new AgentFault("folder", why, error);
  }
}
