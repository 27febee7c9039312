/** Yardmaster as the demo runs it: a process of its own with nothing but an environment, as against github.com. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { z } from "zod";

/** One line of the service's log, as far as the demo reads it. */
export type LogLine = z.infer<typeof LogLine>;

const LogLine = z.object({
  time: z.number(),
  level: z.string(),
  msg: z.string(),
  url: z.string().optional(),
  issue: z.number().nullish(),
  phase: z.string().optional(),
  waitingFor: z.string().optional(),
  attempt: z.number().optional(),
  worker: z.string().optional(),
  pull: z.number().nullish(),
  hasEnded: z.boolean().optional(),
  why: z.string().optional(),
  effect: z.string().optional(),
});

/** The running service. */
export type DemoService = {
  readonly url: string;
  /** Settles with the exit code when the process is gone. */
  readonly exited: Promise<number | null>;
  /** Ends the process and settles when it is gone. */
  readonly stop: () => Promise<void>;
};

/** Starts the service; rejects with its last words when it ends before it listens. */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  onLine: (line: LogLine) => void,
): Promise<DemoService> {
  const child = spawn(process.execPath, [programPath(), "serve", "--env-file", "/dev/null"], {
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = new Promise<number | null>((resolve) => child.once("exit", resolve));
  let lastWords = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    lastWords = (lastWords + text).slice(-4_000);
  });
  const listening = Promise.withResolvers<string>();
  createInterface({ input: child.stdout }).on("line", (text) => {
    const line = lineOf(text);
    if (line === null) return;
    if (line.msg === "listening" && line.url !== undefined) listening.resolve(line.url);
    onLine(line);
  });
  void exited.then((code) =>
    listening.reject(new Error(`Yardmaster ended with ${code} before it listened:\n${lastWords}`)),
  );
  return {
    url: await listening.promise,
    exited,
    stop: async () => {
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** The command line beside us: a source file, or the built one. */
const programPath = (): string => {
  const extension = import.meta.url.endsWith(".ts") ? "ts" : "js";
  return fileURLToPath(new URL(`../cli/main.${extension}`, import.meta.url));
};

function lineOf(text: string): LogLine | null {
  try {
    return LogLine.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
