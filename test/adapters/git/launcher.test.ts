import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { watch } from "node:fs";
import type { FSWatcher } from "node:fs";
import { getPriority } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";

import { exitOfGit, spawnGit } from "../../../src/adapters/git/spawn-git.ts";
import { folderForTest } from "../../support/postgres.ts";
import { moduleFile } from "../../support/own-file.ts";

const version = { gitDir: "/nonexistent", cwd: "/", args: ["version"] };

/** Launchers that this process has started; other tests may have left a PostgreSQL beside them. */
async function launchers(): Promise<readonly number[]> {
  const text = await readFile(`/proc/self/task/${process.pid}/children`, "utf8");
  const found: number[] = [];
  for (const pid of text.split(" ").filter((word) => word !== "")) {
    const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");
    if (command.includes("launcher-program")) found.push(Number(pid));
  }
  return found;
}

test("git is started by one small process, whatever is asked at once", async () => {
  const exits = await Promise.all([1, 2, 3, 4].map(() => exitOfGit(version)));

  assert.deepEqual(
    exits.map(({ code, stdout }) => [code, stdout.toString("utf8").startsWith("git version")]),
    [1, 2, 3, 4].map(() => [0, true]),
  );
  assert.equal((await launchers()).length, 1);
});

test("what a launcher was asked for when it was killed is worth another try, and another launcher is started", async () => {
  await spawnGit(version);
  const [launcher = 0] = await launchers();

  // Stopped first, so that it cannot have answered before it is killed.
  process.kill(launcher, "SIGSTOP");
  const asked = spawnGit(version);
  process.kill(launcher, "SIGKILL");

  await assert.rejects(asked, { name: "GitFault", kind: "interrupted", retryable: true });
  const text = (await spawnGit(version)).toString("utf8");
  assert.match(text, /^git version/);
  const after = await launchers();
  assert.equal(after.includes(launcher), false);
});

test("a launcher's end is heard also where nothing else is left to wait for", async (t) => {
  const folder = await folderForTest(t);
  const program = await programIn(
    folder,
    `const small = launcher();
     process.kill(small, "SIGSTOP");
     const asked = spawnGit(call);
     process.kill(small, "SIGKILL");
     console.log(await asked.catch(({ kind }) => kind));`,
  );

  const { stdout } = await promisify(execFile)(process.execPath, [program]);

  assert.equal(stdout, "interrupted\n");
});

test("where no launcher can be started for want of descriptors, a later try starts one", async (t) => {
  const folder = await folderForTest(t);
  const program = await programIn(
    folder,
    `process.kill(launcher(), "SIGKILL");
     await spawnGit(call).catch(() => {});
     const files = [];
     try {
       for (;;) files.push(openSync("/dev/null", "r"));
     } catch {}
     const first = await spawnGit(call).catch(({ kind }) => kind);
     for (const file of files) closeSync(file);
     console.log(first, (await spawnGit(call)).toString("utf8").startsWith("git version"));`,
  );

  const command = 'ulimit -n 100 && exec "$0" "$1"';
  const asked = promisify(execFile)("sh", ["-c", command, process.execPath, program]);

  assert.equal((await asked).stdout, "interrupted true\n");
});

test("what the disk or the system refuses is told as such", async (t) => {
  const folder = await folderForTest(t);
  const output = join(folder, "none", "output");

  await assert.rejects(exitOfGit({ ...version, output }), { code: "ENOENT", syscall: "open" });
});

test("git that cannot be started slows down nothing else", async () => {
  await spawnGit(version);
  const children = await launchers();
  const before = children.map((pid) => getPriority(pid));

  const call = { ...version, cwd: "/nonexistent/folder", isBackground: true };
  await assert.rejects(exitOfGit(call), { name: "GitFault" });

  assert.deepEqual(
    children.map((pid) => getPriority(pid)),
    before,
  );
});

test("a launcher hears no signal that ends the service, and is gone when the service is", async (t) => {
  const folder = await folderForTest(t);
  const program = await programIn(
    folder,
    `process.kill(launcher(), "SIGTERM");
     process.kill(-launcher(), "SIGINT");
     await spawnGit(call);
     console.log(launcher());`,
  );

  const { stdout } = await promisify(execFile)(process.execPath, [program]);

  const launcher = Number(stdout);
  assert.ok(launcher > 1, stdout);
  // Its end closes the last reader of the pipe that it was asked through; nothing tells of that, so it is looked for.
  while (isThere(launcher)) await new Promise((resolve) => setImmediate(resolve));
});

test("a box ends with the service that had it started, so that the next one finds nobody in its folders", async (t) => {
  const folder = await folderForTest(t);
  const watcher = watch(folder);
  t.after(() => watcher.close());
  const begun = join(folder, "begun");
  const module = moduleFile(import.meta, "../../../src/adapters/git/launcher");
  const words = [
    "/bin/sh",
    "-c",
    'echo $$ > "$1.half"; mv "$1.half" "$1"; exec sleep 600',
    "sh",
    begun,
  ];
  const box = { argv: words, env: {}, descriptors: [], input: "", limitMs: 600_000 };
  const program = join(folder, "service.mjs");
  await writeFile(
    program,
    `import { launched } from ${JSON.stringify(module)};
     await launched(${JSON.stringify({ kind: "box", box })}, null);`,
  );

  const service = spawn(process.execPath, [program]);
  const sleeper = await numberIn(begun, watcher);
  assert.ok(sleeper > 1);
  service.kill("SIGKILL");

  while (isThere(sleeper)) await new Promise((resolve) => setImmediate(resolve));
});

test("a call that nobody waits for any more ends with all that it has started", async (t) => {
  const folder = await folderForTest(t);
  const ending = new AbortController();
  const watcher = watch(folder);
  t.after(() => watcher.close());
  const args = ["-c", "alias.wait=!echo $$ > half; mv half begun; exec sleep 600", "wait"];

  const asked = spawnGit({ gitDir: folder, cwd: folder, args }, ending.signal);
  const sleeper = await numberIn(join(folder, "begun"), watcher);
  ending.abort();

  await assert.rejects(asked, { name: "GitFault", kind: "interrupted" });
  assert.ok(sleeper > 1);
  while (isThere(sleeper)) await new Promise((resolve) => setImmediate(resolve));
});

/** A program of its own that has a launcher already, and goes on so. */
async function programIn(folder: string, rest: string): Promise<string> {
  const module = moduleFile(import.meta, "../../../src/adapters/git/spawn-git");
  const program = join(folder, "service.mjs");
  await writeFile(
    program,
    `import { closeSync, openSync, readFileSync } from "node:fs";
     import { spawnGit } from ${JSON.stringify(module)};
     const call = ${JSON.stringify(version)};
     const launcher = () => Number(
       readFileSync(\`/proc/\${process.pid}/task/\${process.pid}/children\`, "utf8").trim(),
     );
     await spawnGit(call);
     ${rest}`,
  );
  return program;
}

/** The number in a file, as soon as that is there. */
async function numberIn(path: string, folder: FSWatcher): Promise<number> {
  for (;;) {
    const changed = once(folder, "change");
    const text = await readFile(path, "utf8").catch(() => null);
    if (text !== null) return Number(text);
    await changed;
  }
}

function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
