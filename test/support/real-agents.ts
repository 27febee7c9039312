/**
 * The real Claude Code and Codex, which are optional: too large to be installed for everybody.
 *
 * They are started only within the sandbox, which must have proved that nothing leads out of it, with an empty home, a
 * made-up key and a model on loopback. The service asks a program for its version outside of the sandbox; here that is
 * answered by a wrapper, which does it in a network namespace without any network.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { after } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { besideInModules, foundProgram } from "../../src/adapters/agents/programs.ts";
import { createBubblewrap } from "../../src/adapters/sandbox/bubblewrap.ts";
import { runBoxed } from "../../src/adapters/sandbox/start.ts";
import { withoutSandbox } from "./sandbox.ts";

const run = promisify(execFile);

/** A real agent of this machine, if it has one. */
export type RealAgent = {
  /** Why it cannot be tested here, with the cure; false where it can. */
  readonly skip: string | false;
  /** A program for `YARDMASTER_CLAUDE` or `YARDMASTER_CODEX`. */
  readonly program: () => Promise<string>;
};

const cpu = process.arch === "arm64" ? "aarch64" : "x86_64";

/** Claude Code 2.1.329. */
export const realClaude = realAgent(
  "YARDMASTER_TEST_CLAUDE",
  "@anthropic-ai/claude-code@2.1.329",
  `@anthropic-ai/claude-code-linux-${process.arch}/claude`,
);

/** Codex 0.169.0. */
export const realCodex = realAgent(
  "YARDMASTER_TEST_CODEX",
  "@openai/codex@0.169.0",
  `@openai/codex-linux-${process.arch}/vendor/${cpu}-unknown-linux-musl/bin/codex`,
);

function realAgent(variable: string, packageName: string, native: string): RealAgent {
  const named = process.env[variable];
  const start = named === undefined ? fileURLToPath(import.meta.url) : foundProgram(named);
  const beside = start === null ? null : besideInModules(start, [native]);
  const found = beside ?? (named === undefined ? null : start);
  const missing = `not installed: npm install --no-save ${packageName}, or name its program in ${variable}`;
  let wrapped: Promise<string> | null = null;
  return {
    skip: withoutSandbox === false && found === null ? missing : withoutSandbox,
    program: () => (wrapped ??= wrap(found ?? "")),
  };
}

const folders: string[] = [];

// Registered while the file is loaded: inside a test it would belong to that test.
after(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** What lies in one `node_modules` is shown to a sandbox as a whole, so the wrapper gets one of its own with a copy of the program. */
async function wrap(native: string): Promise<string> {
  await assertClosed();
  const root = await realpath(await mkdtemp(join(tmpdir(), "yardmaster-real-")));
  folders.push(root);
  const modules = join(root, "node_modules");
  await mkdir(modules);
  const codex = dirname(dirname(native));
  const isCodex = existsSync(join(codex, "codex-package.json"));
  const source = isCodex ? codex : native;
  const copy = join(modules, "native");
  // Hundreds of megabytes: a second name for the same files where the file system allows it.
  await run("cp", ["-al", source, copy]).catch(async () => {
    await rm(copy, { recursive: true, force: true });
    await run("cp", ["-a", source, copy]);
  });
  const program = join(modules, basename(native));
  const inner = isCodex ? "native/bin/codex" : "native";
  await writeFile(program, script(inner), { mode: 0o755 });
  return program;
}

const script = (inner: string): string =>
  [
    "#!/bin/sh",
    'inner="${0%/*}/' + inner + '"',
    '[ "$*" = --version ] || exec "$inner" "$@"',
    "exec env -i bwrap --unshare-all --die-with-parent --ro-bind / / --proc /proc --dev /dev \\",
    '  --tmpfs /run --setenv HOME /run --chdir /run "$inner" --version',
    "",
  ].join("\n");

/** Throws unless the sandbox has no network but its own loopback, and nothing of our environment. */
async function assertClosed(): Promise<void> {
  const sandbox = createBubblewrap();
  const folder = await realpath(await mkdtemp(join(tmpdir(), "yardmaster-closed-")));
  const name = basename(folder);
  const shown = join(folder, "shown");
  await mkdir(shown);
  const box = {
    name,
    writable: [shown],
    readable: [],
    workingFolder: shown,
    environment: { PATH: "/usr/bin:/bin" },
    bridges: [],
    limits: { memoryBytes: 2 ** 28, processes: 64, fileBytes: 2 ** 20 },
  };
  const look = "tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route; env -u PWD";
  try {
    const seen = await runBoxed(await sandbox.wrap(["sh", "-c", look], box, join(folder, "own")));
    const words = seen.stdout.split("\n").map((line) => line.trim());
    const more = words.filter((line) => !["", "lo", "PATH=/usr/bin:/bin"].includes(line));
    if (seen.code !== 0 || more.length > 0)
      throw new Error(`no real agent may run here, the sandbox is open: ${more.join("; ")}`);
  } finally {
    await sandbox.end(name);
    await rm(folder, { recursive: true, force: true });
  }
}
