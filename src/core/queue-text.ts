/** The sentences about GitHub's own merge queue. */
import type { EntryState } from "./pull-state.ts";
import { plain } from "./quote.ts";

/** Where a pull request is in the queue of its base branch. */
export function entryText(state: EntryState, base: string): string {
  const place = `In the merge queue of ${base}`;
  switch (state) {
    case "queued":
      return `${place}: waits for its turn`;
    case "awaiting-checks":
      return `${place}: waits for the checks of the merge`;
    case "mergeable":
      return `${place}: its checks are green, and GitHub merges it in its turn`;
    case "unmergeable":
      return `${place}: cannot be merged as it is, so GitHub takes it out`;
    case "locked":
      return `${place}: GitHub is merging it`;
  }
}

/** Why a pull request has left the queue, as the end of a sentence; the reason is GitHub's name for it. */
export function removalText(reason: string): string {
  switch (reason) {
    case "failed_checks":
      return "a check that the branch requires failed on the merge with it";
    case "checks_timed_out":
      return "a check that the branch requires did not end in time";
    case "merge_conflict":
      return "it conflicts with the branch, or with what is merged before it";
    case "manual":
      return "it was taken out";
  }
  return plain(reason.replaceAll("_", " "));
}

/** Why it is not merged, once it has left the queue. */
export const thrownOutText = (why: string, by: string | null): string =>
  by === null
    ? `Not merged: thrown out of the merge queue, because ${why}`
    : `Not merged: taken out of the merge queue by ${by}`;
