/** Raw HTML as GitHub shows it: tags are gone, their text stays where a reader sees it. */
import MarkdownIt from "markdown-it";
import type { Attribute, HtmlPiece } from "./html.ts";
import { htmlPieces } from "./html.ts";
import { targetShown } from "./links.ts";
import { isConcealing, isEmpty, isHarmless, isOwnLine, isShrinking, telling } from "./tags.ts";
import type { Writer } from "./writer.ts";

/** Writes raw HTML of one page; an element may begin in one piece and end in another. */
export type HtmlWriter = (html: string) => void;

/** Text that has been made smaller so often cannot be read any more. */
const mostShrinking = 3;
/** The marks of a plan's issue. An agent does not get them either, and they have no room for more than names. */
const ownMark = /^ yardmaster:plan(?:-text [0-9a-f]{64}| [\w.-]{1,64}\/[\w.-]{1,64}) $/u;
const { unescapeAll } = new MarkdownIt().utils;

/** Begins with no element open. */
export function createHtml(writer: Writer): HtmlWriter {
  const small: string[] = [];
  const targets: string[] = [];
  const open = (name: string, attributes: readonly Attribute[]): void => {
    tellAttributes(writer, name, attributes);
    if (!isEmpty(name) && isConcealing(name, attributes)) {
      return writer.conceal(name, `what stands in an HTML element <${shortName(name)}>`);
    }
    if (!isHarmless(name)) return writer.hidden.fact(`an HTML tag <${shortName(name)}>`);
    if (isOwnLine(name)) writer.breakLine();
    if (name === "img") writer.mark("[image]");
    if (name === "a") targets.push(valueOf(attributes, "href"));
    if (isShrinking(name) && small.push(name) === mostShrinking + 1) {
      writer.conceal(name, "text that is too small to be read");
    }
  };
  const close = (name: string): void => {
    writer.reveal(name);
    if (!isHarmless(name)) return;
    if (isOwnLine(name)) writer.breakLine();
    if (name === "a") writer.mark(targetShown(targets.pop() ?? "", ""));
    if (isShrinking(name)) small.pop();
  };
  const write = (piece: HtmlPiece): void => {
    switch (piece.kind) {
      case "text":
        return writer.prose(withEntities(piece.text));
      case "open":
        return open(piece.name, piece.attributes);
      case "close":
        return close(piece.name);
      case "comment":
        return ownMark.test(piece.text)
          ? undefined
          : writer.hidden.part("an HTML comment", piece.text);
      case "broken":
        writer.hidden.part("HTML that does not end", piece.text);
        return writer.conceal("", "what follows HTML that does not end");
    }
  };
  return (html) => {
    for (const piece of htmlPieces(html)) write(piece);
  };
}

function tellAttributes(writer: Writer, name: string, attributes: readonly Attribute[]): void {
  for (const { name: attribute, value } of telling(attributes)) {
    const what = `an attribute ${shortName(attribute)} of an HTML tag <${shortName(name)}>`;
    writer.hidden.part(what, value);
  }
}

const valueOf = (attributes: readonly Attribute[], wanted: string): string =>
  attributes.find(({ name }) => name === wanted)?.value ?? "";

const shortName = (name: string): string => (name.length <= 20 ? name : `${name.slice(0, 20)}…`);

/** The parser resolves backslashes as well, which mean nothing in HTML. */
const withEntities = (text: string): string => text.split("\\").map(unescapeAll).join("\\");
