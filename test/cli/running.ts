/** A service for the command line without GitHub: the control socket over a desk, and Workers' runs as real processes with real files. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";

import { runFolder, writeRecord } from "../../src/adapters/agents/run-folder.ts";
import { bootId, livingProcess } from "../../src/adapters/agents/system-processes.ts";
import { openControl } from "../../src/http/control.ts";
import type { SpendingRow } from "../../src/http/control-shapes.ts";
import { at } from "../support/assignments.ts";
import type { Desk } from "../support/assignments.ts";
import { atEnd } from "../support/cleanup.ts";
import { silentLog } from "../support/log.ts";
import type { Ran } from "./resident.ts";
import { runProgram } from "./run-program.ts";

/** A service whose command line can be run. */
export type Running = {
  readonly root: string;
  /** Runs `yardmaster` about this service, in the process for all. */
  readonly yardmaster: (...args: readonly string[]) => Promise<Ran>;
};

/** Opens the door over this desk. */
export async function running(
  t: TestContext,
  desk: Desk,
  spent: readonly SpendingRow[] = [],
): Promise<Running> {
  const root = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  atEnd(t, () => rm(root, { recursive: true, force: true }));
  const control = await openControl({
    root,
    board: desk.board,
    tell: desk.tell,
    spending: async () => spent,
    health: async (_request, response) => void response.end("{}"),
    places: {
      worktree: ({ issueNumber }) => join(root, `worktree "${issueNumber}"`),
      run: ({ repository, worker }, run) =>
        runFolder(root, { repository: repository.id, worker, run }).path,
      home: () => join(root, "home"),
    },
    clock: { now: () => at, at: () => () => {} },
    log: silentLog,
  });
  atEnd(t, control.close);
  return {
    root,
    yardmaster: (...args) => runProgram(args, { YARDMASTER_DATA: root }),
  };
}

/** A run under way: its process ends when it is told to. */
export type LiveRun = { readonly pid: number; readonly end: () => Promise<void> };

/** Begins a run of a Worker whose agent has written these lines. */
export async function beginRun(
  t: TestContext,
  root: string,
  address: { readonly repository: number; readonly worker: string; readonly run: number },
  lines: readonly string[],
  agent = "claude",
): Promise<LiveRun> {
  const folder = runFolder(root, address);
  await mkdir(folder.path, { recursive: true });
  await writeFile(folder.events, lines.map((line) => `${line}\n`).join(""));
  const child = spawn("/bin/cat", { stdio: ["pipe", "ignore", "ignore"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const end = async (): Promise<void> => {
    child.stdin.end();
    await exited;
  };
  atEnd(t, end);
  const pid = child.pid ?? 0;
  await writeRecord(folder, {
    pid,
    startTime: livingProcess(pid)?.startTime ?? "",
    bootId: bootId(),
    agent,
    worktree: root,
    session: "4f6f0f3e-0000-4000-8000-000000000001",
    isResumed: false,
    mark: "mark",
    gateway: null,
    startedAt: at,
    deadline: at + 1_000,
  });
  return { pid, end };
}
