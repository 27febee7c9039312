/** Markdown to a tree, as GitHub reads it and in time that grows with the text and no faster. */
import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import { footnoteDefinition, footnoteReference } from "./footnotes.ts";

export type { Token } from "markdown-it";

/** Blocks within blocks that are read, a list and its item being two; the parser leaves out what is deeper. */
export const deepest = 24;

const markdown = new MarkdownIt({ html: true, maxNesting: deepest })
  // Definitions that no link uses show nothing, and what shows nothing has to be told.
  .disable("strip_references");
// Where a link leads is decided when it is written.
markdown.validateLink = () => true;
markdown.block.ruler.before("reference", "footnote_definition", footnoteDefinition, {
  alt: ["paragraph", "reference", "blockquote", "list"],
});
markdown.inline.ruler.after("image", "footnote_reference", footnoteReference);

/** Blocks in the order of the page, those with text with their pieces as children. */
export const parse = (text: string): readonly Token[] => markdown.parse(text, {});
