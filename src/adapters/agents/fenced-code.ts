/** Finds fenced code in Markdown that a stranger wrote. */
import remarkParse from "remark-parse";
import { unified, type Processor } from "unified";

/** A fenced code block: its info string's first word and its text. */
export type FencedCode = { readonly language: string | null; readonly text: string };

/** All fenced code blocks, in order, but for those in quotes and HTML. */
export function fencedCode(markdown: string): readonly FencedCode[] {
  return markdownBlocks.parse(markdown).children.flatMap((node) => {
    return node.type === "code" ? [{ language: node.lang ?? null, text: node.value }] : [];
  });
}

/**
 * Constructs that cannot begin a fence are left out: nested quotes, lists and emphasis take the parser quadratic time,
 * so that 64 KB written for the purpose would stop the service for a minute.
 */
const leftOut = [
  "attention",
  "autolink",
  "blockQuote",
  "characterEscape",
  "characterReference",
  "codeText",
  "definition",
  "hardBreakEscape",
  "htmlText",
  "labelEnd",
  "labelStartImage",
  "labelStartLink",
  "list",
  "setextUnderline",
];

const markdownBlocks = unified().use(blocksOnly).use(remarkParse).freeze();

function blocksOnly(this: Processor): void {
  this.data().micromarkExtensions = [{ disable: { null: leftOut } }];
}
