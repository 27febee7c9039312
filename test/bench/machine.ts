/** On what the numbers were measured: without it they mean nothing. */
import { execFile } from "node:child_process";
import { availableParallelism, cpus, loadavg, totalmem, type } from "node:os";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The machine, as far as it matters to the numbers; no name of it and no path on it. */
export type Machine = {
  readonly system: string;
  readonly cores: number;
  readonly processor: string;
  readonly memoryGB: number;
  readonly node: string;
  readonly git: string;
};

/** Describes this machine. */
export async function machine(): Promise<Machine> {
  const { stdout } = await run("git", ["--version"]);
  return {
    system: `${type()} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    memoryGB: Math.round(totalmem() / 1e9),
    node: process.versions.node,
    git: stdout.trim().replace("git version ", ""),
  };
}

/** How many processes wanted to run in the last minute: more than the cores means that others were at work too. */
export const load = (): number => Math.round((loadavg()[0] ?? 0) * 10) / 10;
