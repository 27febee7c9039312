/** What people wrote, as a reader of the page sees it and nothing else. */
import { storable } from "./published-text.ts";

/** Visible text, and a short description of each thing that was left out of it. */
export type Readable = { readonly text: string; readonly hidden: readonly string[] };

/** Markdown of a body or a comment. */
export const readable = (markdown: string): Readable => ({ text: storable(markdown), hidden: [] });

/** One line without Markdown, for example a title. */
export const readableLine = (line: string): Readable => ({ text: storable(line), hidden: [] });
