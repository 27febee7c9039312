/** One plan is applied by one call at a time. */
import assert from "node:assert/strict";
import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { whileLocked } from "../../src/cli/plan-lock.ts";
import { folderForTest } from "../support/postgres.ts";

const leak = { session: "leak", owner: "acme", name: "rocket" };

test("a plan that is being applied is refused, and another one is not", async (t) => {
  const folder = await folderForTest(t);

  await whileLocked(folder, leak, async () => {
    await assert.rejects(
      whileLocked(folder, { ...leak, owner: "Acme" }, () => Promise.resolve()),
      {
        message: `The plan leak is being applied to Acme/rocket by process ${process.pid}. Nothing was written; apply it again when that has ended.`,
      },
    );
    await whileLocked(folder, { ...leak, session: "paint" }, () => Promise.resolve());
  });

  await whileLocked(folder, leak, () => Promise.resolve());
});

test("it is free again when an apply breaks, and when its process was killed", async (t) => {
  const folder = await folderForTest(t);
  await assert.rejects(whileLocked(folder, leak, () => Promise.reject(new Error("no"))));
  await whileLocked(folder, leak, async () => {
    const [file = ""] = await readdir(join(folder, "plans"));
    for (const left of [JSON.stringify({ pid: process.pid, startTime: "before" }), ""]) {
      await writeFile(join(folder, "plans", file), left);
      await whileLocked(folder, leak, () => Promise.resolve());
    }
  });

  assert.deepEqual(await readdir(join(folder, "plans")), []);
});
