/** The service as an operator runs it: a process with its embedded database, which may be killed and started again. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

import { compiled } from "./compiled.ts";
import { moduleFile } from "./own-file.ts";

/** A line of the service's log, as far as tests read it. */
export type ServiceLine = {
  readonly level: string;
  readonly msg: string;
  readonly url?: string;
  readonly issue?: number | null;
  readonly phase?: string;
  readonly waitingFor?: string;
};

/** One life of the service. */
export type ServiceProcess = {
  /** Settles with the exit code when the process is gone; null after a signal. */
  readonly exited: Promise<number | null>;
  readonly signal: (name: "SIGKILL" | "SIGTERM") => void;
};

/** Starts it; `onLine` sees each line of its log. What it writes to stderr is shown, because nothing should. */
export function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  onLine: (line: ServiceLine) => void,
): ServiceProcess {
  const child = spawn(process.execPath, [program, "serve", "--env-file", "/dev/null"], {
    env: {
      PATH: process.env["PATH"] ?? "",
      HOME: process.env["HOME"] ?? "",
      ...compiled,
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  createInterface({ input: child.stdout }).on("line", (text) => onLine(JSON.parse(text)));
  return {
    exited: new Promise((resolve) => child.once("exit", resolve)),
    signal: (name) => void child.kill(name),
  };
}

const program = moduleFile(import.meta, "../../src/cli/main");
