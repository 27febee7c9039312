/** Which effect an answer is to. */
import type { Effect } from "../../src/core/effect.ts";
import type { AnswerEvent } from "../../src/core/event.ts";

/** The type of effect that has this kind of answer. */
export function effectOf(answer: Exclude<AnswerEvent["type"], "effect.failed">): Effect["type"] {
  switch (answer) {
    case "issue.inspected":
      return "issue.inspect";
    case "actor.inspected":
      return "actor.inspect";
    case "budget.raised":
      return "budget.raise";
    case "status.published":
      return "status.publish";
    case "worktree.ready":
      return "worktree.create";
    case "worker.started":
    case "worker.exited":
      return "worker.start";
    case "work.imported":
      return "work.import";
    case "branch.pushed":
    case "branch.refused":
      return "branch.push";
    case "pull.opened":
      return "pull.open";
    case "pull.inspected":
      return "pull.inspect";
    case "pull.mergeAccepted":
    case "pull.mergeRefused":
      return "pull.merge";
    case "threads.answered":
      return "threads.answer";
    case "pull.updateAccepted":
    case "pull.updateRefused":
      return "pull.update";
    case "pull.armAccepted":
    case "pull.armRefused":
      return "pull.arm";
    case "pull.enqueueAccepted":
    case "pull.enqueueRefused":
      return "pull.enqueue";
    case "finding.tracked":
      return "finding.track";
    case "dependencies.added":
      return "dependencies.add";
    case "pull.reverted":
      return "pull.revert";
    case "flow.prepared":
      return "flow.prepare";
    case "issue.closeAccepted":
      return "issue.close";
    case "worktree.removed":
      return "worktree.remove";
    case "worktree.cleared":
      return "worktree.clear";
    case "log.fetched":
      return "log.fetch";
  }
}
