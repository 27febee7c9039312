/** The page that says what became of the seed systems: it names no test and no file that is not there, and leaves nothing out. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { projectFolder } from "../support/own-file.ts";

const page = read("docs/seed-coverage.md");
const numbered = (letter: string, last: number): readonly string[] =>
  Array.from({ length: last }, (_, index) => `${letter}${index + 1}`);
const ids = [
  ...numbered("F", 21),
  ...numbered("P", 16),
  ...numbered("W", 27),
  ...numbered("D", 38),
  ...numbered("X", 20),
];

type Row = {
  readonly id: string;
  readonly state: string;
  readonly how: string;
  readonly tests: readonly Named[];
};
type Named = { readonly file: string; readonly name: string };

const rows = page.split("\n").flatMap(rowOf);

test("each row of the seed systems has one line", () => {
  assert.deepEqual(
    rows.map(({ id }) => id),
    ids,
  );
});

test("each line says how far it is, and whatever works names a test", () => {
  for (const { id, state, how, tests } of rows) {
    assert.ok(["there", "instead", "partly", "not yet"].includes(state), `${id}: ${state}`);
    assert.equal(tests.length > 0, state !== "not yet", `${id} names ${tests.length} tests`);
    assert.equal(how.includes("not yet"), state === "partly", `${id} is ${state}`);
  }
});

test("each test that is named is there", () => {
  const missing = rows
    .flatMap(({ tests }) => tests)
    .filter(({ file, name }) => !hasTest(file, name))
    .map(({ file, name }) => `${file}: ${name}`);

  assert.deepEqual(missing, []);
});

test("each file that is named is there", () => {
  const files = [...page.matchAll(/`((?:src|test|docs)\/[^`]+)`/g)].map(([, file = ""]) => file);

  assert.ok(files.length >= rows.length);
  assert.deepEqual(
    files.filter((file) => !existsSync(join(projectFolder, file))),
    [],
  );
});

function rowOf(line: string): readonly Row[] {
  const [, first = "", state = "", how = "", shown = "", ...rest] = line.split("|");
  const [id = ""] = first.trim().split(" ");
  if (!/^[A-Z][0-9]+$/.test(id)) return [];
  assert.deepEqual(rest, [""], `${id} has other columns than its heading`);
  const tests = shown
    .split("; `")
    .map((named) => named.trim())
    .filter((named) => named !== "")
    .map((named) => namedIn(id, named));
  return [{ id, state: state.trim(), how, tests }];
}

/** A file in code marks, then the title in quotes, and nothing else. */
function namedIn(id: string, text: string): Named {
  const [, file, name] = /^`?(test\/[^` ]+\.test\.ts)` "(.+)"$/.exec(text) ?? [];
  assert.ok(file !== undefined && name !== undefined, `${id} names no test by ${text}`);
  return { file, name };
}

/** As a title, and not as words of a comment. */
function hasTest(file: string, name: string): boolean {
  if (!existsSync(join(projectFolder, file))) return false;
  const source = read(file);
  return [`"${name}"`, `\`${name}\``].some((title) =>
    source
      .split(title)
      .slice(0, -1)
      .some((before) => /\b(?:test|describe)\(\s*$/.test(before)),
  );
}

function read(path: string): string {
  return readFileSync(join(projectFolder, path), "utf8");
}
