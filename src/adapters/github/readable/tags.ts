/** Which raw HTML GitHub shows, and what of it a reader sees. */
import type { Attribute } from "./html.ts";

/** Shown as they are or by their effect; their text stays. */
const harmless: ReadonlySet<string> = new Set(
  "a abbr b bdo blockquote br caption center cite code dd del details dfn div dl dt em figcaption figure font h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p picture pre q rt ruby s samp section small source span strike strong sub summary sup table tbody td tfoot th thead time tr tt u ul var wbr".split(
    " ",
  ),
);

/** Their text is no text of the page. */
const concealing: ReadonlySet<string> = new Set(
  "applet audio canvas datalist dialog embed frameset head iframe math noembed noframes noscript object optgroup option plaintext rp script select style svg template textarea title video xmp".split(
    " ",
  ),
);

const ownLine: ReadonlySet<string> = new Set(
  "blockquote br center dd details div dl dt figure figcaption h1 h2 h3 h4 h5 h6 hr li ol p pre section summary table tr ul".split(
    " ",
  ),
);

/** Each of them makes text smaller. */
const shrinking: ReadonlySet<string> = new Set(["small", "sub", "sup"]);

/** Never have text in them, so nothing waits for their end. */
const empty: ReadonlySet<string> = new Set(
  "area base br col embed hr img input link meta source track wbr".split(" "),
);

/** Say how something is shown or where it is, in one word. */
const formal: ReadonlySet<string> = new Set(
  "align border cellpadding cellspacing class color colspan dir height href id name nowrap open rel rowspan size src srcset start target type valign width".split(
    " ",
  ),
);

export const isHarmless = (name: string): boolean => harmless.has(name);
export const isEmpty = (name: string): boolean => empty.has(name);
export const isOwnLine = (name: string): boolean => ownLine.has(name);
export const isShrinking = (name: string): boolean => shrinking.has(name);

/** Whether a reader sees nothing of what stands in the element. */
export const isConcealing = (name: string, attributes: readonly Attribute[]): boolean =>
  concealing.has(name) || attributes.some(conceals);

function conceals({ name, value }: Attribute): boolean {
  if (name === "hidden") return true;
  return name === "aria-hidden" && value.trim().toLowerCase() === "true";
}

/** Longer than any measure or name; a sentence has blanks. */
const longestWord = 40;
const addresses: readonly string[] = ["href", "src", "srcset"];

/** Attributes with words in them that the page does not show. */
export const telling = (attributes: readonly Attribute[]): readonly Attribute[] =>
  attributes.filter(({ name, value }) => {
    if (addresses.includes(name)) return false;
    if (name === "alt" && isOrdinaryAlt(value)) return false;
    const word = value.trim();
    return !(formal.has(name) && word.length <= longestWord && !word.includes(" ")) && word !== "";
  });

/** What GitHub and its apps put there by themselves when somebody drops a picture into the text. */
export function isOrdinaryAlt(alt: string): boolean {
  return alt
    .toLowerCase()
    .split(" ")
    .every((word) => word === "" || altWords.has(word) || isNumeral(word));
}

const altWords: ReadonlySet<string> = new Set([
  "image",
  "img",
  "screenshot",
  "screen",
  "shot",
  "at",
  "am",
  "pm",
]);

const isNumeral = (word: string): boolean =>
  word.length <= 12 && Array.from(word).every((character) => "0123456789.:-_".includes(character));
