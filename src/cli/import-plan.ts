/** A plan's file from another system's tasks, which `yardmaster plan apply` then turns into issues like any other. */
import { stringify } from "yaml";

import { carriedOver, mayBeUnmerged } from "../core/takeover.ts";
import type { CarriedTask, FoundTask } from "../core/takeover.ts";
import { CliFault } from "./fault.ts";
import type { Found } from "./import-found.ts";
import { plainLine } from "./plain.ts";
import { readPlan } from "./plan-file.ts";
import { shellWord } from "./shell-word.ts";

/** All that comes of an import. */
export type Takeover = {
  readonly found: Found;
  /** `owner/name`; null when it is for `plan apply` to say. */
  readonly repository: string | null;
  /** The plan's file; null when nothing is left to do. */
  readonly plan: string | null;
  readonly saves: readonly Save[];
  readonly notes: readonly string[];
};

/** Work that may be merged nowhere, and the command that saves it. */
type Save = {
  readonly id: string;
  readonly branch: string | null;
  readonly worktree: string | null;
  readonly command: string;
};

/** Throws CliFault when the plan would not be accepted. */
export function takeoverOf(
  found: Found,
  named: string | undefined,
  isThere: (path: string) => boolean,
): Takeover {
  const { tasks, notes } = carriedOver(found.tasks);
  const repository = named ?? found.repository;
  const isEmpty = tasks.every(({ isCompleted }) => isCompleted);
  const plan = isEmpty ? null : planText(found, repository, tasks);
  if (plan !== null) refuseUnfit(plan);
  const saves = found.tasks.flatMap((task) =>
    mayBeUnmerged(task) ? saveOf(task, found.path, isThere) : [],
  );
  return { found, repository, plan, saves, notes };
}

const planText = (
  { session, baseBranch }: Found,
  repository: string | null,
  tasks: readonly CarriedTask[],
): string =>
  stringify(
    {
      session_name: session,
      ...(repository === null ? {} : { repository }),
      ...(baseBranch === null ? {} : { base_branch: baseBranch }),
      tasks: tasks.map(taskKeys),
    },
    { lineWidth: 0 },
  );

const taskKeys = ({
  id,
  description,
  role,
  priority,
  needs,
  isCompleted,
}: CarriedTask): object => ({
  id,
  description,
  ...(role === null ? {} : { agent: role }),
  ...(priority === null ? {} : { priority }),
  ...(needs.length === 0 ? {} : { depends_on: needs }),
  ...(isCompleted ? { status: "completed" } : {}),
});

/** Whatever `plan apply` would refuse is told here, where the files that it comes from are at hand. */
function refuseUnfit(plan: string): void {
  const read = readPlan(plan, []);
  if (read.ok) return;
  const lines = read.faults.map((fault) => `  ${plainLine(fault.replace(/^line \d+: /u, ""))}`);
  throw new CliFault(
    [
      "These tasks make no plan that can be applied:",
      ...lines,
      "Mend that in the other system's files, for example by taking a task out of blocked_by, and import again.",
    ].join("\n"),
  );
}

function saveOf(
  { id, branch, worktree }: FoundTask,
  repository: string | null,
  isThere: (path: string) => boolean,
): readonly Save[] {
  const ref = branch ?? `saved/${id}`;
  if (worktree !== null && isThere(worktree)) {
    const git = `git -C ${shellWord(worktree)}`;
    const commit = `${git} add --all && ${git} commit --allow-empty --message "chore: save progress"`;
    const push = `${git} push origin ${shellWord(`HEAD:refs/heads/${ref}`)}`;
    return [{ id, branch, worktree, command: `${commit} && ${push}` }];
  }
  if (branch === null) return [];
  const git = repository === null ? "git" : `git -C ${shellWord(repository)}`;
  return [{ id, branch, worktree: null, command: `${git} push origin ${shellWord(branch)}` }];
}
