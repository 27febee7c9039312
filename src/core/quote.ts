/** Text that others wrote, made harmless before it is published under our name: it reads as it was typed and takes effect nowhere. */

const zeroWidth = "\u200b";
/** Far above what a Worker's account may have, far below GitHub's limit of 65,536 for a comment. */
const shownCharacters = 8_000;

/** As a block quote in which nothing takes effect, and that nothing in it ends. */
export const quoted = (text: string): string =>
  plain(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");

/**
 * Without markers, mentions, references, commands, links, pictures, HTML and headings. Lists and emphasis stay; nothing is
 * opened that would take in what follows. Long text is cut.
 */
export const plain = (text: string): string =>
  unlinked(visible(shortened(text)).replaceAll(active, (mark) => inactive.get(mark) ?? `\\${mark}`))
    .replaceAll(link, zeroWidth)
    .replaceAll(address, `$&${zeroWidth}`)
    .split("\n")
    .map(withoutLineMeaning)
    .join("\n");

/** Without what makes a reference to an issue, mentions somebody, marks a record or skips checks; otherwise letter for letter. */
export const unlinked = (text: string): string =>
  text
    .replaceAll("<!--", `<${zeroWidth}!--`)
    .replaceAll(reference, `$&${zeroWidth}`)
    .replaceAll(mention, `$&${zeroWidth}`)
    .replaceAll(skip, `$&${zeroWidth}`);

/** As a code span, where nothing takes effect, not even for programs that do not know what code is. */
export function code(text: string): string {
  const line = unlinked(
    visible(shortened(text))
      .replaceAll("`", "'")
      .replaceAll("<", `<${zeroWidth}`)
      .replaceAll("\n", " "),
  );
  return `\`${line.trim() === "" ? " " : line}\``;
}

function shortened(text: string): string {
  if (text.length <= shownCharacters) return text;
  // Of a character of two units none is kept where only one has room.
  const isHalved = (text.codePointAt(shownCharacters - 1) ?? 0) > 0xffff;
  return `${text.slice(0, isHalved ? shownCharacters - 1 : shownCharacters)} … (shortened)`;
}

/** What shows nothing could stand inside a marker or a mention; the joiners of emoji may stay. */
const visible = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("\r\n", "\n")
    .replaceAll("\r", "\n")
    .replaceAll(lineSeparator, " ")
    .replaceAll(invisible, "");

const lineSeparator = /[\p{Zl}\p{Zp}]/gu;
const invisible = /(?!\u{200D}|\u{FE0F}|\n|\t)[\p{C}\p{Default_Ignorable_Code_Point}]/gu;

/** Opens something in Markdown or HTML wherever it stands. */
const active = /[\\`[\]<&#~$]/gu;
const inactive: ReadonlyMap<string, string> = new Map([
  ["<", "&lt;"],
  ["&", "&amp;"],
  ["$", `$${zeroWidth}`],
]);

/** Also where emphasis stands within. */
const reference =
  /(?:[#＃﹟]|g[*_]*h[*_]*-|(?:issues?|pulls?|discussions)[*_]*\/)(?=[*_]*[0-9０-９])/giu;
const mention = /[@＠﹫]/gu;
const skip = /\[(?=(?:skip ci|ci skip|no ci|skip actions|actions skip)\])/giu;
/** What makes a link without `://`. */
const address = /www(?=[*_]*\.)|(?:mailto|xmpp)(?=[*_]*:)/giu;
const link = /(?=:[*_]*\/[*_]*\/)/gu;

/** Commands begin a line; underlines make a heading of the line before; rules stand in lists too. */
function withoutLineMeaning(line: string): string {
  const start = Math.max(line.search(pastQuotation), 0);
  if (commandMarks.includes(line.charAt(start))) {
    return line.slice(0, start) + zeroWidth + line.slice(start);
  }
  if (!onlyRules.test(line)) return line;
  const at = line.search(ruleMark);
  return at === -1 ? line : `${line.slice(0, at)}\\${line.slice(at)}`;
}

/** Of ours and of other bots. */
const commandMarks: readonly string[] = ["/", "!", "／"];
const pastQuotation = /[^\s>]/u;
const onlyRules = /^[ \t>=_*+\-0-9.)]*$/u;
const ruleMark = /[=_*+-]/u;
