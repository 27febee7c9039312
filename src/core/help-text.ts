/** What people are told of our commands, made from their registry. */
import type { Policy } from "./policy.ts";
import { allVerbs, verbs } from "./verbs.ts";
import type { Verb } from "./verbs.ts";

/** The answer to the command `help`. */
export const helpText = ({ commandPrefix }: Pick<Policy, "commandPrefix">): string =>
  [
    ...commandTable(commandPrefix),
    "",
    `For example: ${allVerbs
      .flatMap((verb) => verbs[verb].examples.slice(-1))
      .map((example) => form(commandPrefix, example))
      .join(", ")}.`,
    "",
    "A command begins a line. A comment may hold several; the first that is refused ends them.",
  ].join("\n");

/** A table in Markdown, one row for each verb. */
export const commandTable = (prefix: string): readonly string[] => [
  "| command | who | what it does |",
  "|---|---|---|",
  ...allVerbs.map((verb) => {
    const { who, description } = verbs[verb];
    return `| ${usageOf(verb, prefix).join(", ")} | ${who} | ${description} |`;
  }),
];

/** How a verb is written, one code span for each way. */
export const usageOf = (verb: Verb, prefix: string): readonly string[] =>
  verbs[verb].usage.map((usage) => form(prefix, usage));

const form = (prefix: string, usage: string): string => `\`/${prefix} ${usage}\``;
