/** `yardmaster simulate`: a GitHub on loopback, driven over HTTP. */
import { readFile } from "node:fs/promises";
import { Command, InvalidArgumentError } from "commander";

import { endSignal } from "./signals.ts";

/** The verb with its options. */
export const simulateCommand = (): Command =>
  new Command("simulate")
    .description("serve a local GitHub: REST, GraphQL, git, webhooks and a control face")
    .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", portOf, 0)
    .option("--data <folder>", "keep everything here; without it a temporary folder is used")
    .option("--webhook <url>", "where webhooks are delivered")
    .option("--seed <file.yml>", "what the world begins with")
    .option("--json", "print nothing but the one JSON line")
    .addHelpText("after", examples)
    .exitOverride()
    .action(simulate);

const examples = `
Prints one JSON line with addresses, ids and tokens, and serves until it is stopped.
src/simulator/README.md describes the control face.

Examples:
  $ yardmaster simulate --port 4000 --data ./github --webhook http://127.0.0.1:3000/api/github/webhooks
  $ yardmaster simulate --seed world.yml --json`;

type Options = {
  readonly port: number;
  readonly data?: string;
  readonly webhook?: string;
  readonly seed?: string;
  readonly json?: boolean;
};

async function simulate(options: Options): Promise<void> {
  const { readSeed } = await import("../simulator/seed/read-seed.ts");
  const { startSimulator } = await import("../simulator/simulator.ts");
  const simulator = await startSimulator({
    port: options.port,
    ...(options.data === undefined ? {} : { dataFolder: options.data }),
    ...(options.webhook === undefined ? {} : { webhook: options.webhook }),
    ...(options.seed === undefined ? {} : { seed: readSeed(await readFile(options.seed, "utf8")) }),
  });
  process.stdout.write(`${JSON.stringify(simulator.card)}\n`);
  if (options.json !== true) {
    process.stderr.write(`A local GitHub serves at ${simulator.url}; Ctrl-C ends it.\n`);
  }
  await endSignal();
  await simulator.close();
}

function portOf(text: string): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new InvalidArgumentError("It must be a number from 0 to 65535.");
}
