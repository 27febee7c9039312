import assert from "node:assert/strict";
import { test } from "node:test";
import { readRepositoryFile } from "../../../src/adapters/github/repository-file.ts";
import { defaultRepositoryPolicy } from "../../../src/core/policy.ts";

test("without a file, or with an empty one, the defaults hold", () => {
  assert.deepEqual(readRepositoryFile(null), defaultRepositoryPolicy);
  assert.deepEqual(readRepositoryFile(""), defaultRepositoryPolicy);
  assert.deepEqual(readRepositoryFile("# nothing yet\n"), defaultRepositoryPolicy);
});

test("every key has its effect", () => {
  const text = `
enabled: false
board: { mode: user, project: 4, owner: mona }
agent: claude
attempts:
  max: 2
  wall_clock_minutes: 15
branch_prefix: bots/yard-
merge: { auto: true, method: merge }
`;

  assert.deepEqual(readRepositoryFile(text), {
    isEnabled: false,
    faults: [],
    board: { mode: "user", owner: "mona", number: 4 },
    agent: "claude",
    maxAttempts: 2,
    wallClockMs: 900_000,
    branchPrefix: "bots/yard-",
    merge: { isAutomatic: true, method: "merge" },
  });
});

test("a board can be named by its number alone, or be none", () => {
  assert.deepEqual(readRepositoryFile("board:\n  project: 3").board, {
    mode: "organization",
    number: 3,
  });
  assert.deepEqual(readRepositoryFile("board: { mode: labels }").board, { mode: "labels" });
});

test("every fault is reported at once, with its place, and nothing of the file holds", () => {
  const text = `enabled: yes please
board:
  mode: user
  owner: mona
attempts:
  max: 0
  tries: 3
branch_prefix: ../up
merge:
  method: rebase
colour: red
`;

  assert.deepEqual(readRepositoryFile(text), {
    ...defaultRepositoryPolicy,
    isEnabled: false,
    faults: [
      "1:10: enabled: Invalid input: expected boolean, received string",
      "3:3: board.project: a user's board needs its number",
      "6:8: attempts.max: Too small: expected number to be >=1",
      "7:10: attempts.tries: there is no such key",
      "8:16: branch_prefix: must begin with a letter or digit and have only letters, digits, dots, hyphens, underscores and slashes",
      "8:16: branch_prefix: must be the beginning of a valid branch name",
      '10:11: merge.method: Invalid option: expected one of "squash"|"merge"',
      "11:9: colour: there is no such key",
    ],
  });
});

const unreadable: readonly (readonly [what: string, text: string, place: RegExp])[] = [
  ["is not YAML", "enabled: [", /^1:/u],
  ["names a key twice", "enabled: true\nenabled: false", /^2:1: /u],
  ["is a list", "- enabled", /^1:1: Invalid input: expected object/u],
  ["is a bomb of aliases", bomb(), /^1:1: /u],
];

for (const [what, text, place] of unreadable) {
  test(`a file that ${what} is faulty`, () => {
    const policy = readRepositoryFile(text);

    assert.equal(policy.isEnabled, false);
    assert.match(policy.faults[0] ?? "", place);
  });
}

function bomb(): string {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x]"];
  for (const name of ["b", "c", "d", "e", "f", "g", "h"]) {
    const last = String.fromCharCode(name.charCodeAt(0) - 1);
    lines.push(`${name}: &${name} [${Array(9).fill(`*${last}`).join(", ")}]`);
  }
  return lines.join("\n");
}
