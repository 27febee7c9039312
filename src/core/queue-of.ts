/** Where what is owed waits to be done. */
import type { Effect } from "./effect.ts";

/** Which queue an effect waits in: the API of GitHub, or the machine that has the worktrees. */
export function queueOf(type: Effect["type"]): "github" | "attempts" {
  switch (type) {
    case "issue.inspect":
    case "actor.inspect":
    case "status.publish":
    case "pull.open":
    case "pull.inspect":
    case "pull.merge":
    case "threads.answer":
    case "pull.update":
    case "pull.arm":
    case "pull.enqueue":
    case "finding.track":
    case "dependencies.add":
    case "pull.revert":
    case "flow.prepare":
    case "issue.close":
      return "github";
    case "budget.raise":
    case "worktree.create":
    case "worker.start":
    case "worker.stop":
    case "work.import":
    case "branch.push":
    case "worktree.remove":
    case "worktree.clear":
    case "log.fetch":
      return "attempts";
  }
}
