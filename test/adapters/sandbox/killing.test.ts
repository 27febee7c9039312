import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { test, type TestContext } from "node:test";
import type { BoxedCommand } from "../../../src/adapters/sandbox/box.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { commandPidOf, outermostOf } from "../../../src/adapters/sandbox/processes.ts";
import { atEnd } from "../../support/cleanup.ts";
import { boxIn, createPlace, noBoxes, shell } from "./boxes.ts";

/** Starts a daemon that has left every group and session, says so, and stays. */
const withDaemon = `perl -e '
    use POSIX; exit if fork; POSIX::setsid(); exit if fork;
    $0 = "$ARGV[0]-daemon"; $| = 1; print "daemon\\n"; sleep 600' "$1"
  exec sleep 600`;

type Started = {
  readonly name: string;
  /** The shell that a run's process is, in a session of its own. */
  readonly wrapper: ChildProcess;
  readonly pid: number;
  /** Settles when the box has no process any more: its output is held open by each of them. */
  readonly closed: Promise<unknown>;
  readonly alive: () => Promise<readonly string[]>;
};

async function start(t: TestContext, command?: readonly string[]): Promise<Started> {
  const place = await createPlace(t);
  const sandbox = createBubblewrap();
  const box = boxIn(place);
  const boxed = await sandbox.wrap(command ?? shell(withDaemon, box.name), box, place.folder);
  const wrapper = spawnWrapped(boxed);
  const closed = once(wrapper, "close");
  atEnd(t, () => sandbox.end(box.name));
  await once(wrapper.stdout ?? assert.fail(), "data");
  return {
    name: box.name,
    wrapper,
    pid: wrapper.pid ?? 0,
    closed,
    alive: () => processesOf(box.name),
  };
}

/** As the runner does it: a shell that waits, with files as its descriptors. */
function spawnWrapped({ argv, env, descriptors }: BoxedCommand): ChildProcess {
  const opened = descriptors.map((path) => openSync(path, "r"));
  const words = ["-c", '"$@" 2> /dev/null; echo "exit $?"', "run", ...argv];
  const child = spawn("/bin/sh", words, {
    env,
    detached: true,
    stdio: ["ignore", "pipe", "inherit", "ignore", ...opened],
  });
  for (const descriptor of opened) closeSync(descriptor);
  return child;
}

test(
  "killing bubblewrap ends everything in its box, a daemon too",
  { skip: noBoxes },
  async (t) => {
    const { name, closed, alive } = await start(t);
    const [outermost = 0, ...others] = await outermostOf(name);

    assert.deepEqual(others, []);
    assert.ok((await alive()).some((line) => line.startsWith(`${name}-daemon`)));
    process.kill(outermost, "SIGKILL");
    await closed;

    assert.deepEqual(await alive(), []);
  },
);

test(
  "killing the group of the run's process ends everything in its box",
  { skip: noBoxes },
  async (t) => {
    const { pid, closed, alive } = await start(t);

    process.kill(-pid, "SIGKILL");
    await closed;

    assert.deepEqual(await alive(), []);
  },
);

test("killing the run's process alone ends everything in its box", { skip: noBoxes }, async (t) => {
  const { wrapper, closed, alive } = await start(t);

  wrapper.kill("SIGKILL");
  await closed;

  assert.deepEqual(await alive(), []);
});

test(
  "a box is ended by its name alone, as after a restart, and may be ended again",
  { skip: noBoxes },
  async (t) => {
    const { name, closed, alive } = await start(t);
    const other = await start(t);
    const sandbox = createBubblewrap();

    await sandbox.end(name);
    await closed;
    await sandbox.end(name);

    assert.deepEqual(await alive(), []);
    assert.notDeepEqual(await other.alive(), []);
  },
);

test(
  "a process in a box that calls itself another box's bubblewrap is not taken for it",
  { skip: noBoxes },
  async (t) => {
    const script = `$| = 1; print "ready\\n"; sleep 600`;
    const forged = `exec -a bwrap perl -e '${script}' -- --hostname somebody-elses-box`;
    const { alive } = await start(t, ["/bin/bash", "-c", forged]);

    assert.deepEqual(await outermostOf("somebody-elses-box"), []);
    await createBubblewrap().end("somebody-elses-box");
    assert.notDeepEqual(await alive(), []);
  },
);

test("a box ends with its command, and a daemon with it", { skip: noBoxes }, async (t) => {
  const { closed, alive } = await start(
    t,
    shell(withDaemon.replace("exec sleep 600", "exit 3"), "left"),
  );

  await closed;

  assert.deepEqual(await alive(), []);
});

test(
  "the command itself can be asked to come to an end, and its answer is its exit code",
  { skip: noBoxes },
  async (t) => {
    const script = `$SIG{INT} = sub { exit 9 }; $| = 1; print "ready\\n"; sleep 600 while 1`;
    const { wrapper, pid, closed } = await start(t, ["perl", "-e", script]);
    let said = "";
    wrapper.stdout?.on("data", (text) => (said += String(text)));

    const command = await commandPidOf(pid);
    process.kill(command ?? assert.fail(), "SIGINT");
    await closed;

    assert.equal(said, "exit 9\n");
    assert.equal(await commandPidOf(pid), null);
  },
);

/** Arguments of the living processes that show a name. */
async function processesOf(name: string): Promise<readonly string[]> {
  const pids = (await readdir("/proc")).filter((one) => Number.isInteger(Number(one)));
  const lines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")),
  );
  return lines.filter((line) => line.includes(name));
}
