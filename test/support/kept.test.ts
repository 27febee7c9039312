import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";

import { keptFrom } from "./kept.ts";

async function place(t: TestContext): Promise<{ readonly source: string; readonly under: string }> {
  const folder = await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, "source"), "one");
  return { source: join(folder, "source"), under: join(folder, "kept") };
}

test("what was kept is found again by everybody who has the same sources", async (t) => {
  const { source, under } = await place(t);

  keptFrom([pathToFileURL(source)], under).keep([["GET /a 200.cjs", "made"]]);
  const found = keptFrom([pathToFileURL(source)], under).find("GET /a 200.cjs");

  assert.equal(await readFile(found ?? "", "utf8"), "made");
  assert.equal(keptFrom([pathToFileURL(source)], under).find("GET /b 200.cjs"), undefined);
});

test("when a source has changed nothing made from it is found, nor kept by whoever loaded it before", async (t) => {
  const { source, under } = await place(t);
  const before = keptFrom([pathToFileURL(source)], under);
  before.keep([["thing", "made"]]);

  await writeFile(source, "two");
  before.keep([["late", "made of the first or of the second"]]);
  const after = keptFrom([pathToFileURL(source)], under);

  assert.deepEqual([after.find("thing"), after.find("late")], [undefined, undefined]);
  assert.deepEqual(await readdir(under), [before.find("thing")?.split("/").at(-2)]);
  assert.equal(before.find("late"), undefined);
});
