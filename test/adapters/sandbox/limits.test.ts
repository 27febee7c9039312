import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import {
  enterGroups,
  findGroups,
  leaveGroups,
} from "../../../src/adapters/sandbox/control-groups.ts";
import { boxUsage, excessOf, outermostOf } from "../../../src/adapters/sandbox/processes.ts";
import { startBoxed } from "../../../src/adapters/sandbox/start.ts";
import { atEnd } from "../../support/cleanup.ts";
import { boxIn, createPlace, noBoxes, runIn, shell } from "./boxes.ts";

const held = noBoxes === false ? await createBubblewrap().heldLimits() : null;

const noCount =
  noBoxes ||
  (held?.processes === false && "no control group counts processes for the superuser here");

const limits = { memoryBytes: 2 ** 28, processes: 40, fileBytes: 2 ** 20 };

/** Tries to become many, and says how many it became. */
const bomb = `perl -e '
  for (1 .. 500) { my $pid = fork; last unless defined $pid; if (!$pid) { sleep 600 } $born++ }
  print $born'`;

test(
  "a fork bomb ends at the limit of its box and leaves the machine alone",
  { skip: noCount },
  async (t) => {
    const place = await createPlace(t);

    const { code, stdout } = await runIn(place, shell(bomb), { limits });

    assert.equal(code, 0);
    assert.ok(Number(stdout) > 20 && Number(stdout) < 40, stdout);
  },
);

test("one box's processes are not counted as another's", { skip: noCount }, async (t) => {
  const places = await Promise.all([createPlace(t), createPlace(t)]);

  const ends = await Promise.all(places.map((place) => runIn(place, shell(bomb), { limits })));

  assert.ok(
    ends.every(({ stdout }) => Number(stdout) > 20),
    ends.map(({ stdout }) => stdout).join(),
  );
});

test("a file grows to its limit and no further", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);

  const { code } = await runIn(place, ["dd", "if=/dev/zero", "of=big", "bs=64k", "count=100"], {
    limits,
  });

  assert.equal(code, 128 + 25);
  assert.equal((await stat(join(place.shown, "big"))).size, limits.fileBytes);
});

test("its folders in memory are full at a share of its memory", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);
  const script = `for i in $(seq 1 300); do head -c 1048576 /dev/zero > "/tmp/$i" 2> /dev/null || break; done; ls /tmp | wc -l`;

  const { stdout } = await runIn(place, shell(script), { limits });

  assert.ok(Number(stdout) <= 130, stdout);
});

test("a limit cannot be raised from inside", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);

  const { stdout } = await runIn(
    place,
    shell("prlimit --pid $$ --fsize=unlimited && echo raised; exit 0"),
    { limits },
  );

  assert.equal(stdout, "");
});

test(
  "a program that takes all memory is seen from outside, and gone when its box is ended",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);
    const sandbox = createBubblewrap();
    const box = boxIn(place, { limits });
    // Four of them, each below the limit.
    const hog = `for i in 1 2 3 4; do perl -e '$a = "x" x 1e8; sleep 600' & done; wait`;
    const child = startBoxed(await sandbox.wrap(shell(hog), box, place.folder), [
      "ignore",
      "ignore",
      "ignore",
    ]);
    const closed = once(child, "close");
    atEnd(t, () => sandbox.end(box.name));

    const excess = await firstExcess(child.pid ?? 0);
    await sandbox.end(box.name);
    await closed;

    assert.equal(excess, "memory");
    assert.deepEqual(await outermostOf(box.name), []);
    assert.deepEqual(await boxUsage(child.pid ?? 0), { processes: 0, memoryBytes: 0 });
  },
);

async function firstExcess(root: number): Promise<string> {
  const giveUpAt = performance.now() + 20_000;
  while (performance.now() < giveUpAt) {
    const excess = await excessOf(root, limits);
    if (excess !== null) return excess;
    await setTimeout(20);
  }
  return "none";
}

test("a box leaves no control group behind", { skip: noBoxes }, async (t) => {
  const place = await createPlace(t);
  const groups = await findGroups();
  const parents = [groups.memory, groups.processes].filter((one) => one !== null);

  await runIn(place, ["true"]);

  for (const parent of parents) {
    const left = (await readdir(parent)).filter((name) =>
      name.startsWith(`yardmaster-test-${process.pid}-`),
    );
    assert.deepEqual(left, []);
  }
});

test("both limits are set where a group was delegated to us, and ours moves beside the boxes", async (t) => {
  const mount = await createTree(t, {
    "cgroup.controllers": "cpu memory pids\n",
    "cgroup.procs": `${process.pid}\n`,
  });
  const own = await ownGroups(t, "0::/service\n");

  const groups = await findGroups(mount, own);
  const files = await enterGroups(groups, "box", limits);

  const parent = join(mount, "service");
  assert.deepEqual(groups, { memory: parent, processes: parent });
  assert.equal(
    await readFile(join(parent, "yardmaster", "cgroup.procs"), "utf8"),
    `${process.pid}`,
  );
  assert.equal(await readFile(join(parent, "cgroup.subtree_control"), "utf8"), "+memory +pids");
  assert.equal(await readFile(join(parent, "box", "memory.max"), "utf8"), `${limits.memoryBytes}`);
  assert.equal(await readFile(join(parent, "box", "pids.max"), "utf8"), `${limits.processes}`);
  assert.deepEqual(files, [join(parent, "box", "cgroup.procs")]);
});

test("a group with somebody else's processes is not ours, and its limits are not claimed", async (t) => {
  const mount = await createTree(t, {
    "cgroup.controllers": "memory pids\n",
    "cgroup.procs": `${process.pid}\n1\n`,
  });

  assert.deepEqual(await findGroups(mount, await ownGroups(t, "0::/service\n")), {
    memory: null,
    processes: null,
  });
  assert.ok(!existsSync(join(mount, "service", "yardmaster")));
});

test("a group without the controllers is of no use", async (t) => {
  const mount = await createTree(t, {
    "cgroup.controllers": "hugetlb\n",
    "cgroup.procs": `${process.pid}\n`,
  });

  assert.deepEqual(await findGroups(mount, await ownGroups(t, "0::/service\n")), {
    memory: null,
    processes: null,
  });
});

test("ending a box whose group is gone is no failure", async (t) => {
  const mount = await createTree(t, {});

  await leaveGroups({ memory: join(mount, "service"), processes: null }, "box");
});

async function createTree(
  t: TestContext,
  files: Readonly<Record<string, string>>,
): Promise<string> {
  const mount = await mkdtemp(join(tmpdir(), "yardmaster-groups-"));
  atEnd(t, () => rm(mount, { recursive: true, force: true }));
  await mkdir(join(mount, "service"));
  for (const [name, text] of Object.entries(files))
    await writeFile(join(mount, "service", name), text);
  return mount;
}

async function ownGroups(t: TestContext, text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-groups-"));
  atEnd(t, () => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "cgroup"), text);
  return join(folder, "cgroup");
}
