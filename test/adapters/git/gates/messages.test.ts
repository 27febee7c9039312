import assert from "node:assert/strict";
import { test } from "node:test";

import { commitAll, importOf, openBench, openWorktree, orderFor, runGit, write } from "../bench.ts";

const order = orderFor(3);

/** What the gates say of a commit with this message, and that it is said of that commit. */
async function findingsFor(message: string): Promise<readonly string[]> {
  await using bench = await openBench();
  const { folder, base } = await openWorktree(bench, order);
  await runGit(folder, "commit", "--allow-empty", "--cleanup=verbatim", "-qm", message);
  const commit = await runGit(folder, "rev-parse", "HEAD");
  // What is covered by another commit is published too.
  await write(folder, { "a.txt": "a" });
  await commitAll(folder, "feat: add a");
  const work = await bench.git.importWork(importOf(order, base));
  if (work.kind !== "commits") throw new Error(JSON.stringify(work));
  for (const { where, isFinal } of work.findings)
    assert.deepEqual([where, isFinal], [commit, false]);
  return work.findings.map(({ what }) => what);
}

const ordinary =
  "fix: Close the door (#3)\n\nFixes #3, closes gh-3. See #4; prefix #5, the fix for #6 resolved it.\n[skip cii]\n";

test("messages of people who do their work are nothing to be looked at", async () => {
  assert.deepEqual(await findingsFor(ordinary), []);
});

test("a message that closes other issues is held, however it names them", async () => {
  const message =
    "feat: a\n\nCloses #99, FIXES: gh-7\nresolved octo/demo#3 fix\n https://github.com/octo/demo/issues/8";

  assert.deepEqual(await findingsFor(message), [
    "a message that closes #99",
    "a message that closes gh-7",
    "a message that closes octo/demo#3",
    "a message that closes https://github.com/octo/demo/issues/8",
  ]);
});

for (const words of ["feat: a [Skip CI]", "feat: a\n\n\nskip-checks: true\n"]) {
  test(`a message that has checks skipped is held: ${JSON.stringify(words)}`, async () => {
    assert.deepEqual(await findingsFor(words), ["a message that has checks skipped"]);
  });
}

test("a message that is too long to be judged is held", async () => {
  assert.deepEqual(await findingsFor(`feat: a\n\n${"a ".repeat(40_000)}Closes #99`), [
    "a message that is too long to be judged",
  ]);
});
