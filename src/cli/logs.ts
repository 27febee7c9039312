/** `yardmaster logs`: what a Worker's agent says and does. */
import type { Command } from "commander";

import { dataFolder } from "./data-folder.ts";
import { CliFault, usageExit } from "./fault.ts";
import type { Granularity } from "./granularity.ts";
import { granularityHelp, isGranularity } from "./granularity.ts";
import { logReader } from "./log-lines.ts";
import { print, referenceHelp, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const logsCommand = (): Command =>
  serviceVerb("logs", "show what a worker's agent says and does, also after its issue has ended", [
    "logs 12",
    "logs -f acme/rocket#12 --granularity tool",
    "logs worker-1795239000-12 --json",
  ])
    .argument("<ref>", referenceHelp)
    .option("-f, --follow", "go on until the worker's process has ended")
    .option("--granularity <how>", `what to show: ${granularityHelp}`, "all")
    .action(logs);

type Options = ServiceOptions & { readonly follow?: boolean; readonly granularity: string };

async function logs(reference: string, options: Options): Promise<void> {
  const { granularity } = options;
  if (!isGranularity(granularity)) {
    throw new CliFault(`--granularity must be one of ${granularityHelp}.`, usageExit);
  }
  const { begunRun, findWorker, parserOf } = await import("./run-files.ts");
  const { watchRun } = await import("../adapters/agents/watch.ts");
  const root = dataFolder(options.data);
  const found = await findWorker(root, reference);
  if (found === null) throw new CliFault(`Nothing is known of ${reference}.`);
  const run = await begunRun(root, found);
  if (run === null) throw new CliFault(`${found.taskId} has had no worker yet.`);
  const limit = options.follow === true ? undefined : AbortSignal.abort();
  const show = options.json === true ? jsonReader(granularity) : logReader(granularity);
  for await (const sight of watchRun(run, () => parserOf(run.record), limit)) {
    for (const line of show(sight)) print(line);
  }
}

/** Events as they are, one JSON document a line. */
const jsonReader = (granularity: Granularity): ReturnType<typeof logReader> => {
  return (sight) => {
    if (sight.type === "exited") return [JSON.stringify(sight)];
    if (sight.type === "line" || granularity === "exit") return [];
    const isTool = sight.event.type === "tool-started" || sight.event.type === "tool-ended";
    return granularity === "all" || isTool ? [JSON.stringify(sight.event)] : [];
  };
};
