/** Runs one command line after the other in one process, as if each were started: loading the program costs many times more than most of what it does. */
import { moduleFile } from "../support/own-file.ts";

/** What is run, and with which variables alone. */
export type CommandLine = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
};

/** What a run of the program came to. */
export type Ran = { readonly exitCode?: number; readonly stdout: string; readonly stderr: string };

const program = moduleFile(import.meta, "../../src/cli/main");
let runs = 0;

process.on("message", (line: CommandLine) => {
  void run(line).then((ran) => process.send?.(ran));
});
// Something that a command line has left open must not outlive the tests.
process.on("disconnect", () => process.exit());

async function run({ args, env }: CommandLine): Promise<Ran> {
  const [stdout, stderr] = [catchWords(process.stdout), catchWords(process.stderr)];
  process.argv.splice(2, Infinity, ...args);
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, env);
  process.exitCode = undefined;
  process.stdout.removeAllListeners("error");
  runs += 1;
  // Another address is another module: it parses and runs anew, and what it imports is there already.
  await import(`${program}?${runs}`);
  return { exitCode: Number(process.exitCode ?? 0), stdout: stdout(), stderr: stderr() };
}

/** From here on what is written is kept; the answer tells it without the line's end. */
function catchWords(stream: NodeJS.WriteStream): () => string {
  let words = "";
  stream.write = (chunk: string | Uint8Array): boolean => {
    words += String(chunk);
    return true;
  };
  return () => words.replace(/\n$/u, "");
}
