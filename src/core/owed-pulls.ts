/** What is owed about a pull request that is open: to look at it, and to have it merged. */
import type { Assignment, Phase, Pull } from "./assignment.ts";
import type { Effect } from "./effect.ts";
import { isWished } from "./errand-wish.ts";
import { mayFix } from "./errands.ts";
import type { Issue } from "./issue.ts";
import { isMarked } from "./merge-queue.ts";
import { mergeLabel } from "./merging.ts";
import type { Policy } from "./policy.ts";
import { pullTitle } from "./pull-text.ts";

/** The question how it stands. */
export const inspectPull = (
  assignment: Assignment,
  issue: Issue,
  pull: Pull,
  policy: Policy,
): Effect => ({
  key: `${assignment.id}/pull/${assignment.questions}`,
  assignment: assignment.id,
  type: "pull.inspect",
  question: assignment.questions,
  repository: issue.repository,
  pull: pull.number,
  // Each is a request more, and only who mends checks reads them.
  areLogsWanted: isWished(assignment, "fix") || mayFix(assignment, pull),
  mergeLabel: mergeLabel(policy),
  isRemovalWanted: isMarked(assignment, pull),
});

/** The merge, or what comes before it. */
export function mergePull(
  { id: assignment, policy }: Assignment,
  issue: Issue,
  { pull, question, way }: Extract<Phase, { name: "merging" }>,
): Effect {
  const key = `${assignment}/${way}/${question}`;
  const { number, head } = pull;
  const order = { key, assignment, question, repository: issue.repository, pull: number, head };
  const merge = { ...order, method: policy.merge.method, title: pullTitle(issue) };
  switch (way) {
    case "update":
      return { type: "pull.update", ...order };
    case "merge":
      return { type: "pull.merge", ...merge };
    case "arm":
    case "disarm":
      return { type: "pull.arm", ...merge, isOn: way === "arm" };
    case "enqueue":
    case "dequeue":
      return { type: "pull.enqueue", ...order, isOn: way === "enqueue" };
  }
}
