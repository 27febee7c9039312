/** Comment text to commands. The adapter has taken quotes, code and HTML away; what is left are lines. */

/** What a person typed to us. */
export type Command =
  | { readonly verb: "dispatch"; readonly agent: string | null }
  | { readonly verb: "unknown"; readonly typed: string; readonly why: string };

/** The first command among a comment's lines; null when nobody spoke to us. */
export function parseCommand(lines: readonly string[], prefix: string): Command | null {
  const line = lines.find((candidate) => isOurs(candidate, prefix));
  if (line === undefined) return null;
  const [, verb = "", ...args] = words(line);
  if (verb.toLowerCase() === "dispatch") return dispatch(args);
  return {
    verb: "unknown",
    typed: verb,
    why: verb === "" ? "a command needs a verb" : "this verb is not known",
  };
}

function dispatch(args: readonly string[]): Command {
  let agent: string | null = null;
  for (const arg of args) {
    if (!arg.startsWith("--agent=") || arg.length === "--agent=".length) {
      return { verb: "unknown", typed: "dispatch", why: "it takes nothing but `--agent=NAME`" };
    }
    agent = arg.slice("--agent=".length);
  }
  return { verb: "dispatch", agent };
}

function isOurs(line: string, prefix: string): boolean {
  const [first = ""] = words(line);
  return first.toLowerCase() === `/${prefix}`.toLowerCase();
}

const words = (line: string): readonly string[] =>
  line
    .replaceAll("\t", " ")
    .split(" ")
    .filter((word) => word !== "");
