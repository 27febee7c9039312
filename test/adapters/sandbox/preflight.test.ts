import assert from "node:assert/strict";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { cureOf, type Symptoms } from "../../../src/adapters/sandbox/cure.ts";
import { createPlace, noBoxes, runIn } from "./boxes.ts";

test(
  "a machine that can make boxes says so, and nothing is left of the try",
  { skip: noBoxes },
  async (t) => {
    // Other files of the run try the same at the same time, elsewhere.
    const own = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
    t.after(() => rm(own, { recursive: true, force: true }));
    const before = process.env["TMPDIR"];
    process.env["TMPDIR"] = own;
    t.after(() => {
      if (before === undefined) delete process.env["TMPDIR"];
      else process.env["TMPDIR"] = before;
    });

    assert.deepEqual(await createBubblewrap().preflight(), { ok: true });

    assert.deepEqual(await readdir(own), []);
  },
);

test("a program that is not there, or is none, is a reason and no crash", async () => {
  const gone = await createBubblewrap({ program: "/nowhere/bwrap" }).preflight();
  const other = await createBubblewrap({ program: "/bin/false" }).preflight();

  assert.ok(!gone.ok && gone.why.startsWith("a sandbox cannot be started: "));
  assert.deepEqual(other, {
    ok: false,
    why: "a sandbox cannot be started: bubblewrap failed without a word",
  });
});

const none = { cloneSwitch: null, appArmorSwitch: null, mostNamespaces: "95000" };

const cures: readonly (readonly [Symptoms, RegExp])[] = [
  [
    { ...none, said: "bwrap: No permissions to create new namespace", cloneSwitch: "0" },
    /sysctl kernel\.unprivileged_userns_clone=1 \(bwrap: No permissions/,
  ],
  [
    { ...none, said: "bwrap: setting up uid map: Permission denied", appArmorSwitch: "1" },
    /AppArmor .*kernel\.apparmor_restrict_unprivileged_userns=0/,
  ],
  [
    {
      ...none,
      said: "bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)",
      mostNamespaces: "0",
    },
    /sysctl user\.max_user_namespaces=15000/,
  ],
  [
    { ...none, said: "bwrap: Can't mount proc on /newroot/proc: Operation not permitted" },
    /inside a container it needs .*systempaths=unconfined/,
  ],
  [{ ...none, said: "bwrap: Unknown option --disable-userns\n" }, /0\.8\.0 or newer/],
  [
    { ...none, said: "bwrap: something else\n" },
    /^a sandbox cannot be started: bwrap: something else$/,
  ],
];

test("the reason says how to cure it", () => {
  for (const [symptoms, expected] of cures) assert.match(cureOf(symptoms), expected);
});

test(
  "inside of a box there is no second box, and the reason names the cure",
  { skip: noBoxes },
  async (t) => {
    const place = await createPlace(t);

    const { code, stderr } = await runIn(place, [
      "bwrap",
      "--unshare-user",
      "--ro-bind",
      "/",
      "/",
      "true",
    ]);

    assert.notEqual(code, 0);
    assert.match(cureOf({ ...none, said: stderr }), /inside a container it needs/);
  },
);
