/** The end of worktrees: first all that is in them goes to refs of the mirror, then the folders go. */
import { readdir } from "node:fs/promises";

import type { SavedRef } from "../../core/event.ts";
import type { Sha } from "../../core/ids.ts";
import { GitFault } from "./fault.ts";
import { removeFolder } from "./folders.ts";
import { findCommit, setRefs } from "./mirror.ts";
import { fetchWork, findKnown } from "./work.ts";
import type { Collection, Fetched, Known } from "./work.ts";
import type { GitLog } from "./log.ts";

/** One attempt whose worktree is to go. */
export type Removal = Omit<Collection, "known" | "scope"> & {
  readonly root: string;
  readonly number: number;
  readonly log: GitLog;
};

/** Saves what an attempt left and removes its folders; answers with the ref, also when an earlier call set it. */
export async function removeAttempt(removal: Removal): Promise<SavedRef | null> {
  const { root, repository, attempt } = removal;
  const known = await findKnown(repository, attempt);
  // Without a start the worktree was never complete, or was saved before: what lies there is debris.
  const head =
    known === null
      ? await findCommit(repository.mirror, attempt.savedRef)
      : await save(removal, known);
  await removeFolder(root, attempt.worktree);
  await removeFolder(root, attempt.repository);
  return head === null ? null : { attempt: removal.number, ref: attempt.savedRef, head };
}

/** Removes the issue's folder with the agent's home, unless another attempt's worktree is in it. */
export async function removeIssueFolder(root: string, issue: string): Promise<void> {
  const names = await readdir(issue).catch(() => []);
  const isInUse = names.some((name) => /^[0-9]+$/.test(name));
  if (!isInUse) await removeFolder(root, issue);
}

/** What the saved ref stands for then; null where there was nothing to save. */
async function save(removal: Removal, known: Known): Promise<Sha | null> {
  const { mirror } = removal.repository;
  const { startRef, upstreamRef, savedRef } = removal.attempt;
  const { start } = known;
  const head = await keep(removal, known);
  const ended = [startRef, upstreamRef].map((ref) => [ref, null] as const);
  // In one transaction: from here on nothing on the disk counts, and the save is not repeated on half of it.
  await setRefs(mirror, head === start ? ended : [...ended, [savedRef, head]]);
  return head === start ? null : head;
}

/** The commit that holds everything; the start itself where there is nothing to hold. */
async function keep(removal: Removal, known: Known): Promise<Sha> {
  const everything = await fetchWork({ ...removal, known, scope: "everything" });
  if (everything.kind === "fetched") return everything.head;
  const { number } = removal;
  const { worktree } = removal.attempt;
  removal.log.warn({ worktree, why: everything.why }, "commits cannot be saved, files are");
  const files: Fetched = await fetchWork({ ...removal, known, scope: "files" });
  if (files.kind === "fetched") return files.head;
  throw new GitFault(
    "refused",
    `the worktree of attempt ${number} is kept, for it cannot be saved: ${files.why}`,
    null,
  );
}
