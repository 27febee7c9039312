/** The verb that a misspelt one was probably meant to be. */
import type { Verb } from "./verbs.ts";
import { allVerbs } from "./verbs.ts";

/** Two slips of the fingers; with more, nearly every word would be near to some verb. */
const slipsAtMost = 2;
/** Longer than any verb with its slips; distances to longer words cost time. */
const longest = 12;

/** The verb that was probably meant; null when none is near. */
export function nearestVerb(typed: string): Verb | null {
  const word = typed.toLowerCase();
  if (word.length > longest) return null;
  const near = allVerbs
    .map((verb) => ({ verb, slips: distance(word, verb) }))
    // A word of which nothing is left would be near to every short verb.
    .filter(({ verb, slips }) => slips <= slipsAtMost && slips < Math.min(verb.length, word.length))
    .toSorted((one, other) => one.slips - other.slips);
  return near[0]?.verb ?? null;
}

/** Letters to put in, take out or replace to make the one of the other (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, letter] of Array.from(one).entries()) {
    const next = [index + 1];
    for (const [column, target] of Array.from(other).entries()) {
      const replaced = (row[column] ?? 0) + (letter === target ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[other.length] ?? 0;
}
