/** Work at the same files: what an issue says that it touches, and what its work is seen to have changed. */
import type { Assignment } from "./assignment.ts";
import type { ImportedWork } from "./event.ts";
import { asPatterns, sharedPath } from "./paths.ts";
import { currentAttempt, isBusy } from "./standing.ts";
import { isBuiltUpon } from "./task.ts";
import type { Waiting } from "./waiting.ts";

/** Who of the others is at the same files, and the first of its own that they share. */
export type Overlap = Pick<Extract<Waiting, { for: "overlap" }>, "with" | "path">;

/** The first who is busy at files that this one is about to change; null when nobody is. */
export function overlapWith(others: readonly Assignment[], own: Assignment): Overlap | null {
  // Whoever only looks changes nothing.
  if (!isBuiltUpon(own.task)) return null;
  for (const other of others) {
    if (!isBusy(other) || !isChanging(other) || other.issue === null) continue;
    const path = sharedBy(own, other);
    if (path !== null) return { with: `#${other.issue.number}`, path };
  }
  return null;
}

const isChanging = (other: Assignment): boolean =>
  isBuiltUpon(currentAttempt(other)?.task ?? other.task);

function sharedBy(own: Assignment, other: Assignment): string | null {
  const [declared, theirs] = [own.issue?.touches ?? [], other.issue?.touches ?? []];
  const files = new Set(other.files);
  return (
    sharedPath(declared, [...theirs, ...asPatterns(other.files)]) ??
    own.files.find((file) => files.has(file)) ??
    fileAmong(own.files, theirs)
  );
}

function fileAmong(files: readonly string[], patterns: readonly string[]): string | null {
  const own = asPatterns(files);
  const shared = sharedPath(own, patterns);
  return shared === null ? null : (files[own.indexOf(shared)] ?? null);
}

/** Whoever changes more than this is in everybody's way, and the first of them tell so. */
const filesAtMost = 500;

/** The assignment with what a Worker's work has changed, for as long as it lives: its pull request, or the next attempt, goes on from there. */
export function withChanges(assignment: Assignment, work: ImportedWork): Assignment {
  if (work.kind !== "commits") return assignment;
  const files = [...new Set([...assignment.files, ...work.files])].slice(0, filesAtMost);
  return files.length === assignment.files.length ? assignment : { ...assignment, files };
}
