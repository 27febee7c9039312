/** Comment text to commands. The adapter has taken quotes, code and HTML away; what is left are lines. */

/** What a person typed to us. */
export type Command =
  | { readonly verb: "dispatch"; readonly agent: string | null }
  /** The verb as typed, empty when there was none. */
  | { readonly verb: "unknown"; readonly typed: string }
  /** A verb of ours with something after it that it does not take. */
  | { readonly verb: "malformed"; readonly typed: string };

/** The first command among a comment's lines; null when nobody spoke to us. */
export function parseCommand(lines: readonly string[], prefix: string): Command | null {
  const line = lines.find((candidate) => isOurs(candidate, prefix));
  if (line === undefined) return null;
  const [, verb = "", ...args] = words(line);
  return verb.toLowerCase() === "dispatch" ? dispatch(args) : { verb: "unknown", typed: verb };
}

function dispatch(args: readonly string[]): Command {
  let agent: string | null = null;
  for (const arg of args) {
    const isAgent = arg.startsWith(agentOption) && arg.length > agentOption.length;
    // The first word that is not understood is told, never skipped.
    if (!isAgent || agent !== null) return { verb: "malformed", typed: arg };
    agent = arg.slice(agentOption.length);
  }
  return { verb: "dispatch", agent };
}

const agentOption = "--agent=";

function isOurs(line: string, prefix: string): boolean {
  const [first = ""] = words(line);
  return first.toLowerCase() === `/${prefix}`.toLowerCase();
}

const words = (line: string): readonly string[] =>
  line
    .replaceAll("\t", " ")
    .split(" ")
    .filter((word) => word !== "");
