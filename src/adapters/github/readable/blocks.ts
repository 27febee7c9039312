/** The blocks of a page one after the other. */
import { drawnFrom } from "./diagrams.ts";
import { hasHidingFormula } from "./formulas.ts";
import { createHtml } from "./html-writer.ts";
import { createInline, labelOf, longestRun } from "./inline.ts";
import type { Token } from "./parser.ts";
import { deepest } from "./parser.ts";
import { createTables } from "./tables.ts";
import type { Writer } from "./writer.ts";

/** Writes a whole page. `lines` are those of its source. */
export function writeBlocks(
  writer: Writer,
  blocks: readonly Token[],
  lines: readonly string[],
): void {
  const footnotes = footnotesOf(blocks);
  const html = createHtml(writer);
  const inline = createInline(writer, html, footnotes.numbers);
  const tables = createTables(writer, lines);
  const definitions = new Set<string>();
  if (blocks.some(({ level }) => level >= deepest - 1)) {
    writer.hidden.fact("text that is too deeply nested to be read");
  }
  for (const block of blocks) {
    switch (block.type) {
      case "inline":
        if (!tellFormula(writer, block)) inline(block.children ?? []);
        break;
      case "html_block":
        if (!tellFormula(writer, block)) html(block.content);
        writer.sheet.endBlock();
        break;
      case "reference_definition":
        tellDefinition(writer, block, { lines, used: footnotes.linked, definitions });
        break;
      case "footnote_open":
        openFootnote(writer, block, footnotes);
        break;
      case "footnote_close":
        writer.reveal(footnote);
        writer.sheet.endBlock();
        break;
      default:
        if (!tables(block)) writeBlock(writer, block);
    }
  }
  writer.end();
}

/** What a formula does to its text is not for us to work out. */
function tellFormula(writer: Writer, block: Token): boolean {
  if (!hasHidingFormula(block)) return false;
  writer.mark("[formula]");
  writer.hidden.part("a formula that can hide text", block.content);
  return true;
}

const footnote = "footnote";

type Labels = {
  /** What readers see in the place of a note's label, in the order of references. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Labels of notes, taken away once the first of them is written. */
  readonly referred: Set<string>;
  /** Labels of link definitions that links use. */
  readonly linked: ReadonlySet<string>;
};

function footnotesOf(blocks: readonly Token[]): Labels {
  const noted = new Set<string>();
  const referred = new Set<string>();
  const linked = new Set<string>();
  for (const block of blocks) {
    if (block.type === "footnote_open") noted.add(labelOf(block));
    for (const piece of block.children ?? []) {
      if (piece.type === "footnote_reference") referred.add(labelOf(piece));
      if (piece.type === "link_open" || piece.type === "image") linked.add(labelOf(piece));
    }
  }
  const shown = [...referred].filter((label) => noted.has(label));
  const numbers = new Map(shown.map((label, index) => [label, index + 1]));
  return { numbers, referred, linked };
}

/** Only the first note of a label is shown, and only where something refers to it. */
function openFootnote(writer: Writer, block: Token, { numbers, referred }: Labels): void {
  const label = labelOf(block);
  const isShown = referred.delete(label);
  if (!isShown) writer.conceal(footnote, "a footnote that nothing refers to");
  writer.mark(`[^${isShown ? numbers.get(label) : label}]: `);
}

type Definitions = {
  readonly lines: readonly string[];
  readonly used: ReadonlySet<string>;
  readonly definitions: Set<string>;
};

/** What a link makes of its definition is told with the link. */
function tellDefinition(writer: Writer, block: Token, context: Definitions): void {
  const { lines, used, definitions } = context;
  const label = labelOf(block);
  const isFirst = !definitions.has(label);
  definitions.add(label);
  if (isFirst && used.has(label)) return;
  const [from, to] = block.map ?? [0, 0];
  const text = lines.slice(from, Math.min(to, from + 100)).join("\n");
  writer.hidden.part("a link definition that nothing uses", text);
}

function writeBlock(writer: Writer, block: Token): void {
  const { sheet } = writer;
  switch (block.type) {
    case "heading_open":
      return writer.mark(`${"#".repeat(Number(block.tag.slice(1)))} `);
    case "paragraph_close":
      return sheet.endBlock(block.hidden);
    case "heading_close":
      return sheet.endBlock();
    case "blockquote_open":
      return sheet.enter("> ", "> ");
    case "list_item_open":
      return enterItem(writer, block);
    case "blockquote_close":
      return sheet.leave();
    case "list_item_close":
      sheet.endBlock(true);
      return sheet.leave();
    case "bullet_list_close":
    case "ordered_list_close":
      return sheet.endBlock(block.level > 0);
    case "hr":
      writer.mark("---");
      return sheet.endBlock();
    case "fence":
    case "code_block":
      return code(writer, block);
  }
}

const deepestIndent = 3;

function enterItem({ sheet }: Writer, { info }: Token): void {
  const mark = info === "" ? "- " : `${info}. `;
  sheet.enter(mark, " ".repeat(Math.min(mark.length, deepestIndent)));
}

function code(writer: Writer, { info, content }: Token): void {
  const [language = "", ...others] = info.trim().split(" ");
  const isLanguage = /^[\w+#.-]{0,20}$/u.test(language);
  const rest = isLanguage ? others.join(" ") : info;
  if (rest.trim() !== "") writer.hidden.part("words behind the beginning of a code block", rest);
  const drawn = drawnFrom(language, content);
  if (drawn === null) {
    const fence = "`".repeat(Math.max(3, longestRun(content) + 1));
    writer.mark(`${fence}${isLanguage ? language : ""}\n`);
    writer.verbatim(content.endsWith("\n") ? content.slice(0, -1) : content);
    writer.mark(`\n${fence}`);
  } else {
    writer.mark(`[${drawn}]`);
    writer.hidden.part(`the source of a ${drawn}`, content);
  }
  writer.sheet.endBlock();
}
