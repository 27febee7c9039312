/** `yardmaster plan apply`: a file of tasks becomes issues that are worked on in order. */
import { readFileSync } from "node:fs";
import { Command } from "commander";

import type { Plan } from "../core/plan.ts";
import { openTasks, waves } from "../core/plan.ts";
import { planTitle } from "../core/plan-text.ts";
import { settingsFile } from "./data-folder.ts";
import { CliFault, usageExit } from "./fault.ts";
import { plainLine } from "./plain.ts";
import type { ReadPlan } from "./plan-file.ts";
import { print, printJson } from "./verb.ts";

/** The verb with its one part. */
export const planCommand = (): Command =>
  new Command("plan")
    .description("turn a file of tasks into issues that are worked on in order")
    .exitOverride()
    .addHelpText("after", examples)
    .addCommand(applyCommand());

const applyCommand = (): Command =>
  new Command("apply")
    .description("open or update one issue per task, tie them together and ask for the work")
    .argument("<file>", "the plan as YAML; - reads standard input")
    .option("--repository <owner/name>", "where the issues go, if the file does not say")
    .option("--as <login>", "the person with write access on whose behalf the work is asked for")
    .option("--dry-run", "print the waves and write nothing")
    .option("--no-dispatch", "open the issues and leave it to people to ask for the work")
    .option("--env-file <path>", "file with settings; real variables go before it", ".env")
    .option("--data <folder>", "data folder of the service, in place of the one in the settings")
    .option("--json", "print JSON and nothing else")
    .exitOverride()
    .addHelpText("after", examples)
    .action(apply);

const examples = `
The plan may be applied again at any time, also after it broke off: issues are found again, changed
descriptions are brought in unless a person has edited the issue, and nothing is asked for twice.

Example of a file:
  session_name: checkout
  repository: acme/shop
  user_request: Customers can pay by card.
  tasks:
    - id: model
      description: Add the payment model in src/payment.ts, with tests.
    - id: form
      description: Add the card form.
      depends_on: [model]

Examples:
  $ yardmaster plan apply plan.yml --dry-run
  $ yardmaster plan apply plan.yml --as octocat
  $ yardmaster plan apply plan.yml --repository acme/shop --no-dispatch --json`;

/** What the command line says. */
export type PlanOptions = {
  readonly repository?: string;
  readonly as?: string;
  readonly dryRun?: boolean;
  /** False with `--no-dispatch`. */
  readonly dispatch: boolean;
  readonly envFile: string;
  readonly data?: string;
  readonly json?: boolean;
};

async function apply(path: string, options: PlanOptions): Promise<void> {
  const { readMachine } = await import("../settings.ts");
  const { readPlan } = await import("./plan-file.ts");
  const environment = {
    ...settingsFile(options.envFile),
    ...process.env,
    ...(options.data === undefined ? {} : { YARDMASTER_DATA: options.data }),
  };
  const machine = readMachine(environment);
  const read = readPlan(textOf(path), machine.ok ? machine.settings.policy.agents : []);
  if (!read.ok) throw planFault(path, read.faults);
  if (options.dryRun === true) return showWaves(read.plan, options.json === true);
  const { applyHere } = await import("./plan-apply.ts");
  await applyHere({ path, read, place: placeOf(read, options), options, environment });
}

function textOf(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch {
    throw new CliFault(`${path} cannot be read.`);
  }
}

/** Everything that is wrong with the file, in lines. */
export const planFault = (path: string, faults: readonly string[]): CliFault =>
  new CliFault(
    `${path} cannot be applied:\n${faults.map((fault) => `  ${plainLine(fault)}`).join("\n")}`,
  );

type Place = { readonly owner: string; readonly name: string };

function placeOf(read: Extract<ReadPlan, { ok: true }>, { repository }: PlanOptions): Place {
  const named = repository ?? read.repository;
  if (named === null) {
    throw new CliFault(
      "Name the repository in the file or with --repository owner/name.",
      usageExit,
    );
  }
  const [owner = "", name = "", more] = named.split("/");
  if (owner === "" || name === "" || more !== undefined) {
    throw new CliFault("--repository must be owner/name.", usageExit);
  }
  return { owner, name };
}

function showWaves(plan: Plan, isJson: boolean): void {
  const tasks = openTasks(plan);
  const order = waves(tasks);
  const completed = plan.tasks.length - tasks.length;
  if (isJson) {
    const counts = { total: plan.tasks.length, completed, pending: tasks.length };
    return printJson({ session: plan.session, waves: order, ...counts });
  }
  const byId = new Map(tasks.map((task) => [task.id, task] as const));
  for (const [index, wave] of order.entries()) {
    print(`Wave ${index + 1}`);
    for (const id of wave) {
      const task = byId.get(id);
      if (task === undefined) continue;
      const after = task.needs.length === 0 ? "" : ` (after ${task.needs.join(", ")})`;
      print(`  ${id}: ${plainLine(planTitle(task))}${after}`);
    }
  }
  print(`${tasks.length} to do, ${completed} completed; nothing was written.`);
}
