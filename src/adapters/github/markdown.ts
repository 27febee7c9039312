/** Which lines of a comment are its author's own plain words. The parser decides, never a pattern over user text. */
import remarkParse from "remark-parse";
import { unified } from "unified";
import type { CommandLine } from "../../core/event.ts";

/**
 * The parser needs time that grows with the square of some inputs (70 s for 65,536 characters of headings), so a command
 * has to stand in the first part of a comment. With 4,096 characters the worst input found takes 0.05 s.
 */
const readCharacters = 4096;
/** Enough of a list item or quotation to see what it is; deeper nesting only costs time. */
const containerCharacters = 12;
const containerMarks = "-+*>0123456789";
const mask = "\u{FFFC}";

/**
 * What cannot hide a line is left unparsed, which keeps links and emphasis as they were typed.
 * A heading's underline then reads as a rule or as text.
 */
const plainOnly = {
  disable: {
    null: [
      "attention",
      "autolink",
      "characterEscape",
      "characterReference",
      "hardBreakEscape",
      "labelEnd",
      "labelStartImage",
      "labelStartLink",
      "setextUnderline",
    ],
  },
};

const parser = unified().use(remarkParse).data("micromarkExtensions", [plainOnly]).freeze();

type Paragraph = Extract<
  ReturnType<typeof parser.parse>["children"][number],
  { type: "paragraph" }
>;
type Piece = Paragraph["children"][number];

/** Whether a line speaks to a bot. */
export const isCommandLike = (line: string): boolean => line.trimStart().startsWith("/");

/** The lines of the top-level paragraphs, as typed, without quotations, lists, code and HTML. */
export const textLines = (body: string): readonly string[] =>
  ownLines(withoutReturns(body)).map(({ text }) => text);

/** Those that speak to a bot, and the Markdown below each up to the next. */
export function commandLines(body: string): readonly CommandLine[] {
  const source = withoutReturns(body);
  const found = ownLines(source).filter(({ text }) => isCommandLike(text));
  return found.map(({ text, to }, index) => ({
    line: text,
    below: source.slice(to, found[index + 1]?.from),
  }));
}

/** A line of its author's own words, and where it stands in the source. */
type OwnLine = { readonly text: string; readonly from: number; readonly to: number };

const withoutReturns = (body: string): string =>
  body.replaceAll("\r\n", "\n").replaceAll("\r", "\n");

function ownLines(source: string): readonly OwnLine[] {
  const lines = source.slice(0, readCharacters).split("\n");
  const ends = endsOf(lines);
  const root = parser.parse(lines.map(clipContainer).join("\n"));
  return root.children
    .filter((node) => node.type === "paragraph")
    .flatMap((paragraph) => {
      const first = (paragraph.position?.start.line ?? 1) - 1;
      return paragraphLines(paragraph, lines).map((text, index) => {
        const to = ends[first + index] ?? 0;
        return { text, from: to - (lines[first + index]?.length ?? 0), to };
      });
    });
}

/** Where each line ends in the text that they make. */
function endsOf(lines: readonly string[]): readonly number[] {
  let end = -1;
  return lines.map((line) => (end += line.length + 1));
}

function clipContainer(line: string): string {
  const isContainer = line.trim() !== "" && containerMarks.includes(line.trimStart().charAt(0));
  return isContainer ? line.slice(0, containerCharacters) : line;
}

function paragraphLines(paragraph: Paragraph, lines: readonly string[]): readonly string[] {
  if (paragraph.position === undefined) return [];
  const { start, end } = paragraph.position;
  const masked = lines.slice(start.line - 1, end.line);
  for (const child of paragraph.children) {
    if (!keepsItsLine(child)) hide(child, masked, start.line);
  }
  return masked.map((line) => line.trim());
}

/** Code within a line begins with its mark, so no line begins in it. */
const keepsItsLine = ({ type, position }: Piece): boolean =>
  type === "text" || (type === "inlineCode" && position?.start.line === position?.end.line);

/** Puts marks in the place of HTML and of code over several lines, so that what follows does not move to the start of its line. */
function hide(child: Piece, lines: string[], firstLine: number): void {
  if (child.position === undefined) return;
  const { start, end } = child.position;
  for (let line = start.line; line <= end.line; line += 1) {
    const text = lines[line - firstLine] ?? "";
    const from = line === start.line ? start.column - 1 : 0;
    const to = line === end.line ? end.column - 1 : text.length;
    lines[line - firstLine] =
      text.slice(0, from) + mask.repeat(Math.max(to - from, 1)) + text.slice(to);
  }
}
