/** Work on a pull request that others have opened, whose branch may be in a fork. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { pullNumber, sha } from "../../../src/core/ids.ts";
import { commitFiles } from "../../../src/simulator/git/repository.ts";
import { MONA } from "../../simulator/git-server.ts";
import { commitAll, importOf, openBench, openWorktree, orderFor, runGit, write } from "./bench.ts";

test("its head is found where GitHub keeps it, and only what the Worker adds is judged", async () => {
  await using bench = await openBench();
  const { gitDir } = bench.server;
  const theirs = { CODEOWNERS: "* @rita\n", "theirs.txt": "1\n" };
  const head = await commitFiles(
    gitDir,
    "refs/pull/12/head",
    await runGit(gitDir, "rev-parse", "main"),
    [{ message: "theirs", author: MONA, committer: MONA, files: theirs }],
  );
  const from = sha(head!);
  const order = orderFor(12, { from, pull: pullNumber(12), branch: "main" });

  const { folder, base } = await openWorktree(bench, order);
  await write(folder, { "ours.txt": "1\n" });
  await commitAll(folder, "fix: mend it (#12)");
  const added = await bench.git.importWork({ ...importOf(order, base), judged: "added" });
  const all = await bench.git.importWork(importOf(order, base));

  assert.equal(base, from);
  assert.ok(added.kind === "commits" && all.kind === "commits");
  assert.deepEqual([added.files, added.findings], [["ours.txt"], []]);
  assert.deepEqual(all.files, ["CODEOWNERS", "ours.txt", "theirs.txt"]);
  assert.deepEqual(
    all.findings.map(({ kind, where }) => [kind, where]),
    [["protected-path", "CODEOWNERS"]],
  );
});

test("a head that is no longer the pull request's is not found", async () => {
  await using bench = await openBench();
  const { gitDir } = bench.server;
  await runGit(gitDir, "update-ref", "refs/pull/12/head", "main");

  const order = orderFor(12, { from: sha("1".repeat(40)), pull: pullNumber(12) });

  await assert.rejects(bench.git.createWorktree(order), { name: "GitFault", kind: "not-found" });
});
