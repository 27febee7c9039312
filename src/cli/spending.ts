/** `yardmaster spending`: what models have cost. */
import { Option } from "commander";
import type { Command } from "commander";

import type { SpendingRow } from "../http/control-shapes.ts";
import { dataFolder } from "./data-folder.ts";
import { sinceOf } from "./since.ts";
import { table } from "./table.ts";
import { print, printJson, serviceVerb } from "./verb.ts";
import type { ServiceOptions } from "./verb.ts";

/** The verb with its options. */
export const spendingCommand = (): Command =>
  serviceVerb("spending", "show what models have cost, as the gateway counted it", [
    "spending",
    "spending --since 24h --by model",
    "spending --since 2026-11-01 --by day --json",
  ])
    .option(
      "--since <time>",
      "how far back: 24h, 7d, 2w or a day like 2026-11-21",
      sinceOf,
      sinceOf("7d"),
    )
    .addOption(
      new Option("--by <what>", "what to sum up by")
        .choices(["issue", "repository", "day", "model"])
        .default("issue"),
    )
    .action(spending);

type Kind = "issue" | "repository" | "day" | "model";
type Options = ServiceOptions & { readonly since: number; readonly by: Kind };

async function spending(options: Options): Promise<void> {
  const { askService } = await import("./service.ts");
  const { Spending } = await import("../http/control-shapes.ts");
  const since = new Date(options.since).toISOString();
  const order = { method: "GET", path: `/spending?since=${since}` } as const;
  const answer = await askService(dataFolder(options.data), order, Spending);
  const sums = summedBy(options.by, answer.rows);
  const total = sums.reduce((sum, { usd }) => sum + usd, 0);
  if (options.json === true)
    return printJson({ since: answer.since, by: options.by, sums, usd: total });
  if (sums.length === 0) return print(`Nothing was spent since ${answer.since}.`);
  print(table([options.by.toUpperCase(), ...headings], sums.map(row)));
  print(`\n${dollars(total)} since ${answer.since}.`);
  if (sums.some(({ is_estimate }) => is_estimate)) {
    print("~ holds requests to a model without a known price, counted at the dearest known one.");
  }
}

const headings = ["REQUESTS", "TOKENS IN", "TOKENS OUT", "USD"];

/** The sum of one issue, repository, day or model. */
type Sum = Omit<SpendingRow, Kind> & { readonly name: string };

const row = (sum: Sum): readonly string[] => [
  sum.name,
  sum.requests.toLocaleString("en"),
  sum.input_tokens.toLocaleString("en"),
  sum.output_tokens.toLocaleString("en"),
  `${sum.is_estimate ? "~" : ""}${dollars(sum.usd)}`,
];

const dollars = (usd: number): string => `$${usd.toFixed(usd >= 1 ? 2 : 4)}`;

/** Dearest first; days in their order. */
function summedBy(by: Kind, rows: readonly SpendingRow[]): readonly Sum[] {
  const groups = Map.groupBy(rows, (one) => one[by]);
  const sums = [...groups].map(([name, group]) => sumOf(name, group));
  return by === "day"
    ? sums.toSorted((one, other) => (one.name < other.name ? -1 : 1))
    : sums.toSorted((one, other) => other.usd - one.usd);
}

const sumOf = (name: string, rows: readonly SpendingRow[]): Sum => ({
  name,
  requests: total(rows.map(({ requests }) => requests)),
  input_tokens: total(rows.map(({ input_tokens }) => input_tokens)),
  output_tokens: total(rows.map(({ output_tokens }) => output_tokens)),
  usd: total(rows.map(({ usd }) => usd)),
  is_estimate: rows.some(({ is_estimate }) => is_estimate),
});

const total = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);
