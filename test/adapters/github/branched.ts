/** A branch that is ready for its pull request. */
import type { TestContext } from "node:test";
import type { MergeOrder, InspectPullOrder, PullOrder } from "../../../src/core/effect.ts";
import type { PullNumber } from "../../../src/core/ids.ts";
import { sha } from "../../../src/core/ids.ts";
import type { Issue } from "../../../src/core/issue.ts";
import type { OpenedPull } from "../../../src/ports.ts";
import { bench } from "./setup.ts";
import type { Bench } from "./setup.ts";

export type Yard = Bench & {
  readonly theIssue: Issue;
  readonly order: PullOrder;
  readonly mergeOf: (opened: OpenedPull) => MergeOrder;
};

/** A branch with one commit, and no pull request yet. */
export async function branched(t: TestContext): Promise<Yard> {
  const yard = await bench(t);
  const theIssue = await yard.known(await yard.issue());
  const branch = "feature/1-tank-leaks";
  await yard.as("mona", "set-ci", { checks: [] });
  const files = { "tank.txt": "tight" };
  await yard.as("mona", "push", { branch, files });
  const { repository } = theIssue;
  const order = { repository, branch, base: "main", head: sha("0"), title: "fix: tank", body: "x" };
  const mergeOf = ({ pull, head }: OpenedPull): MergeOrder => ({
    repository,
    pull,
    head,
    method: "squash",
    title: "fix: tank (#1)",
  });
  yard.asked();
  return { ...yard, theIssue, order, mergeOf };
}

export const addressOf = ({ theIssue }: Yard, pull: PullNumber): InspectPullOrder => ({
  repository: theIssue.repository,
  pull,
  areLogsWanted: false,
  isRemovalWanted: false,
  mergeLabel: "agent:merge",
});
