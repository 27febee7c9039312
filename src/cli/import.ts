/** `yardmaster import`: the state of another system becomes a plan's file. Nothing of theirs is changed. */
import { existsSync, writeFileSync } from "node:fs";
import { Command } from "commander";

import { CliFault } from "./fault.ts";
import type { Found } from "./import-found.ts";
import type { Takeover } from "./import-plan.ts";
import { plainLine } from "./plain.ts";
import { print, printJson } from "./verb.ts";

/** The verb with a part for each system. */
export const importCommand = (): Command =>
  new Command("import")
    .description("turn the state of another orchestrator into a plan for `plan apply`")
    .exitOverride()
    .addHelpText("after", examples)
    .addCommand(
      partCommand("paw", "take over the tasks of paw.py", async (folder, of) =>
        (await import("./import-paw.ts")).readPaw(folder, of),
      ).argument("<folder>", "what paw.py has as --root, or the project that it is in"),
    )
    .addCommand(
      partCommand(
        "parallel-workers",
        "take over the tasks of parallel-workers",
        async (folder, of) => (await import("./import-workers.ts")).readWorkers(folder, of),
      ).argument("<folder>", "where the workers' states are, usually ~/.claude/worker-states"),
    );

type Read = (folder: string, of: string | undefined) => Promise<Found>;

const partCommand = (name: string, description: string, read: Read): Command =>
  new Command(name)
    .description(description)
    .option("--of <name>", "of several repositories or projects, the one that is meant")
    .option("--repository <owner/name>", "where the issues go, if no pull request tells")
    .option("--output <file>", "write the plan there, in place of standard output")
    .option("--dry-run", "print what would be taken over and write no plan")
    .option("--json", "print JSON and nothing else, the plan included")
    .exitOverride()
    .addHelpText("after", examples)
    .action(async (folder: string, options: ImportOptions) =>
      takeOver(await read(folder, options.of), options),
    );

const examples = `
Tasks that are to be done become issues when the plan is applied; those with an open pull request are
left to it, and what depends on them waits for it. Nothing is deleted and no git is run: worktrees and
branches that are not known to be merged are listed with the command that saves them.

Examples:
  $ yardmaster import paw .claude/parallel-agents --dry-run
  $ yardmaster import paw .claude/parallel-agents --of web --repository acme/web --output plan.yml
  $ yardmaster import parallel-workers ~/.claude/worker-states --repository acme/web | yardmaster plan apply - --dry-run`;

type ImportOptions = {
  readonly of?: string;
  readonly repository?: string;
  readonly output?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
};

async function takeOver(found: Found, options: ImportOptions): Promise<void> {
  const { takeoverOf } = await import("./import-plan.ts");
  const { nextLine, reportJson, reportLines } = await import("./import-report.ts");
  const takeover = takeoverOf(found, options.repository, existsSync);
  const { output } = options;
  const isWritten = output !== undefined && options.dryRun !== true && takeover.plan !== null;
  if (isWritten) writePlan(output, takeover.plan);
  if (options.json === true) return printJson(reportJson(takeover, isWritten ? output : null));
  const lines = [
    ...reportLines(takeover),
    "",
    endLine(takeover, isWritten ? output : null, nextLine),
  ];
  if (options.dryRun === true || isWritten || takeover.plan === null)
    return print(lines.join("\n"));
  // The plan alone may be read by the next program.
  process.stderr.write(`${lines.join("\n")}\n`);
  process.stdout.write(takeover.plan);
}

function endLine(
  takeover: Takeover,
  written: string | null,
  next: (takeover: Takeover, path: string) => string,
): string {
  if (takeover.plan === null) return "Nothing is left to do; there is no plan.";
  return written === null
    ? `Nothing was changed. With the plan in a file: ${next(takeover, "plan.yml")}`
    : `Wrote ${plainLine(written)}. Next: ${next(takeover, written)}`;
}

/** A plan that is there already may hold somebody's changes. */
function writePlan(path: string, plan: string): void {
  try {
    writeFileSync(path, plan, { flag: "wx" });
  } catch (error) {
    const isThere = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new CliFault(
      isThere
        ? `${plainLine(path)} is there already: name another file with --output, or remove it.`
        : `${plainLine(path)} cannot be written.`,
    );
  }
}
