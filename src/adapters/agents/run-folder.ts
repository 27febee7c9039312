/** The files of one run. They lie outside the worktree, so that the agent's tools do not meet them, and outlive the service. */
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import type { KillReason } from "./adapter.ts";
import { AgentFault, codeOf } from "./fault.ts";

/** Paths of a run's files. */
export type RunFolder = {
  readonly path: string;
  /** What the agent is told, as Markdown. */
  readonly brief: string;
  readonly prompt: string;
  readonly events: string;
  readonly stderr: string;
  /** Written when the process is known, before the agent begins. */
  readonly record: string;
  /** The exit code, written by the wrapper around the agent. */
  readonly exit: string;
  /** Why we are ending the run, written before the first signal. */
  readonly kill: string;
  /** What the sandbox needs of this machine. */
  readonly box: string;
  /** Sockets that lead out of the sandbox. Not below `path`, because the system takes no socket whose path is long. */
  readonly doors: string;
  /** Name of the run that is unique on this machine. */
  readonly name: string;
};

/** What finds a run's process again after a restart. */
export const RunRecord = z.object({
  pid: z.number().int().positive(),
  startTime: z.string(),
  bootId: z.string(),
  agent: z.string(),
  worktree: z.string(),
  /** UUID of the agent's session. */
  session: z.string(),
  /** The session was begun by an earlier run. */
  isResumed: z.boolean(),
  /** Value of the environment variable that all processes of the run carry. */
  mark: z.string(),
  /** Where and with which token the agent reaches models; null for a run without. */
  gateway: z.object({ url: z.string(), token: z.string() }).nullable(),
  /** Milliseconds since epoch. */
  startedAt: z.number(),
  deadline: z.number(),
});
export type RunRecord = z.infer<typeof RunRecord>;

/** The folder of all runs. */
export const runsFolder = (root: string): string => join(root, "runs");

/** Which run of which Worker; worker ids of two repositories may be the same. */
export type RunAddress = {
  readonly repository: number;
  readonly worker: string;
  readonly run: number;
};

/** The folder of a run. */
export function runFolder(root: string, { repository, worker, run }: RunAddress): RunFolder {
  const path = join(runsFolder(root), String(repository), worker, String(run));
  const name = `yardmaster-${createHash("sha256").update(path).digest("hex").slice(0, 12)}`;
  return {
    path,
    brief: join(path, "brief.md"),
    prompt: join(path, "prompt"),
    events: join(path, "events.jsonl"),
    stderr: join(path, "stderr.log"),
    record: join(path, "run.json"),
    exit: join(path, "exit"),
    kill: join(path, "kill"),
    box: join(path, "box"),
    doors: join(root, "doors", name),
    name,
  };
}

/** A Worker's runs that have a folder, oldest first. */
export async function runsOf(
  root: string,
  repository: number,
  worker: string,
): Promise<readonly RunFolder[]> {
  const names = await readdir(join(runsFolder(root), String(repository), worker)).catch(absent);
  const numbers = names.map(Number).filter((number) => Number.isSafeInteger(number) && number > 0);
  return numbers
    .toSorted((one, other) => one - other)
    .map((run) => runFolder(root, { repository, worker, run }));
}

/** The Worker's newest run that was begun; null when none was. */
export async function latestRun(
  root: string,
  repository: number,
  worker: string,
): Promise<{ readonly folder: RunFolder; readonly record: RunRecord } | null> {
  for (const folder of (await runsOf(root, repository, worker)).toReversed()) {
    const record = await readRecord(folder);
    if (record !== null) return { folder, record };
  }
  return null;
}

/** Creates a folder that only we can enter. */
export async function createPrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** The record of a run that was begun; null when none was. Throws AgentFault `folder` for one that is damaged. */
export async function readRecord(folder: RunFolder): Promise<RunRecord | null> {
  try {
    return RunRecord.parse(JSON.parse(await readFile(folder.record, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    if (!(error instanceof SyntaxError || error instanceof z.ZodError)) throw error;
    const place = folder.path.split("/").slice(-4).join("/");
    const why = `the record of a run is damaged: remove ${place} from the data folder`;
    throw new AgentFault("folder", why, error);
  }
}

/** Writes the record, whole or not at all, also where the machine loses its power. */
export async function writeRecord(folder: RunFolder, record: RunRecord): Promise<void> {
  await writeFile(`${folder.record}.tmp`, JSON.stringify(record), { mode: 0o600, flush: true });
  await rename(`${folder.record}.tmp`, folder.record);
}

/** The agent's exit code; null while it has left none. */
export function readExit(folder: RunFolder): number | null {
  const text = readIfPresent(folder.exit);
  return text === null ? null : Number.parseInt(text, 10);
}

/** Why we ended the run; null when we did not. */
export function readKill(folder: RunFolder): KillReason | null {
  const text = readIfPresent(folder.kill);
  return text === null ? null : KillReasons.parse(text);
}

/** Records why the run is ended, for whoever finds it after a restart; the first reason stays. */
export function writeKill(folder: RunFolder, reason: KillReason): void {
  try {
    writeFileSync(folder.kill, reason, { flag: "wx", mode: 0o600 });
  } catch {
    // A full disk must not save the agent from being ended.
  }
}

/** A service that died while it wrote the reason was ending the run all the same. */
const KillReasons: z.ZodType<KillReason> = z
  .enum([
    "stopped",
    "timed-out",
    "silent",
    "turns-exhausted",
    "budget-exhausted",
    "funds-exhausted",
    "flooded",
  ])
  .catch("stopped");

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw error;
  }
}

function absent(error: unknown): string[] {
  if (codeOf(error) === "ENOENT") return [];
  throw error;
}
