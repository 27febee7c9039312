import assert from "node:assert/strict";
import { test } from "node:test";

import {
  faultOfLink,
  faultOfName,
  prepareProtection,
  shownPath,
} from "../../../../src/adapters/git/gates/paths.ts";
import { defaultRepositoryPolicy } from "../../../../src/core/policy.ts";

const isProtected = prepareProtection(defaultRepositoryPolicy.gates.protectedPaths);

test("protected paths are known in every spelling that some file system takes for them", () => {
  const paths = [
    ".github/workflows/ci.yml",
    ".GitHub/workflows/ci.yml",
    "packages/a/.github/x",
    "docs/CODEOWNERS",
    "codeowners",
    "CLAUDE.md",
    "claude.MD",
    "deep/down/AGENTS.md",
    ".gith\u200Bub/x",
    ".git\u00ADhub/x",
    ".github./x",
    ".github /x",
    ".\uFF47\uFF49\uFF54hub/x",
    ".hu\u017Fky/pre-commit",
  ];

  for (const path of paths) assert.ok(isProtected(path), JSON.stringify(path));
});

test("a file or link in the place of a protected folder is protected as well", () => {
  for (const path of [".github", ".claude", "a/.husky"]) assert.ok(isProtected(path), path);
});

test("what only resembles a protected path is not", () => {
  const paths = [
    "github/x",
    ".githubs/x",
    "CLAUDE.md.txt",
    "src/agents.ts",
    "...",
    "a/.../b",
    ".a",
  ];

  for (const path of paths) assert.ok(!isProtected(path), path);
});

test("patterns mean what they mean in .gitignore", () => {
  const own = prepareProtection(["/deploy/", "*.lock", "!docs/*.lock", "src/**/keys"]);

  assert.deepEqual(
    ["deploy/x", "a/deploy/x", "yarn.lock", "docs/a.lock", "src/a/b/keys"].map((path) => own(path)),
    [true, false, true, false, true],
  );
});

const links: readonly (readonly [string, string, string | null])[] = [
  ["link", "file.txt", null],
  ["a/link", "../b/file.txt", null],
  ["a/b/link", "../../c", null],
  ["link", ".", null],
  ["link", "/etc/passwd", "a link to an absolute path"],
  ["link", "\\\\host\\share", "a link to an absolute path"],
  ["link", "C:\\Windows", "a link to an absolute path"],
  ["link", "../x", "a link out of the repository"],
  ["a/link", "../../x", "a link out of the repository"],
  ["a/link", "..\\..\\x", "a link out of the repository"],
  ["a/link", "other/../../x", "a link that leads back through other folders"],
  ["link", ".git/config", "a link into .git"],
  ["a/link", "../.GIT/hooks", "a link into .git"],
  ["link", "GIT~1/config", "a link into .git"],
];

for (const [path, target, fault] of links) {
  test(`a link at ${path} to ${target} is ${fault ?? "in order"}`, () => {
    assert.equal(faultOfLink(path, target), fault);
  });
}

test("names with control, invisible or broken characters are told, and shown without them", () => {
  assert.equal(faultOfName("src/a.ts"), null);
  assert.equal(faultOfName("docs/größe 漢字.md"), null);
  assert.equal(faultOfName("a\u001B[31m"), "a name with control characters");
  assert.equal(faultOfName("a\nb"), "a name with control characters");
  assert.equal(faultOfName("a\u202Etxt.exe"), "a name with invisible characters");
  assert.equal(faultOfName("a\u200Bb"), "a name with invisible characters");
  assert.equal(faultOfName("a\uFFFDb"), "a name that is not UTF-8");
  assert.equal(shownPath("a\u001B[31m\u202Eb"), "a\\u{1b}[31m\\u{202e}b");
});
