/**
 * What an attempt left, as one commit and a pack. Everything that touches an agent's files is behind `CollectRunner`:
 * its git uses a repository, index and configuration of our own and takes the agent's directories as bytes only.
 */
import { dirname, join } from "node:path";

import { sha } from "../../core/ids.ts";
import type { Sha } from "../../core/ids.ts";
import { readHead, readMentioned } from "./agent-refs.ts";
import { GitFault } from "./fault.ts";
import type { GitFaultKind } from "./fault.ts";
import { handsHere, outputOf } from "./hands.ts";
import type { Hands } from "./hands.ts";
import { prepareDesk, Refusal } from "./prepare-desk.ts";
import { fillIndex, treeOfEverything, treeOfWork } from "./worktree-tree.ts";
import type { Desk } from "./worktree-tree.ts";
import type { AttemptLayout } from "./layout.ts";
import type { Author } from "./worktree.ts";

/** What is to be collected from an attempt, and where to. */
export type CollectOrder = {
  readonly attempt: Pick<AttemptLayout, "worktree" | "repository" | "name">;
  readonly mirror: string;
  /** Empty folder of ours for everything that the collection writes. */
  readonly folder: string;
  /** Commit that the worktree began at. */
  readonly start: Sha;
  /** Head of an earlier collection, used again where it says the same. */
  readonly earlier: Sha | null;
  /** Commits that the mirror keeps anyway. */
  readonly kept: readonly Sha[];
  /**
   * `work`: HEAD and what is not committed. `everything`: also ignored files and all commits that any ref or reflog
   * mentions. `files`: as everything, but only files, for a repository that is not what it should be.
   */
  readonly scope: "work" | "everything" | "files";
  /** Message of a commit that holds uncommitted changes. */
  readonly message: string;
  readonly author: Author;
};

/** The collected head, with the pack of what the mirror lacks; null where it lacks nothing. */
export type Collected =
  | { readonly kind: "collected"; readonly head: Sha; readonly pack: string | null }
  | { readonly kind: "refused"; readonly why: string };

/** Collects beside an agent's files. */
export type CollectRunner = (order: CollectOrder) => Promise<Collected>;

/** Collects in this process's own name. */
export const collect: CollectRunner = (order) => collectBy(handsHere, order);

/** Collects by these hands; those in a sandbox can do no more than `work` asks for. */
export async function collectBy(hands: Hands, order: CollectOrder): Promise<Collected> {
  try {
    const desk = await prepareDesk(hands, order);
    const head = await firstCommit(desk, order);
    const work = await commitWork(desk, order, head);
    const top = order.scope === "work" ? work.id : await commitRest(desk, order, work);
    const isThere = top === order.start || top === order.earlier;
    const pack = isThere ? null : await packOf(desk, order, top);
    return { kind: "collected", head: top, pack };
  } catch (error) {
    if (error instanceof Refusal) return { kind: "refused", why: error.message };
    // Of what is left the agent's files are the likeliest cause; to try again would change nothing.
    if (error instanceof GitFault && !ownFaults.has(error.kind)) {
      return { kind: "refused", why: error.message };
    }
    throw error;
  }
}

const ownFaults: ReadonlySet<GitFaultKind> = new Set<GitFaultKind>([
  "disk-full",
  "locked",
  "timed-out",
]);

/** A commit with its tree. */
type Known = { readonly id: Sha; readonly tree: Sha };

/** What the worktree stands at, with the index filled from it: at the same time, since each takes a process. */
async function firstCommit(desk: Desk, order: CollectOrder): Promise<Known> {
  const { attempt, scope, start } = order;
  const id =
    scope === "files" ? start : await readHead(desk.hands, attempt.repository, attempt.name);
  if (id === null) throw new Refusal("the worktree's HEAD names no commit");
  const [found, filled] = await Promise.allSettled([
    scope === "files" ? startOf(desk, order) : headOf(desk, order, id),
    fillIndex(desk, id),
  ]);
  if (found.status === "rejected") throw found.reason;
  if (filled.status === "rejected") throw filled.reason;
  return found.value;
}

async function headOf(desk: Desk, { start }: CollectOrder, id: Sha): Promise<Known> {
  const [found, common] = await Promise.all([
    knownCommit(desk, id),
    id === start ? start : git(desk, ["merge-base", "--all", start, id]).catch(() => ""),
  ]);
  if (found === null) throw new Refusal(`the worktree's HEAD ${id} is no commit`);
  if (common.trim() === start) return found;
  throw new Refusal(`the worktree's HEAD ${id} does not descend from ${start}`);
}

async function startOf(desk: Desk, { start }: CollectOrder): Promise<Known> {
  const found = await knownCommit(desk, start);
  if (found !== null) return found;
  throw new GitFault("corrupt", `the mirror has no commit ${start}`, null);
}

/** Null for what is no commit. */
async function knownCommit(desk: Desk, id: Sha): Promise<Known | null> {
  const answers = await git(desk, ["cat-file", "--batch-check"], `${id}\n${id}^{tree}\n`);
  const [[, type] = [], [tree = ""] = []] = lines(answers).map((line) => line.split(" "));
  return type === "commit" ? { id, tree: sha(tree) } : null;
}

