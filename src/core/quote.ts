/** Text that others wrote, made harmless before it is published under our name. */

const zeroWidth = "\u200b";
/** Far above what a Worker's account may have, far below GitHub's limit of 65,536 for a comment. */
const shownCharacters = 8_000;

/** As a block quote in which no marker, mention, closing keyword or command takes effect. */
export const quoted = (text: string): string =>
  plain(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");

/** Without HTML comments, mentions and issue references that GitHub or a bot would act on; long text is cut. */
export function plain(text: string): string {
  const isLong = text.length > shownCharacters;
  const shown = isLong ? `${text.slice(0, shownCharacters)} … (shortened)` : text;
  return unlinked(shown.toWellFormed())
    .replaceAll("<!--", "&lt;!--")
    .replaceAll("@", `@${zeroWidth}`);
}

/** Without references to issues: next to a word like “fixes” they would close what nobody asked to close. */
export function unlinked(text: string): string {
  let safe = text;
  for (const digit of "0123456789") {
    for (const mark of ["#", "GH-", "gh-", "issues/", "pull/"]) {
      safe = safe.replaceAll(`${mark}${digit}`, `${mark}${zeroWidth}${digit}`);
    }
  }
  return safe;
}

/** As a code span, where nothing takes effect. */
export const code = (text: string): string =>
  `\`${plain(text).replaceAll("`", "'").split("\n").join(" ")}\``;
