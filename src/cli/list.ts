/** `yardmaster list`: all live assignments. */
import type { Command } from "commander";

import type { AssignmentView } from "../http/control-shapes.ts";
import { dataFolder } from "./data-folder.ts";
import { table } from "./table.ts";
import { print, printJson, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const listCommand = (): Command =>
  serviceVerb("list", "list the issues that are queued, worked on, in review or parked", [
    "list",
    "list --json",
  ]).action(list);

async function list(options: ServiceOptions): Promise<void> {
  const { askService } = await import("./service.ts");
  const { AssignmentList } = await import("../http/control-shapes.ts");
  const order = { method: "GET", path: "/assignments" } as const;
  const answer = await askService(dataFolder(options.data), order, AssignmentList);
  if (options.json === true) printJson(answer);
  else if (answer.assignments.length === 0) print("Nothing is asked for.");
  else print(table(headings, answer.assignments.map(row)));
}

const headings = [
  "ISSUE",
  "PHASE",
  "ATTEMPT",
  "AGENT",
  "WORKER",
  "PULL",
  "QUEUED",
  "TITLE",
  "WAITS FOR",
];

const row = (view: AssignmentView): readonly string[] => [
  view.task_id ?? "(GitHub is being asked)",
  view.phase,
  view.attempt === null ? "" : `${view.attempt}/${view.max_attempts}`,
  view.agent ?? "",
  view.worker ?? "",
  view.pull === null ? "" : `#${view.pull.number}`,
  view.queued_count === 0 ? "" : String(view.queued_count),
  view.title,
  view.waiting ?? "",
];
