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
model: opus
attempts:
  max: 2
  research: 1
pulls:
  rebase: false
  fix: false
  attempts: 5
limits: { wall_clock_minutes: 15, silence_minutes: 5, turns: 40, output_megabytes: 2 }
budget: { run_usd: 1.5, issue_usd: 4, day_usd: 20 }
protected_paths: [migrations/, "!.husky/", "*.lock"]
env: [DEMO_USER, CI, CI]
registries: [registry.npmjs.org]
brief: { comments: everyone }
branch_prefix: bots/yard-
review: { auto: true }
merge: { auto: true, method: merge }
`;

  assert.deepEqual(readRepositoryFile(text), {
    isEnabled: false,
    faults: [],
    board: { mode: "user", owner: "mona", number: 4 },
    agent: "claude",
    maxAttempts: 2,
    researchCycles: 1,
    pulls: { rebase: false, fix: false, revise: true, attempts: 5 },
    limits: { wallClockMs: 900_000, silenceMs: 300_000, turns: 40, outputBytes: 2_000_000 },
    budget: { run: 1.5, issue: 4, repositoryDay: 20, day: null },
    gates: {
      ...defaultRepositoryPolicy.gates,
      protectedPaths: [
        ...defaultRepositoryPolicy.gates.protectedPaths.filter((path) => path !== ".husky/"),
        "migrations/",
        "*.lock",
      ],
    },
    variables: ["DEMO_USER", "CI"],
    registries: ["registry.npmjs.org"],
    model: "opus",
    briefComments: "everyone",
    branchPrefix: "bots/yard-",
    review: { isAutomatic: true },
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

test("what a repository may not ask for is a fault at its place", () => {
  const text = `limits: { turns: 0 }
budget: { run_usd: -1 }
protected_paths:
  - "!src/"
  - " a"
env:
  - GITHUB_TOKEN
  - lower
  - STRIPE_API_KEY
  - YARDMASTER_PORT_BASE
registries: ["https://x.org", localhost, 10.0.0.1, "*.org", x.org/a]
brief: { comments: all }
attempts: { wall_clock_minutes: 5 }
`;

  assert.deepEqual(readRepositoryFile(text).faults, [
    "13:33: attempts.wall_clock_minutes: there is no such key",
    "1:18: limits.turns: Too small: expected number to be >=1",
    "2:20: budget.run_usd: Too small: expected number to be >=0",
    "5:5: protected_paths.1: must be a pattern as in .gitignore, without blanks around it",
    "7:5: env.0: is a name that workers are never given from here",
    "8:5: env.1: must be the name of a variable: capital letters, digits and underscores",
    "9:5: env.2: is a name that workers are never given from here",
    "10:5: env.3: is a name that workers are never given from here",
    ...["11:14", "11:31", "11:42", "11:52", "11:61"].map(
      (place, index) =>
        `${place}: registries.${index}: must be the name of a host, for example registry.npmjs.org`,
    ),
    '12:20: brief.comments: Invalid option: expected one of "writers"|"everyone"|"none"',
  ]);
});

test("only what is protected by default can be taken away", () => {
  assert.deepEqual(readRepositoryFile('protected_paths: ["!src/"]').faults, [
    "1:19: protected_paths.0: takes away nothing: only a path that is protected by default can be named",
  ]);
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
