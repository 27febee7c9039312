/** Raw HTML, cut into its pieces as a browser would. */

/** One piece of raw HTML. `broken` is a tag or comment without an end: it takes everything after it along. */
export type HtmlPiece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "open"; readonly name: string; readonly attributes: readonly Attribute[] }
  | { readonly kind: "close"; readonly name: string }
  | { readonly kind: "comment"; readonly text: string }
  | { readonly kind: "broken"; readonly text: string };

/** An attribute with its value, empty when it has none. */
export type Attribute = { readonly name: string; readonly value: string };

/** Looks at every character once, whatever the HTML. */
export function htmlPieces(html: string): readonly HtmlPiece[] {
  const find = finder(html);
  const pieces: HtmlPiece[] = [];
  let textStart = 0;
  let position = html.indexOf("<");
  while (position !== -1) {
    const found = pieceAt(html, position, find);
    if (found !== null) {
      if (textStart < position)
        pieces.push({ kind: "text", text: html.slice(textStart, position) });
      pieces.push(found.piece);
      textStart = found.end;
    }
    position = html.indexOf("<", found?.end ?? position + 1);
  }
  if (textStart < html.length) pieces.push({ kind: "text", text: html.slice(textStart) });
  return pieces;
}

type Found = { readonly piece: HtmlPiece; readonly end: number };
type Find = (needle: string, from: number) => number;

/** `indexOf` that remembers where each needle was found last, so that many questions cost no more than one search. */
function finder(text: string): Find {
  const known = new Map<string, number>();
  return (needle, from) => {
    const last = known.get(needle);
    if (last !== undefined && (last === -1 || last >= from)) return last;
    const next = text.indexOf(needle, from);
    known.set(needle, next);
    return next;
  };
}

/** Null where the sign stands for itself. */
function pieceAt(html: string, start: number, find: Find): Found | null {
  if (html.startsWith("<!--", start)) return commentAt(html, start, find);
  const next = html.charAt(start + 1);
  if (isLetter(next)) return tagAt(html, start, start + 1);
  if (next === "/" && isLetter(html.charAt(start + 2))) return tagAt(html, start, start + 2);
  if (next !== "!" && next !== "?" && next !== "/") return null;
  const end = find(">", start);
  return end === -1 ? broken(html, start) : comment(html.slice(start + 2, end), end + 1);
}

const broken = (html: string, start: number): Found => ({
  piece: { kind: "broken", text: html.slice(start) },
  end: html.length,
});

const comment = (text: string, end: number): Found => ({ piece: { kind: "comment", text }, end });

/** `<!-->` and `<!--->` are whole comments; `--!>` ends one as well. */
function commentAt(html: string, start: number, find: Find): Found {
  for (const whole of ["<!-->", "<!--->"]) {
    if (html.startsWith(whole, start)) return comment("", start + whole.length);
  }
  const from = start + "<!--".length;
  const ends = ["-->", "--!>"].flatMap((mark) => {
    const at = find(mark, from);
    return at === -1 ? [] : [{ at, end: at + mark.length }];
  });
  const first = ends.toSorted((one, other) => one.at - other.at)[0];
  return first === undefined ? broken(html, start) : comment(html.slice(from, first.at), first.end);
}

function tagAt(html: string, start: number, nameStart: number): Found {
  let position = nameStart;
  while (position < html.length && !endsName(html.charAt(position))) position += 1;
  const name = html.slice(nameStart, position).toLowerCase();
  const attributes: Attribute[] = [];
  for (;;) {
    while (isBlank(html.charAt(position)) || html.charAt(position) === "/") position += 1;
    if (position >= html.length) return broken(html, start);
    if (html.charAt(position) === ">") break;
    const read = attributeAt(html, position);
    if (read === null) return broken(html, start);
    attributes.push(read.attribute);
    position = read.end;
  }
  const isClosing = html.charAt(start + 1) === "/";
  const piece: HtmlPiece = isClosing ? { kind: "close", name } : { kind: "open", name, attributes };
  return { piece, end: position + 1 };
}

type ReadAttribute = { readonly attribute: Attribute; readonly end: number };

/** Null when its quotation never ends. */
function attributeAt(html: string, start: number): ReadAttribute | null {
  let position = start + 1;
  while (position < html.length && !endsAttribute(html.charAt(position))) position += 1;
  const name = html.slice(start, position).toLowerCase();
  let after = position;
  while (isBlank(html.charAt(after))) after += 1;
  if (html.charAt(after) !== "=") return { attribute: { name, value: "" }, end: position };
  after += 1;
  while (isBlank(html.charAt(after))) after += 1;
  const quote = html.charAt(after);
  if (quote === '"' || quote === "'") {
    const end = html.indexOf(quote, after + 1);
    if (end === -1) return null;
    return { attribute: { name, value: html.slice(after + 1, end) }, end: end + 1 };
  }
  let end = after;
  while (end < html.length && !isBlank(html.charAt(end)) && html.charAt(end) !== ">") end += 1;
  return { attribute: { name, value: html.slice(after, end) }, end };
}

const isLetter = (character: string): boolean =>
  (character >= "a" && character <= "z") || (character >= "A" && character <= "Z");
const isBlank = (character: string): boolean =>
  character === " " || character === "\n" || character === "\t" || character === "\f";
const endsName = (character: string): boolean =>
  isBlank(character) || character === ">" || character === "/";
const endsAttribute = (character: string): boolean => endsName(character) || character === "=";
