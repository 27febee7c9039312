/** Names: from any text that people type to something safe. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, test } from "node:test";
import fc from "fast-check";
import { branchOf, slug } from "../../src/core/branch.ts";
import { issueNumber } from "../../src/core/ids.ts";
import { defaultRepositoryPolicy } from "../../src/core/policy.ts";
import { runs } from "../support/fuzz.ts";

const name = (number: number, title: string, branchTry = 1): string =>
  branchOf(
    { policy: defaultRepositoryPolicy, branchTry, pushed: null, integration: null },
    { number: issueNumber(number), title },
  );

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 80 }),
  fc.string({ unit: "grapheme", maxLength: 80 }),
  fc.string({ unit: fc.constantFrom("a", "-", " ", ".", "/", "é", "\n"), maxLength: 80 }),
);

const titles: readonly (readonly [string, string])[] = [
  ["Add a page", "add-a-page"],
  ["", "task"],
  ["🚀🚀", "task"],
  ["修复登录", "task"],
  ["修复 login 页面", "login"],
  ["--upload-pack=touch /tmp/x", "upload-pack-touch-tmp-x"],
  ["../../etc/passwd", "etc-passwd"],
  ["HEAD.lock", "head-lock"],
  ["@{-1}", "1"],
  ["a\u0000b", "a-b"],
  ["Résumé", "r-sum"],
  ["\ud800", "task"],
  [`${"a".repeat(39)} b`, "a".repeat(39)],
  ["a".repeat(65_536), "a".repeat(40)],
];

describe("a title becomes a slug", () => {
  for (const [title, expected] of titles) {
    test(JSON.stringify(title.slice(0, 40)), () => {
      assert.equal(slug(title), expected);
    });
  }

  test("of at most 40 plain characters, whatever the title", () => {
    fc.assert(
      fc.property(anyText, (title) => {
        const made = slug(title);
        assert.match(made, /^[a-z0-9]+(-[a-z0-9]+)*$/);
        assert.ok(made.length <= 40);
      }),
      runs(3000),
    );
  });
});

test("two issues never share a branch, whatever their titles and tries", () => {
  const some = fc.tuple(fc.integer({ min: 1, max: 300 }), anyText, fc.integer({ min: 1, max: 9 }));
  fc.assert(
    fc.property(some, some, ([one, title, tries], [other, otherTitle, otherTries]) => {
      fc.pre(one !== other);
      assert.notEqual(name(one, title, tries), name(other, otherTitle, otherTries));
    }),
    runs(2000),
  );
});

test("the names of one issue differ from try to try", () => {
  const names = [1, 2, 3].map((nth) => name(7, "Add a page", nth));

  assert.deepEqual(names, [
    "feature/7-add-a-page",
    "feature/7-add-a-page-2",
    "feature/7-add-a-page-3",
  ]);
});

test("git takes every such name for a branch", () => {
  const sample = [...titles.map(([title]) => title), ...fc.sample(anyText, 40)];
  for (const [index, title] of sample.entries()) {
    const branch = name(index + 1, title, 1 + (index % 3));
    const { status, stdout } = spawnSync("git", ["check-ref-format", "--branch", branch], {
      encoding: "utf8",
    });
    assert.equal(status, 0, branch);
    assert.equal(stdout.trim(), branch);
  }
});
