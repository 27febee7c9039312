/** A data folder with a database in it that no server runs on: making one takes a second, so that the tests of a process pass it on. */
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import type { TestContext } from "node:test";

import { openPostgres } from "../../../src/adapters/store/server.ts";
import { atEnd } from "../../support/cleanup.ts";
import { folderForTest } from "../../support/postgres.ts";

let home: string | null = null;
let isFree = false;

// Registered while the file is loaded: inside a test it would belong to that test.
after(async () => {
  if (home !== null) await rm(home, { recursive: true, force: true });
});

/** The folder under the given name; the next test has it when the servers of this one have stopped. */
export async function usedFolder(t: TestContext, name = "data"): Promise<string> {
  const folder = join(await folderForTest(t), name);
  home ??= await mkdtemp(join(tmpdir(), "yardmaster-test-"));
  const free = join(home, "free");
  if (isFree) {
    isFree = false;
    await rename(free, folder);
  } else {
    await (await openPostgres(folder)).stop();
  }
  atEnd(t, async () => {
    await rename(folder, free);
    isFree = true;
  });
  return folder;
}
