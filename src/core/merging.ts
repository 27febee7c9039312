/** What must hold before Yardmaster merges: somebody wants it, nobody forbids it, and the head is ours and green. */
import type { Assignment, Pull } from "./assignment.ts";
import { agentPrefix } from "./choice.ts";
import type { PullState } from "./pull-state.ts";
import { reviewGate } from "./review-gate.ts";
import type { Policy } from "./policy.ts";
import type { MergeWish } from "./wish.ts";
import type { Verdict } from "./verdict.ts";

/** Labels that keep a pull request from being merged by us, in the seed's words. */
const mergeBlockers = ["do-not-merge", "release-placeholder"];

/** Releases are made by people and their tools. */
const releases = "release/";

/** `agent:merge` when the trigger is `agent:go`: on a pull request it asks for the merge of that one. */
export const mergeLabel = (policy: Pick<Policy, "triggerLabel">): string =>
  `${agentPrefix(policy)}merge`;

/** Is it to be merged by us as soon as it may be? Whoever wants an integration plan wants its parts merged together. */
export const isMergeWanted = ({ policy, mergeWish, flow }: Assignment): boolean =>
  policy.merge.isAutomatic || mergeWish !== null || flow !== null;

/** Does anything follow from a label on the pull request? */
export function isTelling(assignment: Assignment, label: string, policy: Policy): boolean {
  const name = label.toLowerCase();
  if (name === mergeLabel(policy).toLowerCase()) return true;
  return mergeBlockers.includes(name) && isMergeWanted(assignment);
}

/** A command stands until the work ends; a label's wish goes with the label. */
export function heard(assignment: Assignment, { mergeLabelledBy: by }: PullState): Assignment {
  const { mergeWish } = assignment;
  if (mergeWish?.via === "command") return assignment;
  if (by === (mergeWish?.by ?? null)) return assignment;
  const wish: MergeWish | null = by === null ? null : { by, via: "label" };
  return { ...assignment, mergeWish: wish };
}

/** What keeps the pull request from being merged by us; null when nothing does. */
export function hindranceOf(assignment: Assignment, pull: Pull, state: PullState): Verdict | null {
  if (state.head !== pull.head) return { kind: "foreign-head" };
  const stop = assignment.block ?? assignment.hold;
  if (stop !== null) return { kind: "on-hold", by: stop.by };
  const gate = reviewGate(assignment, pull);
  const barred: Verdict | null = gate === null ? null : { kind: "review", ...gate };
  if (!isMergeWanted(assignment)) return barred ?? { kind: "waiting-for-person" };
  const veto = vetoOf(state);
  if (veto !== null) return { kind: "refused", why: veto };
  if (state.mergeable === "conflicting") return { kind: "conflict" };
  return state.checks === "passing" ? barred : { kind: "checks", checks: state.checks };
}

function vetoOf(state: PullState): string | null {
  const { baseBranch, isDraft } = state;
  const why = setAsideBy(state) ?? releaseBranch(baseBranch);
  return why ?? (isDraft ? "it is a draft" : null);
}

/** Why the pull request is nothing for Workers, in the seed's terms; null when it is. */
export function setAsideBy({ labels, headBranch }: PullState): string | null {
  const blocker = labels.find((label) => mergeBlockers.includes(label.toLowerCase()));
  return blocker === undefined ? releaseBranch(headBranch) : `it carries the label ${blocker}`;
}

const releaseBranch = (branch: string): string | null =>
  branch.startsWith(releases) ? `${branch} is the branch of a release` : null;
