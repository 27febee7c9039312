import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";

import { diffFiles } from "../../src/simulator/git/diff.ts";
import {
  entryAt,
  listCommits,
  listTree,
  readCommit,
  readText,
} from "../../src/simulator/git/history.ts";
import {
  distance,
  isAncestor,
  mergeability,
  mergeBase,
  mergeCommit,
  squashCommit,
} from "../../src/simulator/git/merge.ts";
import { listRefs } from "../../src/simulator/git/refs.ts";
import {
  BadPath,
  commitFiles,
  copyRepository,
  createRef,
  createRepository,
  isMovedRef,
  isRefName,
  resolveCommit,
  updateRef,
} from "../../src/simulator/git/repository.ts";
import type { Changes, Draft } from "../../src/simulator/git/repository.ts";
import { GitRefusal } from "../../src/simulator/git/run-git.ts";
import { MONA } from "./git-server.ts";

const README = "# Demo\n";
const CODE = "1\n2\n3\n4\n5\n6\n7\n8\n9\n";

function draft(message: string, files: Changes): Draft {
  return { message, author: MONA, committer: MONA, files };
}

async function seeded(t: TestContext): Promise<{ gitDir: string; main: string }> {
  const folder = await mkdtemp(join(tmpdir(), "simulator-repository-"));
  t.after(async () => await rm(folder, { recursive: true, force: true }));
  const gitDir = join(folder, "1.git");
  const main = await createRepository(gitDir, "main", [
    draft("begin\n\nwith a body", { "README.md": README, "src/code.txt": CODE }),
  ]);
  return { gitDir, main: main ?? "" };
}

test("the same seed gives the same commits", async (t) => {
  const [one, other] = await Promise.all([seeded(t), seeded(t)]);

  assert.equal(one.main, other.main);
  assert.deepEqual(listRefs(one.gitDir), new Map([["refs/heads/main", one.main]]));
  assert.equal(await readText(one.gitDir, "main", "README.md"), README);
});

test("an empty repository has no refs and no head", async (t) => {
  const { gitDir } = await seeded(t);

  const head = await createRepository(`${gitDir}-2`, "trunk", []);

  assert.equal(head, undefined);
  assert.equal(listRefs(`${gitDir}-2`).size, 0);
  t.after(async () => await rm(`${gitDir}-2`, { recursive: true, force: true }));
});

test("commits add, change and remove files of any name", async (t) => {
  const { gitDir, main } = await seeded(t);
  const name = 'docs/a "quoted" näme\n\\x.md';

  await commitFiles(gitDir, "refs/heads/topic", main, [
    draft("one", { [name]: "text", "run.sh": "#!/bin/sh\n", "README.md": null }),
    draft("two", { [name]: "more" }),
  ]);

  assert.equal(await readText(gitDir, "topic", name), "more");
  assert.equal(await entryAt(gitDir, "topic", "README.md"), undefined);
  assert.equal((await entryAt(gitDir, "topic", "run.sh"))?.mode, "100755");
  const paths = (await listTree(gitDir, "topic", "all levels")).map((entry) => entry.path);
  assert.deepEqual(paths, ["docs", name, "run.sh", "src", "src/code.txt"]);
  const commits = await listCommits(gitDir, {
    revisions: ["main..topic"],
    order: "oldest first",
  });
  assert.deepEqual(
    commits.map((commit) => [commit.message, commit.parents.length, commit.author]),
    [
      ["one", 1, MONA],
      ["two", 1, MONA],
    ],
  );
});

test("paths that lead out of the tree or into .git are refused", async (t) => {
  const { gitDir, main } = await seeded(t);

  for (const path of ["../x", "a/../../x", ".git/config", "a/.GIT/x", "/etc/x", "a//b", ""]) {
    await assert.rejects(
      commitFiles(gitDir, "refs/heads/topic", main, [draft("bad", { [path]: "x" })]),
      BadPath,
      path,
    );
  }
});

test("refs are created once, moved from where they are, and have valid names", async (t) => {
  const { gitDir, main } = await seeded(t);
  const next = await commitFiles(gitDir, "refs/heads/topic", main, [draft("x", { x: "x" })]);

  await assert.rejects(createRef(gitDir, "refs/heads/topic", main), isMovedRef);
  await assert.rejects(updateRef(gitDir, "refs/heads/topic", main, main), isMovedRef);
  await updateRef(gitDir, "refs/heads/topic", main, next);

  assert.equal(await resolveCommit(gitDir, "topic"), main);
  assert.equal(await resolveCommit(gitDir, "--upload-pack=x"), undefined);
  assert.equal(await isRefName(gitDir, "refs/heads/a/b"), true);
  assert.equal(await isRefName(gitDir, "refs/heads/a..b"), false);
});

