/** `yardmaster wait`: tells what a Worker's run does until its process has ended. For programs that watch workers. */
import { InvalidArgumentError } from "commander";
import type { Command } from "commander";

import { dataFolder } from "./data-folder.ts";
import type { Granularity } from "./granularity.ts";
import { granularityHelp, isGranularity } from "./granularity.ts";
import { referenceHelp, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";
import { toolUses } from "./tool-event.ts";
import { waitLine } from "./wait-lines.ts";
import type { WaitEvent } from "./wait-lines.ts";

/** The verb with its options. */
export const waitCommand = (): Command =>
  serviceVerb("wait", "wait until a worker's process has ended, and tell what it does meanwhile", [
    "wait 12",
    "wait acme/rocket#12 --granularity tool --timeout 600",
  ])
    .argument("<ref>", referenceHelp)
    .option("--granularity <how>", `what to tell: ${granularityHelp}`, "exit")
    .option("--timeout <seconds>", "give up after this time; 0 never does", seconds, 0)
    .addHelpText("after", lines)
    .action(wait);

const lines = `
Lines, as JSON objects with --json:
  WATCHING task=<issue> pid=<number> granularity=<how>
  TOOL task=<issue> tool=<name>        with tool
  LOG task=<issue>: <line>             with all
  EXITED task=<issue>                  leaves with 0
  TIMEOUT task=<issue>                 leaves with 5
  ERROR task=<issue> reason=<reason>   leaves with 2 (invalid_granularity), 3 (not_found), 4 (no_process)`;

type Options = ServiceOptions & { readonly granularity: string; readonly timeout: number };

async function wait(task: string, options: Options): Promise<void> {
  const say = (event: WaitEvent): void => {
    process.stdout.write(`${options.json === true ? JSON.stringify(event) : waitLine(event)}\n`);
  };
  const { granularity } = options;
  process.exitCode = isGranularity(granularity)
    ? await waitFor(task, granularity, options, say)
    : refused(say, task, `invalid_granularity=${granularity}`, 2);
}

type Say = (event: WaitEvent) => void;

function refused(say: Say, task: string, reason: string, exitCode: number): number {
  say({ event: "ERROR", task, reason });
  return exitCode;
}

async function waitFor(
  reference: string,
  granularity: Granularity,
  options: Options,
  say: Say,
): Promise<number> {
  const { begunRun, findWorker, parserOf } = await import("./run-files.ts");
  const { watchRun } = await import("../adapters/agents/watch.ts");
  const root = dataFolder(options.data);
  const found = await findWorker(root, reference);
  if (found === null) return refused(say, reference, "not_found", 3);
  const task = found.taskId;
  const run = await begunRun(root, found);
  if (run === null) return refused(say, task, "no_process", 4);
  say({ event: "WATCHING", task, pid: run.record.pid, granularity });
  const limit = options.timeout === 0 ? undefined : AbortSignal.timeout(options.timeout * 1000);
  const usedTool = toolUses();
  for await (const sight of watchRun(run, () => parserOf(run.record), limit)) {
    const tool = usedTool(sight);
    if (granularity === "tool" && tool !== null) say({ event: "TOOL", task, tool });
    if (granularity === "all" && sight.type === "line")
      say({ event: "LOG", task, line: sight.line });
    if (sight.type !== "exited") continue;
    say({ event: "EXITED", task });
    return 0;
  }
  say({ event: "TIMEOUT", task });
  return 5;
}

function seconds(text: string): number {
  const number = Number(text);
  if (text !== "" && number >= 0 && number <= 1_000_000) return number;
  throw new InvalidArgumentError("It must be a number of seconds.");
}
