/** Finds a Worker and the files of its runs: by asking the service, else on disk, where they outlive their assignment. */
import { join } from "node:path";
import { readdir } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

import type { AgentParser } from "../adapters/agents/adapter.ts";
import { agentAdapters } from "../adapters/agents/adapters.ts";
import { commandParser } from "../adapters/agents/command-parser.ts";
import { latestRun, readRecord, runFolder, runsFolder } from "../adapters/agents/run-folder.ts";
import type { RunRecord } from "../adapters/agents/run-folder.ts";
import type { WatchedRun } from "../adapters/agents/watch.ts";
import { AssignmentView } from "../http/control-shapes.ts";
import { CliFault, usageExit } from "./fault.ts";
import { askService, assignmentPath, ServiceRefusal } from "./service.ts";

/** The Worker that a reference leads to. */
export type FoundWorker = {
  /** How the issue is called in what is printed. */
  readonly taskId: string;
  /** Null while there has been no Worker. */
  readonly worker: KeptWorker | null;
  /** Null for what has ended. */
  readonly view: AssignmentView | null;
};

type KeptWorker = { readonly repository: number; readonly worker: string };

/** Null when nobody knows the reference. Throws CliFault when it is ambiguous, or there is no service and nothing was kept. */
export async function findWorker(root: string, reference: string): Promise<FoundWorker | null> {
  try {
    const order = { method: "GET", path: assignmentPath(reference) } as const;
    const view = await askService(root, order, AssignmentView);
    const { repository_id: repository, worker } = view;
    return {
      taskId: view.task_id ?? reference,
      worker: repository === null || worker === null ? null : { repository, worker },
      view,
    };
  } catch (error) {
    if (!(error instanceof CliFault)) throw error;
    const isUnknown = error instanceof ServiceRefusal && error.status === 404;
    if (error instanceof ServiceRefusal && !isUnknown) throw error;
    const worker = await keptWorker(root, reference);
    if (worker === null && !isUnknown) throw error;
    return worker === null ? null : { taskId: reference, worker, view: null };
  }
}

/** The Worker's latest run, once its process is known; null when there is none. */
export async function begunRun(
  root: string,
  { worker: found, view }: FoundWorker,
): Promise<WatchedRun | null> {
  if (found === null) return null;
  const { repository, worker } = found;
  const expected = view?.is_running === true ? view.run : null;
  if (expected === null) return lastRun(root, found);
  // A run that was asked for a moment ago has no process yet.
  const folder = runFolder(root, { repository, worker, run: expected });
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
    const record = await readRecord(folder).catch(unreadable);
    if (record !== null) return { folder, record };
    await pause(lookMs);
  }
  return lastRun(root, found);
}

/** The Worker's newest run that was begun; null when none was. */
export const lastRun = (
  root: string,
  { repository, worker }: KeptWorker,
): Promise<WatchedRun | null> => latestRun(root, repository, worker).catch(unreadable);

function unreadable(): never {
  throw new CliFault("The worker's run was recorded by another version of Yardmaster.");
}

const patienceMs = 15_000;
const lookMs = 100;

/** Reads what the run's agent writes; an agent that this version does not know writes lines. */
export function parserOf({ agent, session, isResumed }: RunRecord): AgentParser {
  const adapter = agentAdapters({}).find(({ id }) => id === agent);
  return adapter?.parser({ id: session, isResumed }) ?? commandParser(null);
}

/** The Worker that was kept under an id, or the last one of an issue's number where only one repository has one. */
async function keptWorker(root: string, reference: string): Promise<KeptWorker | null> {
  const number = reference.startsWith("#") ? reference.slice(1) : reference;
  const isNumber = /^\d{1,10}$/u.test(number);
  const kept = (await keptWorkers(root)).filter(({ worker }) =>
    isNumber ? worker.endsWith(`-${number}`) : worker === reference,
  );
  if (new Set(kept.map(({ repository }) => repository)).size > 1) {
    const several = kept.map(({ worker }) => `\n  ${worker}`).join("");
    throw new CliFault(`It is not clear which one is meant:${several}`, usageExit);
  }
  return kept.toSorted((one, other) => (one.worker < other.worker ? -1 : 1)).at(-1) ?? null;
}

async function keptWorkers(root: string): Promise<readonly KeptWorker[]> {
  const workers: KeptWorker[] = [];
  for (const repository of await namesIn(runsFolder(root))) {
    for (const worker of await namesIn(join(runsFolder(root), repository))) {
      workers.push({ repository: Number(repository), worker });
    }
  }
  return workers;
}

const namesIn = (folder: string): Promise<readonly string[]> => readdir(folder).catch(() => []);
