/** The end of what an issue's last Worker has printed, from the files of its run, which outlive its worktree. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import type { LogOrder, RunLog } from "../../core/aside-order.ts";
import type { WorkerId } from "../../core/ids.ts";
import type { AgentAdapter } from "./adapter.ts";
import { commandParser } from "./command-parser.ts";
import { linesOf } from "./event-lines.ts";
import { latestRun, runsFolder, type RunRecord } from "./run-folder.ts";
import { watchRun, type WatchedRun } from "./watch.ts";

type Ground = { readonly root: string; readonly adapters: readonly AgentAdapter[] };

/** Of the newest Worker that has run; null when the files of all of them are gone. Throws AgentFault `folder` where they are damaged. */
export async function lastLines(
  { root, adapters }: Ground,
  { repository, issueNumber, lines }: LogOrder,
): Promise<RunLog | null> {
  for (const worker of await workersOf(root, repository.id, issueNumber)) {
    const run = await latestRun(root, repository.id, worker);
    if (run !== null) return { worker, lines: await endOf(run, adapters, lines) };
  }
  return null;
}

/** Newest first. */
async function workersOf(
  root: string,
  repository: number,
  issue: number,
): Promise<readonly WorkerId[]> {
  const names = await readdir(join(runsFolder(root), String(repository))).catch(() => []);
  return names
    .flatMap((name) => {
      const found = /^worker-(\d{1,12})-(\d{1,12})$/u.exec(name);
      return found !== null && Number(found[2]) === issue
        ? [{ worker: name as WorkerId, second: Number(found[1]) }]
        : [];
    })
    .toSorted((one, other) => other.second - one.second)
    .map(({ worker }) => worker);
}

async function endOf(
  run: WatchedRun,
  adapters: readonly AgentAdapter[],
  count: number,
): Promise<readonly string[]> {
  const end: string[] = [];
  // Only what there is by now.
  for await (const sight of watchRun(
    run,
    () => parserOf(run.record, adapters),
    AbortSignal.abort(),
  )) {
    if (sight.type !== "event") continue;
    end.push(...linesOf(sight.event).map(stripVTControlCharacters));
    if (end.length > count) end.splice(0, end.length - count);
  }
  return end;
}

/** An agent that there is no more writes lines. */
const parserOf = (
  { agent, session, isResumed }: RunRecord,
  adapters: readonly AgentAdapter[],
): ReturnType<typeof commandParser> =>
  adapters.find(({ id }) => id === agent)?.parser({ id: session, isResumed }) ??
  commandParser(null);
