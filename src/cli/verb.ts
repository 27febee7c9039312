/** What the verbs about a running service have in common. */
import { Command } from "commander";

/** Options that each of them takes. */
export type ServiceOptions = { readonly data?: string; readonly json?: boolean };

/** A verb with those options; `examples` are command lines. */
export const serviceVerb = (
  name: string,
  description: string,
  examples: readonly string[],
): Command =>
  new Command(name)
    .description(description)
    .option("--data <folder>", "data folder of the service; else YARDMASTER_DATA, else .yardmaster")
    .option("--json", "print JSON and nothing else")
    .addHelpText(
      "after",
      `\nExamples:\n${examples.map((example) => `  $ yardmaster ${example}`).join("\n")}`,
    )
    .exitOverride();

/** How an issue is named on the command line. */
export const referenceHelp =
  "the issue as 12, '#12' or owner/name#12, or the id of a worker (quote # at the beginning)";

/** Prints what a program reads. */
export const printJson = (value: unknown): void => {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
};

/** Prints what a person reads. */
export const print = (text: string): void => {
  process.stdout.write(`${text}\n`);
};
