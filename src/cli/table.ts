/** Tables for people: columns aligned, nothing in them that could move a terminal's cursor. */
import { plainLine } from "./plain.ts";

/** A table with headings; text that is too long for its column is cut. */
export function table(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  longest = 80,
): string {
  const cells = [headings, ...rows.map((row) => row.map((cell) => cut(plainLine(cell), longest)))];
  const widths = headings.map((_, column) =>
    Math.max(...cells.map((row) => widthOf(row[column] ?? ""))),
  );
  return cells
    .map((row) =>
      row
        .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - widthOf(cell)))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** What a reader takes for one character. */
const characters = (text: string): readonly string[] =>
  Array.from(segmenter.segment(text), ({ segment }) => segment);
const segmenter = new Intl.Segmenter();

const widthOf = (text: string): number => characters(text).length;

const cut = (text: string, longest: number): string =>
  widthOf(text) <= longest
    ? text
    : `${characters(text)
        .slice(0, longest - 1)
        .join("")}…`;
