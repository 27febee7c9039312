/** Times on the command line. */
import { InvalidArgumentError } from "commander";

const units: Readonly<Record<string, number>> = {
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};

/** `90m`, `24h`, `7d` and `2w` ago, or a day or time as GitHub writes it; milliseconds since epoch. */
export function sinceOf(text: string): number {
  const amount = Number(text.slice(0, -1));
  const unit = units[text.slice(-1)];
  if (unit !== undefined && text.length > 1 && amount >= 0) return Date.now() - amount * unit;
  const time = Date.parse(text);
  // Date.parse also takes words that happen to hold a number.
  if (/^\d{4}-\d{2}-\d{2}/u.test(text) && !Number.isNaN(time)) return time;
  throw new InvalidArgumentError("It must be like 24h, 7d or 2w, or a day like 2026-11-21.");
}
