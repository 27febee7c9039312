/** What people wrote, as a reader of the page sees it and nothing else. */
import { writeBlocks } from "./blocks.ts";
import { withoutInvisible, withPlainBlanks } from "./characters.ts";
import { createHidden } from "./hidden.ts";
import { parse } from "./parser.ts";
import { createSheet } from "./sheet.ts";
import { createWriter } from "./writer.ts";

/** Visible text, and a short description of each thing that was left out of it. */
export type Readable = { readonly text: string; readonly hidden: readonly string[] };

/** GitHub takes 65,536 characters, some of which are two units. */
const longest = 131_072;

/** Markdown of a body or a comment. */
export function readable(markdown: string): Readable {
  const hidden = createHidden();
  const source = withoutReturns(markdown.slice(0, longest));
  if (markdown.length > longest) hidden.fact("text that is too long to be read");
  const sheet = createSheet();
  const writer = createWriter(sheet, hidden);
  writeBlocks(writer, parse(source), source.split("\n"));
  return { text: sheet.text().trim(), hidden: hidden.all() };
}

/** A mark that says how the text is encoded is none of it. */
const withoutReturns = (text: string): string =>
  (text.startsWith("\u{FEFF}") ? text.slice(1) : text)
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n");

/** One line without Markdown, for example a title. */
export function readableLine(line: string): Readable {
  const hidden = createHidden();
  const visible = withoutInvisible(withPlainBlanks(line), hidden.characters);
  return { text: visible.replaceAll(/\s+/gu, " ").trim(), hidden: hidden.all() };
}

/** A line of a comment without what shows nothing, except before its first word: what only looks like a command is none. */
export function visibleLine(line: string): string {
  const stored = line.toWellFormed().replaceAll("\0", "\u{FFFD}");
  const [first = ""] = stored;
  return first + withoutInvisible(stored.slice(first.length), () => {});
}
