/** A worktree for one Worker, with a private repository that no agent has ever written. */
import { appendFile, mkdir, readFile, realpath, writeFile } from "node:fs/promises";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";

import type { WorktreeOrder } from "../../core/effect.ts";
import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { alternatesOf } from "./alternates.ts";
import { GitFault } from "./fault.ts";
import { removeFolder } from "./folders.ts";
import type { AttemptLayout, RepositoryLayout } from "./layout.ts";
import { remoteRef, setRefs } from "./mirror.ts";
import { runGit } from "./run-git.ts";
import { placeSpare, takeSpare } from "./spare.ts";
import type { Spare } from "./spare.ts";
import { exitOfGit, faultOf, spawnGit } from "./spawn-git.ts";
import type { GitCall } from "./spawn-git.ts";

/** In whose name an agent's commits, and our commits of its changes, are made. */
export type Author = { readonly name: string; readonly email: string };

/** The commits that a worktree is made from. */
type Beginning = {
  /** What is checked out. */
  readonly start: Sha;
  /** Head of the base branch. */
  readonly baseHead: Sha;
};

/** Throws GitFault `refused` for whatever git would not take as the name of a branch. */
export async function checkBranchName(name: string, cwd: string): Promise<void> {
  if (validNames.has(name)) return;
  const refusal = (cause: unknown): GitFault =>
    new GitFault("refused", `${JSON.stringify(name)} is not a valid branch name`, cause);
  if (name.includes("\0") || name.startsWith("-")) throw refusal(null);
  const checked = await runGit({ gitDir: null, cwd }, ["check-ref-format", "--branch", name]).catch(
    (cause: unknown) => {
      throw refusal(cause);
    },
  );
  // `@{-1}` is answered with another name.
  if (checked !== `${name}\n`) throw refusal(null);
  if (validNames.size >= keptNames) validNames.clear();
  validNames.add(name);
}

/** A base branch is named with each order, and an issue's own branch at its beginning, at each push and at its end. */
const validNames = new Set<string>();
const keptNames = 1_000;

/** Makes private repository, worktree and home; what a crash left of an earlier try is removed first. */
export async function makeWorktree(
  root: string,
  repository: RepositoryLayout,
  attempt: AttemptLayout,
  order: FullOrder,
): Promise<void> {
  await mkdir(attempt.home, { recursive: true, mode: 0o700 });
  const places = { root, repository, attempt };
  // Whatever is wrong with it, a spare only saves time.
  const taking = takeSpare(repository, order.start).catch(() => null);
  try {
    await beginAnew(places, order);
    await checkOut(attempt, order, await taking);
  } catch (error) {
    if ((await taking) === null) throw error;
    await beginAnew(places, order);
    await checkOut(attempt, order, null);
  } finally {
    const spare = await taking;
    if (spare !== null) await removeFolder(root, spare.folder);
  }

  const pointer = (await readFile(join(attempt.worktree, ".git"), "utf8")).trim();
  const expected = join(await realpath(attempt.repository), "worktrees", attempt.name);
  if (pointer !== `gitdir: ${expected}`) {
    throw new GitFault("unexpected", "a worktree belongs to another repository", { pointer });
  }
  await setRefs(repository.mirror, [
    [attempt.upstreamRef, await upstreamOf(repository.mirror, order)],
    [attempt.startRef, order.start],
  ]);
}

type FullOrder = WorktreeOrder & Beginning & { readonly author: Author };
type Places = {
  readonly root: string;
  readonly repository: RepositoryLayout;
  readonly attempt: AttemptLayout;
};

/** No agent was here: the ref that says so comes last. */
async function beginAnew({ root, repository, attempt }: Places, order: FullOrder): Promise<void> {
  await removeFolder(root, attempt.worktree);
  await removeFolder(root, attempt.repository);
  await makePrivateRepository(repository, attempt, order);
}

async function checkOut(
  attempt: AttemptLayout,
  order: FullOrder,
  spare: Spare | null,
): Promise<void> {
  const files = spare === null ? "--checkout" : "--no-checkout";
  const args = ["worktree", "add", files, "-b", order.branch, attempt.worktree, order.start];
  // By spawn, for it may say nothing: simple-git waits another 50 ms for a git that was silent.
  await spawnGit({
    gitDir: attempt.repository,
    cwd: attempt.issue,
    args,
    settings: [["checkout.workers", String(idleCores())]],
  });
  if (spare !== null) await placeSpare(spare, attempt);
}

/** Beside agents at work, a checkout by several processes was seen to take half as long again as by one. */
const idleCores = (): number =>
  Math.max(1, Math.floor(availableParallelism() - (loadavg()[0] ?? 0)));

async function makePrivateRepository(
  { mirror }: RepositoryLayout,
  { repository, issue }: AttemptLayout,
  order: FullOrder,
): Promise<void> {
  await runGit({ gitDir: repository, cwd: issue }, [
    "init",
    "--bare",
    "--template=",
    "--initial-branch=none",
  ]);
  await mkdir(join(repository, "objects", "info"), { recursive: true });
  await writeFile(join(repository, "objects", "info", "alternates"), alternatesOf(mirror));
  const { name, email } = order.author;
  await appendFile(
    join(repository, "config"),
    [
      `[user]\n\tname = ${quoted(name)}\n\temail = ${quoted(email)}`,
      "[branch]\n\tautoSetupMerge = false",
      "[gc]\n\tauto = 0",
      "[maintenance]\n\tauto = false\n",
    ].join("\n"),
  );
  // For the agent's `git diff origin/main`.
  await setRefs(repository, [[remoteRef(order.base), order.baseHead]]);
}

const quoted = (value: string): string =>
  `"${value.replaceAll(/["\\]/g, "\\$&").replaceAll(/[\n\0]/g, " ")}"`;

async function upstreamOf(mirror: string, { start, baseHead }: Beginning): Promise<Sha> {
  if (start === baseHead) return start;
  const call: GitCall = { gitDir: mirror, cwd: mirror, args: ["merge-base", start, baseHead] };
  const exit = await exitOfGit(call);
  if (exit.code === 0) return sha(exit.stdout.toString("utf8").trim());
  // 1 says that the two histories have nothing in common.
  if (exit.code === 1) return baseHead;
  throw faultOf(call, exit);
}
