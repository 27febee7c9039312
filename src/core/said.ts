/** What a Worker said, in the terms of what it was sent for. */
import type { Handover } from "./handover.ts";
import { noFindings } from "./handover.ts";
import { accountOf } from "./ladder.ts";
import { isBuiltUpon } from "./task.ts";
import type { Task } from "./task.ts";

/** Whoever was to look has found something, and whoever was to work says what was done. */
export function asFor(task: Task, said: Handover): Handover {
  if (isBuiltUpon(task)) {
    return said.kind === "found" || said.kind === "reviewed"
      ? { kind: "ready", summary: accountOf(said), testing: "", replies: [] }
      : said;
  }
  if (task.kind === "review") {
    return said.kind === "reviewed" || said.kind === "failed" ? said : failedReview(said);
  }
  if (said.kind === "found" || said.kind === "failed") return said;
  return { kind: "found", findings: { ...noFindings, recommendation: accountOf(said) } };
}

const failedReview = (said: Handover): Handover => ({
  kind: "failed",
  why: `the worker gave no review in the form that it was asked for: ${accountOf(said)}`,
});
