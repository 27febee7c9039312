/** Boxes for tests, in folders that are gone afterwards. */
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Box } from "../../../src/adapters/sandbox/box.ts";
import { createBubblewrap } from "../../../src/adapters/sandbox/bubblewrap.ts";
import { runBoxed, type BoxedEnd } from "../../../src/adapters/sandbox/start.ts";
import { atEnd } from "../../support/cleanup.ts";

const tried = await createBubblewrap().preflight();

/** Why boxes cannot be tested on this machine; false when they can. */
export const noBoxes: string | false = tried.ok ? false : tried.why;

/** A place for one test: `shown` is the box's own folder, everything beside it is not. */
export type Place = { readonly root: string; readonly shown: string; readonly folder: string };

export async function createPlace(t: TestContext): Promise<Place> {
  const root = await realpath(await mkdtemp(join(tmpdir(), "yardmaster-box-test-")));
  atEnd(t, () => rm(root, { recursive: true, force: true }));
  const place = { root, shown: join(root, "shown"), folder: join(root, "run") };
  await mkdir(place.shown);
  return place;
}

let count = 0;

/** A box that can do little; no two have the same name. */
export function boxIn({ shown }: Place, parts: Partial<Box> = {}): Box {
  count += 1;
  return {
    name: `yardmaster-test-${process.pid}-${count}`,
    writable: [shown],
    readable: [],
    workingFolder: shown,
    environment: { PATH: "/usr/bin:/bin", HOME: shown },
    bridges: [],
    limits: { memoryBytes: 2 ** 30, processes: 64, fileBytes: 2 ** 20 },
    ...parts,
  };
}

/** Runs a command in a box to its end. */
export async function runIn(
  place: Place,
  command: readonly string[],
  parts: Partial<Box> = {},
): Promise<BoxedEnd> {
  const sandbox = createBubblewrap();
  const box = boxIn(place, parts);
  try {
    return await runBoxed(await sandbox.wrap(command, box, place.folder));
  } finally {
    await sandbox.end(box.name);
  }
}

/** Runs a script of the shell; `words` are its `$1`, `$2`, … */
export const shell = (script: string, ...words: readonly string[]): readonly string[] => [
  "/bin/sh",
  "-c",
  script,
  "test",
  ...words,
];
