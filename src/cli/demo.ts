/** `yardmaster demo`: shows the whole loop on this machine. */
import { Command, InvalidArgumentError, Option } from "commander";

import { table } from "../demo/report.ts";
import type { DemoReport } from "../demo/report.ts";
import { endSignal } from "./signals.ts";

/** The verb with its options. */
export const demoCommand = (): Command =>
  new Command("demo")
    .description("open issues on a local GitHub and watch them become merged pull requests")
    .option("--json", "print one JSON document and nothing else")
    .option("--keep", "stay up at the end and print the addresses")
    .addOption(
      new Option("--agent <name>", "which agent works")
        .choices(["scripted", "claude", "codex"])
        .default("scripted"),
    )
    .option("--issues <number>", "how many issues", count(100), 5)
    .option("--workers <number>", "how many workers at a time", count(32), 3)
    .addHelpText("after", examples)
    .exitOverride()
    .action(demo);

const examples = `
Examples:
  $ yardmaster demo
  $ yardmaster demo --issues 9 --workers 1
  $ yardmaster demo --json
  $ ANTHROPIC_API_KEY=… yardmaster demo --agent claude`;

type Options = {
  readonly json?: boolean;
  readonly keep?: boolean;
  readonly agent: string;
  readonly issues: number;
  readonly workers: number;
};

async function demo(options: Options): Promise<void> {
  const isQuiet = options.json === true;
  const say = (line: string): void => {
    if (!isQuiet) process.stdout.write(`${line}\n`);
  };
  const { runDemo } = await import("../demo/demo.ts");
  const report = await runDemo({
    agent: options.agent,
    issues: options.issues,
    workers: options.workers,
    say,
    beforeEnd: async ({ github, yardmaster }) => {
      if (options.keep !== true) return;
      process.stderr.write(`GitHub: ${github}\nYardmaster: ${yardmaster}\nCtrl-C ends both.\n`);
      await endSignal();
    },
  });
  if (isQuiet) process.stdout.write(`${JSON.stringify(report, null, 2)}\n`);
  else say(closing(report));
  if (!report.ok) process.exitCode = 1;
}

function closing(report: DemoReport): string {
  const done = report.issues.filter(({ isDone }) => isDone).length;
  return [
    "",
    table(report.issues),
    "",
    `${done} of ${report.issues.length} issues merged in ${report.seconds.toFixed(1)} s with ${report.apiRequests} API requests.`,
    ...report.faults.map((fault) => `Not done: ${fault}`),
  ].join("\n");
}

const count =
  (most: number) =>
  (text: string): number => {
    const number = Number(text);
    if (Number.isInteger(number) && number >= 1 && number <= most) return number;
    throw new InvalidArgumentError(`It must be a number from 1 to ${most}.`);
  };
