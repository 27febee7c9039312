/** Asks a program for its version, which is how one sees that it can be started at all. */
import type { Located } from "./programs.ts";

/** Its first line of output for `--version`, `missing` or `broken`. It sees nothing of our environment and no home. */
export async function versionOf(program: Located): Promise<{ readonly version: string } | Failure> {
  // Loaded only now: whoever only reads what an agent has written starts no program.
  const { execa } = await import("execa");
  const [file = "", ...first] = program.argv;
  const asked = await execa(file, [...first, "--version"], {
    extendEnv: false,
    env: { PATH: process.env["PATH"], HOME: "/nonexistent", DISABLE_AUTOUPDATER: "1" },
    stdin: "ignore",
    stderr: "ignore",
    timeout: 10_000,
    reject: false,
  });
  if (asked.code === "ENOENT") return "missing";
  return asked.failed ? "broken" : { version: asked.stdout.split("\n")[0]?.trim() ?? "" };
}

type Failure = "missing" | "broken";