test("changes that do not touch each other merge, for a merge commit and for a squash", async (t) => {
  const { gitDir, main } = await seeded(t);
  const head =
    (await commitFiles(gitDir, "refs/heads/topic", main, [draft("t", { t: "t\n" })])) ?? "";
  const base =
    (await commitFiles(gitDir, "refs/heads/main", main, [draft("m", { m: "m\n" })])) ?? "";

  const outcome = await mergeability(gitDir, base, head);
  assert(outcome.kind === "clean");
  const sides = { base, head };
  const words = { message: "Merge", author: MONA, committer: MONA };
  const merged = await mergeCommit(gitDir, sides, outcome.tree, words);
  const squashed = await squashCommit(gitDir, base, outcome.tree, words);

  assert.equal(await readText(gitDir, merged, "t"), "t\n");
  assert.equal(await readText(gitDir, squashed, "m"), "m\n");
  assert.equal(await isAncestor(gitDir, head, merged), true);
  assert.equal(await isAncestor(gitDir, head, squashed), false);
  assert.equal(await mergeBase(gitDir, base, head), main);
  assert.deepEqual(await distance(gitDir, base, head), { ahead: 1, behind: 1 });
});

test("what follows from commits that were listed is what git says where none was", async (t) => {
  const { gitDir, main } = await seeded(t);
  const one = draft("one", { t: "t\n" });
  const head = await commitFiles(gitDir, "refs/heads/topic", main, [one, draft("two", { u: "u" })]);
  const base = await commitFiles(gitDir, "refs/heads/main", main, [draft("m", { m: "m\n" })]);
  const { tree } = await readCommit(gitDir, base ?? "");
  const words = { message: "Merge", author: MONA, committer: MONA };
  const merged = await mergeCommit(gitDir, { base: base ?? "", head: head ?? "" }, tree, words);
  const [listed, unlisted] = [`${gitDir}.listed`, `${gitDir}.unlisted`];
  for (const copy of [listed, unlisted]) await copyRepository(gitDir, copy);
  await listCommits(listed, { revisions: [merged], order: "newest first" });

  const known = [main, head, base, merged].map((sha) => sha ?? "");
  for (const [from, to] of known.flatMap((one) => known.map((other) => [one, other] as const)))
    assert.deepEqual(
      await Promise.all([isAncestor, mergeBase, distance].map((ask) => ask(listed, from, to))),
      await Promise.all([isAncestor, mergeBase, distance].map((ask) => ask(unlisted, from, to))),
    );
  for (const from of [main, base ?? ""])
    assert.deepEqual(
      await mergeability(listed, from, merged),
      await mergeability(unlisted, from, merged),
    );
});

test("changes of the same line conflict in that file", async (t) => {
  const { gitDir, main } = await seeded(t);
  await commitFiles(gitDir, "refs/heads/topic", main, [draft("t", { "README.md": "# A\n" })]);
  await commitFiles(gitDir, "refs/heads/main", main, [draft("m", { "README.md": "# B\n" })]);

  assert.deepEqual(await mergeability(gitDir, "main", "topic"), {
    kind: "conflict",
    files: ["README.md"],
  });
});

test("a name that is no commit is no conflict, and unrelated histories are refused", async (t) => {
  const { gitDir } = await seeded(t);
  await commitFiles(gitDir, "refs/heads/other", undefined, [draft("o", { o: "o" })]);

  await assert.rejects(mergeability(gitDir, "main", "nothing"), GitRefusal);
  await assert.rejects(mergeability(gitDir, "main", "other"), GitRefusal);
});

test("a difference names each file with its counts and hunks", async (t) => {
  const { gitDir, main } = await seeded(t);
  await commitFiles(gitDir, "refs/heads/topic", main, [
    draft("t", {
      "README.md": null,
      "src/code.txt": null,
      "src/moved.txt": `${CODE}10\n`,
      "bin.dat": "\0\0\0",
      "new.txt": "one\ntwo",
    }),
  ]);

  const changes = await diffFiles(gitDir, "main", "topic");

  assert.deepEqual(
    changes.map(({ sha: _sha, ...change }) => change),
    [
      {
        path: "README.md",
        previousPath: undefined,
        status: "removed",
        additions: 0,
        deletions: 1,
        patch: "@@ -1 +0,0 @@\n-# Demo",
      },
      {
        path: "bin.dat",
        previousPath: undefined,
        status: "added",
        additions: 0,
        deletions: 0,
        patch: undefined,
      },
      {
        path: "new.txt",
        previousPath: undefined,
        status: "added",
        additions: 2,
        deletions: 0,
        patch: "@@ -0,0 +1,2 @@\n+one\n+two\n\\ No newline at end of file",
      },
      {
        path: "src/moved.txt",
        previousPath: "src/code.txt",
        status: "renamed",
        additions: 1,
        deletions: 0,
        patch: "@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10",
      },
    ],
  );
});
