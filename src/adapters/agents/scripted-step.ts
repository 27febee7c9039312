/**
 * The steps of the scripted agent that touch the world, in its working directory. Git is started by Node itself: to
 * load execa would take a quarter of the agent's start.
 */
import { execFile, spawn } from "node:child_process";
import { appendFile, mkdir, writeFile } from "node:fs/promises";
import { writeSync } from "node:fs";
import { dirname, relative, resolve, sep } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import type { Step } from "./script.ts";
import type { WrittenLine } from "./scripted-lines.ts";
import { durationMs, sizeBytes } from "./scripted-units.ts";

const run = promisify(execFile);

/** The last line of a run. */
export type Result = Extract<WrittenLine, { type: "result" | "limit" }>;

type Last = Extract<
  Step,
  | { done: string }
  | { handover: unknown }
  | { found: string }
  | { reviewed: object }
  | { ask: string }
  | { fail: string }
>;

/** Takes one step, with the commit that is to be merged; answers with the result when it was the last one. Throws when it cannot be taken. */
export async function takeStep(step: Step, base: string | null): Promise<Result | null> {
  if (step === "crash") return crash();
  if (step === "hang") return hang();
  if (step === "spawn-daemon") return spawnDaemon();
  if ("edit" in step) return edit(step.edit.path, step.edit.content);
  if ("append" in step) return append(step.append.path, step.append.content);
  if ("commit" in step) return commit(step.commit);
  if ("merge" in step) return merge(step.merge, base);
  if ("wait" in step) return setTimeout(durationMs(step.wait), null);
  if ("limit" in step) return { type: "limit", retryAt: Date.now() + durationMs(step.limit) };
  if ("print" in step) return tell({ type: "text", text: step.print });
  if ("flood" in step) return flood(sizeBytes(step.flood));
  return endOf(step);
}

/** Writes one line of output. */
export function tell(line: WrittenLine): null {
  writeSync(1, `${JSON.stringify(line)}\n`);
  return null;
}

function endOf(step: Last): Result {
  if ("done" in step) {
    const { done: summary, threads } = step;
    return { type: "result", status: "COMPLETED", summary, threads };
  }
  if ("found" in step) return { type: "result", status: "COMPLETED", recommendation: step.found };
  if ("reviewed" in step) {
    return { type: "result", status: "COMPLETED", review: { ...passed, ...step.reviewed } };
  }
  if ("handover" in step) {
    const { handover } = step;
    const left = typeof handover === "string" ? { notes: handover } : handover;
    return { type: "result", status: "HANDOVER", ...left };
  }
  if ("ask" in step) return { type: "result", status: "BLOCKED", question: step.ask };
  return { type: "result", status: "FAILED", summary: step.fail };
}

/** What a review says where its script does not. */
const passed = {
  scope: "MINOR",
  security_sensitive: false,
  blocked: false,
  criteria: {
    Blindspots: "PASS",
    Clarity: "PASS",
    Maintainability: "PASS",
    Security: "N/A",
    Performance: "PASS",
    Documentation: "PASS",
    Style: "PASS",
  },
  findings: [],
};

async function edit(path: string, content: string): Promise<null> {
  const file = inside(path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return null;
}

async function append(path: string, content: string): Promise<null> {
  const file = inside(path);
  await mkdir(dirname(file), { recursive: true });
  await appendFile(file, content);
  return null;
}

/** The script comes from an issue that anyone may have written. */
function inside(path: string): string {
  const file = resolve(path);
  const steps = relative(process.cwd(), file).split(sep);
  if (["", "..", ".git"].includes(steps[0] ?? ""))
    throw new Error(`the path ${path} is not a file of the worktree`);
  return file;
}

async function commit(message: string): Promise<null> {
  await run("git", ["add", "--all"]);
  // An attempt that goes on from an earlier one may have nothing left to change.
  if (await succeeds(["diff", "--cached", "--quiet"])) {
    return tell({ type: "text", text: "nothing to commit" });
  }
  await run("git", [...(await identity()), "commit", "--quiet", "--message", message]);
  return null;
}

type File = Extract<Step, { edit: object }>["edit"];

async function merge(resolution: readonly File[], base: string | null): Promise<null> {
  if (base === null) throw new Error("the brief names no commit to merge");
  await run("git", ["cat-file", "-e", `${base}^{commit}`]);
  // It fails where something conflicts, and does all the rest.
  await succeeds([...(await identity()), "merge", "--no-ff", "--no-commit", base]);
  for (const { path, content } of resolution) await edit(path, content);
  return commit("chore: merge the base branch");
}

/** The author as configured, else one of our own, so that a bare home folder is enough. */
async function identity(): Promise<string[]> {
  if (await succeeds(["config", "user.email"])) return [];
  return ["-c", "user.name=Scripted Agent", "-c", "user.email=scripted@agent.invalid"];
}

const succeeds = (args: readonly string[]): Promise<boolean> =>
  run("git", args).then(
    () => true,
    () => false,
  );

function flood(bytes: number): null {
  const line: WrittenLine = { type: "text", text: "x".repeat(65_000) };
  for (let written = 0; written < bytes; written += line.text.length) tell(line);
  return null;
}

/** A grandchild in its own session that keeps our output open after we are gone. */
function spawnDaemon(): null {
  const daemon = spawn("sleep", ["600"], {
    detached: true,
    stdio: ["ignore", "inherit", "inherit"],
  });
  daemon.unref();
  return tell({ type: "text", text: `daemon ${daemon.pid ?? "missing"}` });
}

function crash(): Promise<never> {
  process.kill(process.pid, "SIGKILL");
  return hang();
}

function hang(): Promise<never> {
  setInterval(() => {}, 2 ** 30);
  return new Promise(() => {});
}