async function commitWork(desk: Desk, order: CollectOrder, head: Known): Promise<Known> {
  const tree = await treeOfWork(desk);
  if (tree === null || tree === head.tree) return head;
  const draft = { tree, parents: [head.id], message: order.message };
  return { id: await commitOnce(desk, order, draft), tree };
}

/** One more commit that holds ignored files, and as parents whatever is not reachable otherwise. */
async function commitRest(
  desk: Desk,
  order: CollectOrder,
  { id: work, tree: before }: Known,
): Promise<Sha> {
  const { tree: fuller, left } = await treeOfEverything(desk);
  const mentioned = order.scope === "files" ? [] : await readMentioned(order.attempt.repository);
  const others = [order.earlier ?? work, ...(await commitsAmong(desk, mentioned))];
  const parents = [work, ...(await unreachable(desk, order, work, others))];
  const isAll = parents.length === 1 && left.length === 0;
  if (isAll && fuller === null) return work;
  const tree = fuller ?? before;
  if (isAll && tree === before) return work;
  const list = left.length === 0 ? [] : ["", "Ignored and not kept:", ...left.slice(0, 1000)];
  const message = [order.message, ...list, ""].join("\n");
  return await commitOnce(desk, order, { tree, parents, message });
}

/** The tips among commits that are neither in the history of `work` nor kept by the mirror. */
async function unreachable(
  desk: Desk,
  { kept }: CollectOrder,
  work: Sha,
  commits: readonly Sha[],
): Promise<readonly Sha[]> {
  const range = [...commits, `^${work}`, ...kept.map((id) => `^${id}`), ""].join("\n");
  const outside = lines(await git(desk, ["rev-list", "--parents", "--stdin"], range)).map((line) =>
    line.split(" "),
  );
  const inner = new Set(outside.flatMap(([, ...parents]) => parents));
  return outside.flatMap(([id = ""]) => (inner.has(id) ? [] : [sha(id)]));
}

/** Those names that are commits we can read. */
async function commitsAmong(desk: Desk, names: readonly Sha[]): Promise<readonly Sha[]> {
  if (names.length === 0) return [];
  const answers = await git(desk, ["cat-file", "--batch-check"], `${names.join("\n")}\n`);
  return lines(answers)
    .filter((line) => line.split(" ")[1] === "commit")
    .map((line) => sha(line.slice(0, line.indexOf(" "))));
}

type Draft = {
  readonly tree: Sha;
  readonly parents: readonly Sha[];
  readonly message: string;
};

/** Writes a commit, or takes the earlier collection's where it says the same: its time, and so its name, would differ. */
async function commitOnce(desk: Desk, order: CollectOrder, draft: Draft): Promise<Sha> {
  if (order.earlier !== null && (await saysTheSame(desk, order.earlier, draft))) {
    return order.earlier;
  }
  const args = ["commit-tree", draft.tree, ...draft.parents.flatMap((id) => ["-p", id])];
  const output = await outputOf(desk.hands, {
    gitDir: desk.gitDir,
    cwd: order.folder,
    args,
    variables: authorVariables(order.author),
    input: Buffer.from(`${draft.message.replaceAll("\0", "").trimEnd()}\n`),
  });
  return sha(output.toString("utf8").trim());
}

/** By which git knows who commits. */
export const authorVariables = ({ name, email }: Author): Readonly<Record<string, string>> => ({
  GIT_AUTHOR_NAME: name,
  GIT_AUTHOR_EMAIL: email,
  GIT_COMMITTER_NAME: name,
  GIT_COMMITTER_EMAIL: email,
});

async function saysTheSame(desk: Desk, commit: Sha, draft: Draft): Promise<boolean> {
  const [tree, parents] = lines(
    await git(desk, ["show", "--no-patch", "--format=%T%n%P", commit, "--"]),
  );
  return tree === draft.tree && (parents ?? "") === draft.parents.join(" ");
}

/** Where a collection leaves its pack. */
export const packIn = (folder: string): string => join(folder, "work.pack");

async function packOf(desk: Desk, order: CollectOrder, head: Sha): Promise<string> {
  const path = packIn(order.folder);
  const without = [order.start, ...order.kept];
  await outputOf(desk.hands, {
    gitDir: desk.gitDir,
    cwd: order.folder,
    args: ["pack-objects", "--revs", "--thin", "--stdout", "--delta-base-offset", "-q"],
    input: Buffer.from([head, ...without.map((id) => `^${id}`), ""].join("\n")),
    output: path,
  });
  return path;
}

async function git(desk: Desk, args: readonly string[], input = ""): Promise<string> {
  const call = { gitDir: desk.gitDir, cwd: dirname(desk.gitDir), args, input: Buffer.from(input) };
  return (await outputOf(desk.hands, call)).toString("utf8");
}

const lines = (text: string): readonly string[] => text.split("\n").filter((line) => line !== "");
