/** Whether GitHub offers to merge a pull request by itself, and for whom it does. */
import type { PullState } from "../../core/pull-state.ts";
import type { PullNode } from "./pull-documents.ts";

/** It is refused where nothing is missing, so it is offered only where GitHub blocks the merge. */
export function autoMergeOf(pull: PullNode): PullState["autoMerge"] {
  if (pull.autoMergeRequest != null) return isOurs(pull) ? "ours" : "theirs";
  const isOffered = pull.repository.autoMergeAllowed && pull.mergeStateStatus === "BLOCKED";
  return isOffered ? "possible" : "none";
}

/** Only an author's pull request is ours, and only its author's auto-merge is. */
const isOurs = ({ author, autoMergeRequest }: PullNode): boolean =>
  author != null && autoMergeRequest?.enabledBy?.login === author.login;
