/** The pieces of one text: words, links, pictures, code and raw HTML. */
import type { HtmlWriter } from "./html-writer.ts";
import { targetShown } from "./links.ts";
import type { Token } from "./parser.ts";
import { isOrdinaryAlt } from "./tags.ts";
import type { Writer } from "./writer.ts";

/** Writes texts of one page; a link or an HTML element may span several pieces. */
export type InlineWriter = (pieces: readonly Token[]) => void;

/** What stands around the letters of an emphasised word. */
const emphases: ReadonlyMap<string, string> = new Map([
  ["em_open", "*"],
  ["em_close", "*"],
  ["strong_open", "**"],
  ["strong_close", "**"],
  ["s_open", "~~"],
  ["s_close", "~~"],
]);

/** `footnotes` are the numbers of the page's notes by their labels. */
export function createInline(
  writer: Writer,
  html: HtmlWriter,
  footnotes: ReadonlyMap<string, number>,
): InlineWriter {
  const links = createLinks(writer);
  const write = (piece: Token): void => {
    const emphasis = emphases.get(piece.type);
    if (emphasis !== undefined) return writer.mark(emphasis);
    switch (piece.type) {
      case "softbreak":
      case "hardbreak":
        return writer.breakLine();
      case "code_inline":
        return code(writer, piece.content);
      case "html_inline":
        return html(piece.content);
      case "link_open":
        return links.open(piece);
      case "link_close":
        return links.close();
      case "image":
        return picture(writer, piece);
      case "footnote_reference": {
        const number = footnotes.get(labelOf(piece));
        return number === undefined ? writer.prose(piece.content) : writer.mark(`[^${number}]`);
      }
      default:
        return writer.prose(piece.content);
    }
  };
  return (pieces) => {
    for (const piece of pieces) write(piece);
  };
}

/** The label that our own rules left with a footnote. */
export function labelOf({ meta }: Token): string {
  const label: unknown = meta?.["label"];
  return typeof label === "string" ? label : "";
}

function code(writer: Writer, content: string): void {
  const fence = longestRun(content) === 0 ? "`" : "`".repeat(longestRun(content) + 1);
  const pad = content.startsWith("`") || content.endsWith("`") ? " " : "";
  writer.mark(fence + pad);
  writer.verbatim(content);
  writer.mark(pad + fence);
}

/** Length of the longest row of backticks. */
export function longestRun(text: string): number {
  let longest = 0;
  for (const { length } of text.match(/`+/gu) ?? []) longest = Math.max(longest, length);
  return longest;
}

function picture(writer: Writer, piece: Token): void {
  writer.mark("[image]");
  const alt = piece.content;
  if (alt !== "" && !isOrdinaryAlt(alt)) writer.hidden.part("an image's text", alt);
  const title = attribute(piece, "title");
  if (title !== "") writer.hidden.part("an image's title", title);
}

const attribute = (piece: Token, name: string): string => String(piece.attrGet(name) ?? "");

type Links = { readonly open: (piece: Token) => void; readonly close: () => void };

/** Links do not nest, so one at a time is remembered. */
function createLinks(writer: Writer): Links {
  let open: { readonly piece: Token; readonly start: number } | null = null;
  return {
    open: (piece) => {
      open = { piece, start: writer.sheet.place() };
      const title = attribute(piece, "title");
      if (title !== "") writer.hidden.part("a link's title", title);
    },
    close: () => {
      if (open === null) return;
      const { piece, start } = open;
      open = null;
      const target = attribute(piece, "href");
      const shown = writer.sheet.since(start);
      if (shown.trim() === "") writer.hidden.part("a link without words, to an address", target);
      else if (piece.markup !== "autolink") writer.mark(targetShown(target, shown));
    },
  };
}
