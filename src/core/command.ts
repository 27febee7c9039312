/** Comment text to commands. The adapter has taken quotes, code and HTML away; what is left are lines and what stands below them. */
import { days, hours, minutes } from "./duration.ts";
import type { CommandLine } from "./event.ts";
import { nearestVerb } from "./nearest-verb.ts";
import { parseTerms } from "./terms.ts";
import type { Terms } from "./terms.ts";
import type { Verb } from "./verbs.ts";
import { isVerb, verbs } from "./verbs.ts";
import type { Wish } from "./wish.ts";

/** What a person typed to us. */
export type Command =
  | { readonly verb: "help" | "status" | "why" }
  | { readonly verb: "retry" }
  | { readonly verb: "revert" | "cleanup" }
  | { readonly verb: "logs"; readonly lines: number }
  | { readonly verb: "dispatch"; readonly terms: Terms }
  /** Something that is wanted of work under way. */
  | { readonly verb: "wish"; readonly wish: Wish }
  | Misspelt;

/** A command that is none. */
export type Misspelt =
  /** The verb as typed, empty when there was none, and the one that was probably meant. */
  | { readonly verb: "unknown"; readonly typed: string; readonly nearest: Verb | null }
  /** A verb of ours with something after it that it does not take; empty when something is missing. */
  | { readonly verb: "malformed"; readonly of: Verb; readonly typed: string }
  | { readonly verb: "too-many"; readonly most: number };

/** More in one comment are more likely a pasted text than an order. */
const mostCommands = 5;

/** The commands of a comment in their order; none when nobody spoke to us. */
export function parseCommands(lines: readonly CommandLine[], prefix: string): readonly Command[] {
  const ours = ownLines(lines, prefix);
  return ours.length > mostCommands
    ? [{ verb: "too-many", most: mostCommands }]
    : ours.map(parseLine);
}

/** What looks like a command and is not ours is part of the text that it stands in. */
function ownLines(lines: readonly CommandLine[], prefix: string): readonly CommandLine[] {
  const ours: CommandLine[] = [];
  for (const one of lines) {
    const last = ours.at(-1);
    if (isOurs(one.line, prefix)) ours.push(one);
    else if (last !== undefined) {
      const below = [last.below, one.line, one.below].filter((text) => text !== "").join("\n");
      ours[ours.length - 1] = { ...last, below };
    }
  }
  return ours;
}

function parseLine({ line, below }: CommandLine): Command {
  const [, typed = "", ...args] = words(line);
  const verb = typed.toLowerCase();
  if (!isVerb(verb)) return { verb: "unknown", typed, nearest: nearestVerb(typed) };
  const [first] = args;
  if (verbs[verb].takes === "nothing" && first !== undefined) return malformed(verb, first);
  switch (verb) {
    case "help":
    case "status":
    case "why":
      return { verb };
    case "retry":
      return { verb };
    case "revert":
    case "cleanup":
      return { verb };
    case "logs":
      return logs(args);
    case "dispatch":
      return dispatch(args);
    case "send":
    case "broadcast":
      return message(verb, args, below);
    case "stop":
    case "abort":
    case "approve":
    case "review":
    case "unhold":
    case "unblock":
    case "merge":
      return wish({ kind: verb });
    case "fix":
    case "revise":
    case "rebase":
      return wish({ kind: "errand", errand: verb });
    case "hold":
    case "block":
      return wish({ kind: verb, reason: args.join(" ") });
    case "handover":
      return wish({ kind: "handover", note: args.join(" ") });
    case "budget":
      return budget(args);
  }
}

const malformed = (of: Verb, typed: string): Misspelt => ({ verb: "malformed", of, typed });

const wish = (one: Wish): Command => ({ verb: "wish", wish: one });

function dispatch(args: readonly string[]): Command {
  const terms = parseTerms(args);
  return "misread" in terms ? malformed("dispatch", terms.misread) : { verb: "dispatch", terms };
}

const linesUsual = 20;
/** More than fit into a comment with room for what makes them harmless. */
const linesAtMost = 100;

/** A count of lines, which may be left out. */
function logs([count, more]: readonly string[]): Command {
  const lines = count === undefined ? linesUsual : decimal(count);
  const isCount = lines !== null && Number.isInteger(lines) && lines > 0 && lines <= linesAtMost;
  if (!isCount) return malformed("logs", count ?? "");
  return more === undefined ? { verb: "logs", lines } : malformed("logs", more);
}

/** The rest of the line and all that stands below it. */
function message(kind: "send" | "broadcast", args: readonly string[], below: string): Command {
  const text = `${args.join(" ")}\n${below}`.trim();
  return text === "" ? malformed(kind, "") : wish({ kind, text });
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
