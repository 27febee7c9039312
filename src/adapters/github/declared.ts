/** What an issue's text declares in lines of its own, as `Depends on: #12`. Only what a reader of the page sees counts. */
import { textLines } from "./markdown.ts";
import { readable } from "./readable/readable.ts";

/** What follows these names and a colon at the start of top-level lines, in the order of the text. Names are in lower case. */
export function declared(body: string, names: readonly string[]): readonly string[] {
  // Parsing is the expensive part, and most issues declare nothing.
  const lowered = body.toLowerCase();
  if (!names.some((name) => lowered.includes(name))) return [];
  return textLines(readable(body).text).flatMap((line) => {
    const colon = line.indexOf(":");
    if (colon < 0) return [];
    const isNamed = names.includes(withoutEmphasis(line.slice(0, colon)).toLowerCase());
    return isNamed ? [line.slice(colon + 1)] : [];
  });
}

/** `**Depends on:** #12` is how many people write it. */
const withoutEmphasis = (text: string): string =>
  text.replaceAll("*", "").replaceAll("_", "").trim();
