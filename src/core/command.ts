/** Comment text to commands. The adapter has taken quotes, code and HTML away; what is left are lines. */
import { days, hours, minutes } from "./duration.ts";
import type { Wish } from "./wish.ts";

/** What a person typed to us. */
export type Command =
  | { readonly verb: "dispatch"; readonly agent: string | null; readonly model: string | null }
  /** Something that is wanted of work under way. */
  | { readonly verb: "wish"; readonly wish: Wish }
  | Misspelt;

/** A command that is none. */
export type Misspelt =
  /** The verb as typed, empty when there was none. */
  | { readonly verb: "unknown"; readonly typed: string }
  /** A verb of ours with something after it that it does not take; empty when something is missing. */
  | { readonly verb: "malformed"; readonly of: Verb; readonly typed: string };

export type Verb = "dispatch" | "send" | "approve" | "budget";

/** The first command among a comment's lines; null when nobody spoke to us. `text` is the comment with all that is no command. */
export function parseCommand(
  lines: readonly string[],
  prefix: string,
  text: string,
): Command | null {
  const line = lines.find((candidate) => isOurs(candidate, prefix));
  if (line === undefined) return null;
  const [, typed = "", ...args] = words(line);
  switch (typed.toLowerCase()) {
    case "dispatch":
      return dispatch(args);
    case "send":
      return send(args, below(text, prefix));
    case "approve":
      return args[0] === undefined ? wish({ kind: "approve" }) : malformed("approve", args[0]);
    case "budget":
      return budget(args);
    default:
      return { verb: "unknown", typed };
  }
}

const malformed = (of: Verb, typed: string): Misspelt => ({ verb: "malformed", of, typed });

const wish = (one: Wish): Command => ({ verb: "wish", wish: one });

/** `--agent=NAME` and `--model=NAME`, in any order, each at most once. */
function dispatch(args: readonly string[]): Command {
  const found: { agent: string | null; model: string | null } = { agent: null, model: null };
  for (const arg of args) {
    const option = (["agent", "model"] as const).find((name) => arg.startsWith(`--${name}=`));
    const value = option === undefined ? "" : arg.slice(option.length + 3);
    // The first word that is not understood is told, never skipped.
    if (option === undefined || value === "" || found[option] !== null) {
      return malformed("dispatch", arg);
    }
    found[option] = value;
  }
  return { verb: "dispatch", ...found };
}

/** The rest of the line and all that stands below it. */
function send(args: readonly string[], rest: readonly string[]): Command {
  const text = [args.join(" "), ...rest].join("\n").trim();
  return text === "" ? malformed("send", "") : wish({ kind: "send", text });
}

function below(text: string, prefix: string): readonly string[] {
  const lines = text.split("\n");
  const at = lines.findIndex((line) => isOurs(line, prefix));
  return at === -1 ? [] : lines.slice(at + 1);
}

const usual = hours(24);
const longest = days(30);
const most = 10_000;

/** `+2USD 24h`; the currency and the duration may be left out. */
function budget([amount = "", duration, ...rest]: readonly string[]): Command {
  const usd = dollars(amount);
  if (usd === null) return malformed("budget", amount);
  const forMs = duration === undefined ? usual : millisecondsOf(duration);
  if (forMs === null) return malformed("budget", duration ?? "");
  return rest[0] === undefined ? wish({ kind: "raise", usd, forMs }) : malformed("budget", rest[0]);
}

function dollars(text: string): number | null {
  const bare = text.toUpperCase().replace("+", "").replace("USD", "").replace("$", "");
  const usd = decimal(bare);
  return usd !== null && usd > 0 && usd <= most ? usd : null;
}

function millisecondsOf(text: string): number | null {
  const unit = { m: minutes, h: hours, d: days }[text.slice(-1).toLowerCase()];
  const count = decimal(text.slice(0, -1));
  if (unit === undefined || count === null || count === 0) return null;
  const ms = unit(count);
  return ms <= longest ? ms : null;
}

const digits = new Set("0123456789.");

/** Digits with at most one point; null for anything else, which `Number` would take in part. */
function decimal(text: string): number | null {
  const isPlain = text !== "" && Array.from(text).every((character) => digits.has(character));
  const value = isPlain ? Number(text) : Number.NaN;
  return Number.isFinite(value) ? value : null;
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
