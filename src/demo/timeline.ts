/** The service's log as a story: who asked, who works, what became of it. */
import type { LogLine } from "./service.ts";

/** What one issue has lived through, times in milliseconds since the epoch. */
export type IssueStory = {
  readonly number: number;
  readonly askedAt: number;
  readonly startedAt: number | null;
  readonly doneAt: number | null;
  readonly attempts: number;
  readonly pull: number | null;
  readonly phase: string;
};

/** The story after a line of the log; the same object when the line tells nothing of this issue. */
export function continued(story: IssueStory, line: LogLine): IssueStory {
  if (line.issue !== story.number) return story;
  if (line.msg === "worker started") {
    return { ...story, startedAt: story.startedAt ?? line.time };
  }
  if (line.msg !== "assignment changed" || line.phase === undefined) return story;
  return {
    ...story,
    phase: line.phase,
    attempts: line.attempt ?? story.attempts,
    pull: line.pull ?? story.pull,
    // Only when GitHub shows it, too.
    doneAt: line.phase === "done" && line.hasEnded === true ? line.time : story.doneAt,
  };
}

/** The sentence for a step that a newcomer wants to see; null for all the others. */
export function sentence(before: IssueStory, after: IssueStory, line: LogLine): string | null {
  if (line.msg === "worker started") {
    return `${line.worker ?? "a worker"} starts, attempt ${line.attempt ?? 1}`;
  }
  const isNew = before.phase !== after.phase;
  switch (after.phase) {
    case "queued":
      return waiting(line.waitingFor ?? "", before);
    case "preparing":
      return isNew ? "registered on the issue, gets a worktree" : null;
    case "publishing":
      return isNew ? "the worker is done, its commits are checked and pushed" : null;
    case "reviewing":
      return isNew && before.phase !== "merging"
        ? `pull request #${after.pull ?? "?"} is open, checks run`
        : null;
    case "merging":
      return isNew ? "checks are green, it is merged" : null;
    case "done":
      return after.doneAt === null ? null : "merged, card in Done, worktree and branch removed";
    case "parked":
      return isNew ? "needs a person" : null;
    case "withdrawn":
      return isNew ? "stopped" : null;
    default:
      return null;
  }
}

function waiting(reason: string, before: IssueStory): string | null {
  switch (reason) {
    case "slot":
      return "approved, waits for a free worker";
    case "blockers":
      return "approved, waits for the issue that it depends on";
    case "time":
      return `attempt ${before.attempts} ended, its work is kept for the next`;
    default:
      return null;
  }
}
