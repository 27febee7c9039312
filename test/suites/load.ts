/**
 * Puts files of tests into processes: a few for all of them, because a process pays anew for loading everything, and runs for
 * seconds before its code is optimised. One file alone still runs by itself: `node --test test/core/turn.test.ts`.
 */
import { existsSync, globSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";

/** Folders of tests with the suites that share them; a file belongs to the first folder that it is in. */
const places: readonly (readonly [string, readonly string[]])[] = [
  ["flows/", ["1-flows", "2-flows", "3-flows", "4-flows"]],
  ["adapters/git/", ["5-git"]],
  ["cli/", ["7-cli"]],
  ["simulator/", ["8-simulator"]],
  ["adapters/", ["6-adapters"]],
  ["", ["9-others"]],
];

/** Loads the files of the suite that is named like the calling module; none of their tests runs before all are loaded. */
export function loadSuite({ filename, dirname }: ImportMeta): void {
  const [suite, ending] = basename(filename).split(/(?=\.[jt]s$)/u) as [string, string];
  for (const name of places.flatMap(([, suites]) => suites)) {
    if (!existsSync(join(dirname, `${name}${ending}`))) throw new Error(`no suite ${name}`);
  }
  const tests = fileURLToPath(new URL("../", import.meta.url));
  const files = globSync(`**/*.test${ending}`, { cwd: tests });
  const loaded = Promise.all(
    suiteFiles(suite, longestFirst(tests, files)).map(
      (file) => import(pathToFileURL(join(tests, file)).href),
    ),
  );
  test(`the files of ${suite} can be loaded`, async () => {
    await loaded;
  });
}

/** What is long takes long, roughly; dealt in this order the suites of a folder take about the same time. */
function longestFirst(folder: string, files: readonly string[]): readonly string[] {
  const length = (file: string): number => statSync(join(folder, file)).size;
  return files.toSorted((one, other) => length(other) - length(one) || (one < other ? -1 : 1));
}

function suiteFiles(suite: string, files: readonly string[]): readonly string[] {
  return places.flatMap(([folder, suites]) =>
    files
      .filter((file) => places.find(([first]) => file.startsWith(first))?.[0] === folder)
      .filter((_, index) => suites[index % suites.length] === suite),
  );
}
