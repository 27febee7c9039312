/** Runs an agent's plan without the runner: its program with its environment and nothing else, read by its own parser. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type {
  AgentAdapter,
  AgentParser,
  ParsedExit,
  Plan,
  RunEnd,
  RunSpec,
} from "../../../src/adapters/agents/adapter.ts";
import type { AgentEvent } from "../../../src/adapters/agents/event.ts";
import { atEnd } from "../../support/cleanup.ts";
import { compiled } from "../../support/compiled.ts";

export const sessionId = "11111111-2222-4333-8444-555555555555";

/** What a run is to do, with what a test does not care about filled in. */
export const spec = (fields: Partial<RunSpec> = {}): RunSpec => ({
  brief: "Do it.",
  model: null,
  turns: 100,
  gateway: null,
  session: { id: sessionId, isResumed: false },
  isRoot: false,
  ...fields,
});

export const exit = (code: number): RunEnd => ({ by: "itself", code });

/** Everything that a parser makes of an output. */
export type Reading = { readonly events: readonly AgentEvent[]; readonly exit: ParsedExit };

export function read(parser: AgentParser, lines: readonly string[], end: RunEnd): Reading {
  const events = lines.flatMap((line) => parser.push(line));
  return { events, exit: parser.end(end) };
}

/** What a finished run has said, beside what its parser makes of it. */
export type PlainRun = Reading & { readonly stderr: string };

/** A run under way. */
export type Started = {
  readonly pid: number;
  readonly worktree: string;
  readonly over: Promise<PlainRun>;
  /** Settles with the first event of this type, said or yet to be said. */
  until(type: AgentEvent["type"]): Promise<AgentEvent>;
};

/** Starts a plan in a folder that is gone after the test; a later run of the same test may name the same home. */
export function start(
  t: TestContext,
  adapter: AgentAdapter,
  run: RunSpec,
  home = folder(t),
): Started {
  const { argv, env, stdin, homeFiles } = adapter.plan(run);
  writeHome(home, homeFiles);
  const worktree = folder(t);
  const [program = "", ...args] = argv;
  // As the runner does: a program may open its standard input once more.
  const brief = join(folder(t), "brief");
  writeFileSync(brief, stdin);
  const descriptor = openSync(brief, "r");
  const child = spawn(program, args, {
    cwd: worktree,
    env: { PATH: process.env["PATH"], HOME: home, ...compiled, ...env },
    stdio: [descriptor, "pipe", "pipe"],
  });
  closeSync(descriptor);
  const { stdout, stderr } = child;
  assert.ok(stdout && stderr);
  atEnd(t, () => child.kill("SIGKILL"));
  const parser = adapter.parser(run.session);
  const events: AgentEvent[] = [];
  const waiting = new Map<AgentEvent["type"], (event: AgentEvent) => void>();
  createInterface(stdout).on("line", (line) => {
    for (const event of parser.push(line)) {
      events.push(event);
      waiting.get(event.type)?.(event);
    }
  });
  const ended = new Promise<number>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code) => resolve(code ?? 137));
  });
  const over = Promise.all([ended, text(stderr)]).then(([code, complaints]) => ({
    events,
    stderr: complaints,
    exit: parser.end(exit(code)),
  }));
  const until = (type: AgentEvent["type"]): Promise<AgentEvent> =>
    new Promise((resolve) => {
      const said = events.find((event) => event.type === type);
      if (said) resolve(said);
      else waiting.set(type, resolve);
    });
  return { pid: child.pid ?? 0, worktree, over, until };
}

/** A folder that is gone after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "plain-run-"));
  atEnd(t, () => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** A program of a few lines of shell. */
export function program(t: TestContext, script: string): string {
  const path = join(folder(t), "program");
  writeFileSync(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return path;
}

function writeHome(home: string, files: Plan["homeFiles"]): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), content);
  }
}
