/** `yardmaster status`: everything about one assignment, and the last of what its Worker said. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

import type { AssignmentView } from "../http/control-shapes.ts";
import { dataFolder } from "./data-folder.ts";
import { logReader } from "./log-lines.ts";
import { plainLine } from "./plain.ts";
import { print, printJson, referenceHelp, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const statusCommand = (): Command =>
  serviceVerb(
    "status",
    "show one issue: phase, worker, files, pull request, messages, last lines",
    ["status 12", "status acme/rocket#12 --tail 100", "status worker-1795239000-12 --json"],
  )
    .argument("<ref>", referenceHelp)
    .option("--tail <lines>", "how many of the worker's last lines", lineCount, 20)
    .action(status);

type Options = ServiceOptions & { readonly tail: number };

async function status(reference: string, options: Options): Promise<void> {
  const { askService, assignmentPath } = await import("./service.ts");
  const { AssignmentView } = await import("../http/control-shapes.ts");
  const root = dataFolder(options.data);
  const order = { method: "GET", path: assignmentPath(reference) } as const;
  const task = await askService(root, order, AssignmentView);
  const tail = await lastLines(root, task, options.tail);
  if (options.json === true) return printJson({ task, log_tail: tail });
  for (const [name, value] of factsOf(task)) print(`${name.padEnd(12)}${plainLine(value)}`);
  if (tail.length > 0) print(["", ...tail].join("\n"));
}

async function lastLines(
  root: string,
  view: AssignmentView,
  count: number,
): Promise<readonly string[]> {
  if (count === 0 || view.repository_id === null || view.worker === null) return [];
  const { lastRun, parserOf } = await import("./run-files.ts");
  const { watchRun } = await import("../adapters/agents/watch.ts");
  const run = await lastRun(root, { repository: view.repository_id, worker: view.worker });
  if (run === null) return [];
  const read = logReader("all");
  const tail: string[] = [];
  for await (const sight of watchRun(run, () => parserOf(run.record), AbortSignal.abort())) {
    tail.push(...read(sight));
    if (tail.length > count) tail.splice(0, tail.length - count);
  }
  return tail;
}

function factsOf(view: AssignmentView): readonly (readonly [string, string])[] {
  const facts: readonly (readonly [string, string | null])[] = [
    ["issue", view.task_id],
    ["title", view.title],
    ["url", view.url],
    ["asked by", `${view.requester} at ${view.requested_at}`],
    ["phase", view.phase],
    ["waits for", view.waiting],
    ["attempt", view.attempt === null ? null : `${view.attempt} of ${view.max_attempts}`],
    ["worker", view.worker],
    ["agent", view.model === null ? view.agent : `${view.agent} with ${view.model}`],
    ["run", view.run === null ? null : `${view.run}${view.is_running ? ", running" : ""}`],
    ["session", view.session_id],
    ["worktree", view.worktree_path],
    ["run folder", view.run_path],
    ["pull", view.pull === null ? null : `#${view.pull.number} ${view.pull.url}`],
    ["messages", view.queued_count === 0 ? null : `${view.queued_count} waiting`],
    ["spent", view.usd === 0 ? null : `$${view.usd.toFixed(4)}`],
  ];
  return facts.flatMap(([name, value]) => (value === null || value === "" ? [] : [[name, value]]));
}

function lineCount(text: string): number {
  const count = Number(text);
  if (text !== "" && Number.isInteger(count) && count >= 0 && count <= 100_000) return count;
  throw new InvalidArgumentError("It must be a number of lines.");
}
