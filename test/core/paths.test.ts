import assert from "node:assert/strict";
import { test } from "node:test";
import { asPatterns, sharedPath } from "../../src/core/paths.ts";

const pairs: readonly (readonly [one: string, other: string, isShared: boolean])[] = [
  ["src/x", "src/x", true],
  ["src/x/", "/src/x", true],
  ["src/x", "src/x/deep/file.ts", true],
  ["src/x", "src/xy", false],
  ["src/x", "src/y", false],
  ["src/x/**", "src/x/file.ts", true],
  ["src/x/**", "src/x", true],
  ["src/x/**", "src/xy", false],
  ["src/x/**", "src/x/y/*.ts", true],
  ["src/x/**", "src/y/**", false],
  ["src/x*", "src/xy/file.ts", true],
  ["src/?", "src/x", true],
  ["src/[ab]", "lib/a", false],
  ["**/a.ts", "lib/b.ts", true],
  ["*.md", "src/a.ts", true],
  ["README.md", "docs/README.md", true],
  ["README.md", "docs/guide.md", false],
  ["/README.md", "docs/README.md", false],
  ["docs", "docs", true],
  ["docs/", "docs/a.md", true],
  ["docs", "README.md", false],
  ["README.md", "docs/**", true],
];

test("patterns share a path when they may mean the same file, whichever comes first", () => {
  for (const [one, other, isShared] of pairs) {
    const expected = isShared ? [one, other] : [null, null];
    const told = [sharedPath([one], [other]), sharedPath([other], [one])];
    assert.deepEqual(told, expected, `${one} and ${other}`);
  }
});

test("the first shared one of several is told", () => {
  assert.equal(sharedPath(["a/a", "b/b", "c/c"], ["x/x", "c/c", "b/b"]), "b/b");
  assert.equal(sharedPath([], ["a"]), null);
});

test("a file is no pattern, whatever its name", () => {
  assert.equal(sharedPath(["/src/a.ts"], asPatterns(["lib/src/a.ts"])), null);
  assert.equal(sharedPath(["src"], asPatterns(["src/[id].ts"])), "src");
  assert.equal(sharedPath(["lib/**"], asPatterns(["src/*.ts"])), null);
});
