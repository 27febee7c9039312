/**
 * Who starts git. To fork a process of some hundred megabytes takes ten milliseconds, in which nothing else happens in
 * it, and every page that it writes afterwards costs again: so a small process starts git for the large one.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { extname, join } from "node:path";

import { GitFault } from "./fault.ts";
import type { GitFaultKind } from "./fault.ts";
import type { BoxEnding, BoxLaunch } from "./box-here.ts";
import type { HandsEnding, HandsLaunch } from "./hands-in-box.ts";
import type { Place } from "./run-git.ts";
import type { GitCall, GitExit } from "./spawn-git.ts";

/** One git process, with simple-git or without, or a box with git in it. */
export type Launch =
  | { readonly kind: "call"; readonly call: GitCall }
  | { readonly kind: "simple"; readonly place: Place; readonly args: readonly string[] }
  | { readonly kind: "box"; readonly box: BoxLaunch }
  | { readonly kind: "hands"; readonly hands: HandsLaunch };

/** How each of them ends. */
export type ExitOf<Kind extends Launch> = Kind extends { readonly kind: "box" }
  ? BoxEnding
  : Kind extends { readonly kind: "hands" }
    ? HandsEnding
    : GitExit;
type Exit = ExitOf<Launch>;

/** What the small process is told. */
export type LaunchOrder =
  | { readonly type: "launch"; readonly id: number; readonly launch: Launch }
  | { readonly type: "end"; readonly id: number };

/** What it answers. */
export type LaunchReport = { readonly id: number } & (
  | { readonly type: "exit"; readonly exit: Exit }
  | { readonly type: "fault"; readonly kind: GitFaultKind; readonly message: string }
  | { readonly type: "error"; readonly message: string; readonly system: SystemError | null }
);

/** What says which error of the system it was; a copy of an error does not have it. */
export type SystemError = { readonly code: string; readonly syscall: string };

/** Runs git wherever this process lets it be started. */
export const launched = async <Kind extends Launch>(
  launch: Kind,
  signal: AbortSignal | null,
): Promise<ExitOf<Kind>> => (await (here ?? elsewhere)(launch, signal)) as ExitOf<Kind>;

/** What starts it, here or elsewhere. */
export type Launching = (launch: Launch, signal: AbortSignal | null) => Promise<Exit>;

/** For processes that are small themselves: from now on they start git as children of their own. */
export function launchHere(run: Launching): void {
  here = run;
}

let here: Launching | null = null;

type Waiting = {
  readonly resolve: (exit: Exit) => void;
  readonly reject: (fault: Error) => void;
};

/** The small process, and whoever waits for an answer of it. */
type Launcher = { readonly process: ChildProcess; readonly waiting: Map<number, Waiting> };

let launcher: Launcher | null = null;
let launches = 0;

async function elsewhere(launch: Launch, signal: AbortSignal | null): Promise<Exit> {
  launcher ??= startLauncher();
  const { process, waiting } = launcher;
  const id = (launches += 1);
  const end = (): void => tell(process, { type: "end", id });
  // Only while somebody waits for it does it keep this process alive.
  process.channel?.ref();
  try {
    return await new Promise<Exit>((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      tell(process, { type: "launch", id, launch });
      signal?.addEventListener("abort", end);
      if (signal?.aborted === true) end();
    });
  } finally {
    signal?.removeEventListener("abort", end);
    waiting.delete(id);
    if (waiting.size === 0) process.channel?.unref();
  }
}

/** It ends by itself when this process is gone. */
function startLauncher(): Launcher {
  const program = join(import.meta.dirname, `launcher-program${extname(import.meta.filename)}`);
  const child = fork(program, {
    // Nothing of ours but the way to git.
    env: { PATH: process.env["PATH"] ?? "/usr/local/bin:/usr/bin:/bin" },
    execArgv: [],
    serialization: "advanced",
    stdio: ["ignore", "ignore", "inherit", "ipc"],
    // What a terminal tells us is not for it: git is not to be interrupted.
    detached: true,
  });
  const started: Launcher = { process: child, waiting: new Map() };
  child.unref();
  child.channel?.unref();
  child.on("message", (report: LaunchReport) => take(started.waiting.get(report.id), report));
  child.once("error", (cause) => give(started, cause));
  // Unlike its exit it is heard when nothing else is left to wait for.
  child.once("disconnect", () => give(started, null));
  child.once("exit", (code, killedBy) => give(started, { code, killedBy }));
  return started;
}

function take(waiting: Waiting | undefined, report: LaunchReport): void {
  switch (report.type) {
    case "exit":
      return waiting?.resolve(report.exit);
    case "fault":
      return waiting?.reject(new GitFault(report.kind, report.message, null));
    case "error":
      return waiting?.reject(Object.assign(new Error(report.message), report.system));
  }
}

/** It is gone: what it was asked for may have been done or not, and the next call starts another one. */
function give(gone: Launcher, cause: unknown): void {
  if (launcher === gone) launcher = null;
  const fault = new GitFault("interrupted", "git's launcher has ended", cause);
  for (const { reject } of gone.waiting.values()) reject(fault);
}

/** A message that does not arrive is answered by the end of its reader, also of one that could not be started. */
const tell = (process: ChildProcess, order: LaunchOrder): void => {
  if (process.connected) process.send(order, () => {});
};
