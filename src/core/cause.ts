/** Why attempts failed, told so that the same cause is known again. */
import type { EndedAttempt } from "./attempt.ts";

const compared = 300;

/** The fingerprint of a failure's cause: how it ended and what was said, without what differs each time; null for what is none. */
export function causeOf({ outcome, handover }: EndedAttempt): string | null {
  if (handover.kind !== "failed") return null;
  return `${outcome}: ${withoutChance(handover.why.slice(0, compared))}`;
}

/** Numbers, commits, times and addresses in memory are different each time, and so is how lines are broken. */
const withoutChance = (text: string): string =>
  text
    .toLowerCase()
    .replaceAll(/\b(?:0x[0-9a-f]+|[0-9a-f]{7,})\b/g, "#")
    .replaceAll(/[0-9]+/g, "#")
    .replaceAll(/\s+/g, " ")
    .trim();
