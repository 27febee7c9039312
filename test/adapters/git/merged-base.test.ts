/** A Worker that merges the base branch into its own: what of that is its work, and what it cannot hide in it. */
import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";

import { sha } from "../../../src/core/ids.ts";
import type { Sha } from "../../../src/core/ids.ts";
import type { ImportedWork } from "../../../src/core/event.ts";
import {
  commitAll,
  importedHead,
  importOf,
  openBench,
  openWorktree,
  orderFor,
  publish,
  runGit,
  write,
} from "./bench.ts";
import type { Bench } from "./bench.ts";

type Rebase = {
  readonly bench: Bench;
  readonly folder: string;
  readonly start: Sha;
  /** Head of the base branch when the worktree was made. */
  readonly base: Sha;
  readonly bring: () => Promise<ImportedWork>;
};

const first = orderFor(3);

/** A pull request that changes `tank.txt` and `own.txt`, a base branch that goes on, and a worktree to merge the two in. */
async function conflict(
  bench: Bench,
  goOn: (clone: string) => Promise<unknown> = () => Promise.resolve(),
): Promise<Rebase> {
  await publish(bench, (clone) =>
    write(clone, { "tank.txt": "leaks\n", CODEOWNERS: "* @mona\n", ".github/ci.yml": "one\n" }),
  );
  const begun = await openWorktree(bench, first);
  await write(begun.folder, { "tank.txt": "sealed\n", "own.txt": "own\n" });
  const head = await importedHead(bench, first, begun.base);
  await publish(bench, async (clone) => {
    await write(clone, { "tank.txt": "painted\n", CODEOWNERS: "* @wren\n", "theirs.txt": "1\n" });
    await rm(join(clone, ".github"), { recursive: true });
    await goOn(clone);
  });
  const second = orderFor(3, { attempt: 2, from: head });
  const { folder, base: start } = await openWorktree(bench, second);
  const base = await mainOf(bench);
  return { bench, folder, start, base, bring: () => bench.git.importWork(importOf(second, start)) };
}

const mainOf = async ({ mirror }: Bench): Promise<Sha> =>
  sha(await runGit(mirror, "rev-parse", "refs/remotes/origin/main"));

/** Merges as far as git can by itself, settles what conflicts, and commits what `more` leaves. */
async function merge({ folder }: Rebase, what: string, more: Record<string, string> = {}) {
  const merging = runGit(folder, "merge", "--no-commit", "--no-ff", what);
  await merging.catch((error: unknown) => assert.match(String(error), /exit|fail|CONFLICT/iu));
  await write(folder, { "tank.txt": "sealed and painted\n", ...more });
  return await commitAll(folder, `chore: merge the base branch (#3)`);
}

/** Paths of the protected-path findings; fails where there are no commits. */
function protectedIn(work: ImportedWork): readonly string[] {
  assert.equal(work.kind, "commits");
  return work.kind === "commits" ? work.findings.map(({ kind, where }) => `${kind} ${where}`) : [];
}

test("the base that is to be merged is there, and only what the Worker changed is listed and judged", async () => {
  await using bench = await openBench();
  const rebase = await conflict(bench);

  const head = await merge(rebase, rebase.base);
  const work = await rebase.bring();

  assert.deepEqual(work, {
    kind: "commits",
    head,
    files: ["own.txt", "tank.txt"],
    commits: 2,
    findings: [],
  });
});

test("a base that others had fetched meanwhile counts as far as it was merged", async () => {
  await using bench = await openBench();
  const rebase = await conflict(bench);
  await publish(bench, (clone) => write(clone, { CODEOWNERS: "* @rita\n" }));
  await openWorktree(bench, orderFor(4));
  assert.notEqual(await mainOf(bench), rebase.base);

  await merge(rebase, rebase.base);
  const work = await rebase.bring();

  assert.deepEqual(protectedIn(work), []);
  assert.deepEqual(work.kind === "commits" && work.files, ["own.txt", "tank.txt"]);
});

test("without a merge the work is judged as ever, however far the base is", async () => {
  await using bench = await openBench();
  const rebase = await conflict(bench);

  await write(rebase.folder, { "more.txt": "more\n" });
  const work = await rebase.bring();

  assert.deepEqual(protectedIn(work), []);
  assert.deepEqual(work.kind === "commits" && work.files, ["more.txt", "own.txt", "tank.txt"]);
});

const merges: Record<string, (rebase: Rebase) => Promise<unknown>> = {
  "changed in it": (rebase) => merge(rebase, rebase.base, { CODEOWNERS: "* @mallory\n" }),
  "taken back to what it was before": (rebase) =>
    merge(rebase, rebase.base, { CODEOWNERS: "* @mona\n" }),
  "left out by keeping only one's own side": ({ folder, base }) =>
    runGit(folder, "merge", "-q", "-s", "ours", "--no-edit", base),
  "changed in a commit before it": async (rebase) => {
    await write(rebase.folder, { CODEOWNERS: "* @mallory\n" });
    await commitAll(rebase.folder, "chore: own");
    await merge(rebase, rebase.base, { CODEOWNERS: "* @wren\n" });
  },
};

test(`a merge of the base hides no protected path that is ${Object.keys(merges).join(", ")}`, async () => {
  await using bench = await openBench();
  const rebase = await conflict(bench);

  for (const [how, work] of Object.entries(merges)) {
    await runGit(rebase.folder, "reset", "-q", "--hard", rebase.start);
    await work(rebase);

    const found = protectedIn(await rebase.bring());
    assert.ok(found.includes("protected-path CODEOWNERS"), how);
  }
});

test("of two lines of the base's history merged one by one, neither is taken back unseen", async () => {
  await using bench = await openBench();
  const rebase = await conflict(bench, async (clone) => {
    await commitAll(clone, "main line");
    await runGit(clone, "checkout", "-q", "-b", "side", "HEAD~1");
    await write(clone, { "AGENTS.md": "Be careful.\n" });
    await commitAll(clone, "side line");
    await runGit(clone, "checkout", "-q", "main");
    await runGit(clone, "merge", "-q", "--no-ff", "--no-edit", "side");
    await write(clone, { "last.txt": "last\n" });
  });
  const [main, side] = ["~1^1", "~1^2"].map((line) => `${rebase.base}${line}`);

  await merge(rebase, main!);
  await runGit(rebase.folder, "merge", "-q", "--no-edit", side!);
  await rm(join(rebase.folder, "AGENTS.md"));
  await runGit(rebase.folder, "add", "-A");
  await runGit(rebase.folder, "commit", "-q", "--amend", "--no-edit");

  assert.ok(protectedIn(await rebase.bring()).includes("protected-path AGENTS.md"));
});

test("what is merged besides the base is the Worker's, whoever wrote it", async () => {
  await using bench = await openBench();
  const other = orderFor(5);
  const theirs = await openWorktree(bench, other);
  await write(theirs.folder, { CODEOWNERS: "* @mallory\n" });
  const foreign = await importedHead(bench, other, theirs.base);
  const rebase = await conflict(bench);

  await merge(rebase, rebase.base);
  await runGit(rebase.folder, "merge", "-q", "-s", "ours", "--no-edit", foreign);

  assert.deepEqual(protectedIn(await rebase.bring()), ["protected-path CODEOWNERS"]);
});
