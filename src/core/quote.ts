/** Text that others wrote, made harmless before it is published under our name. */

const zeroWidth = "\u200b";

/** As a block quote in which no marker, mention, closing keyword or command takes effect. */
export const quoted = (text: string): string =>
  plain(text)
    .split("\n")
    .map((line) => `> ${line}`)
    .join("\n");

/** Without HTML comments, mentions and issue references that GitHub or a bot would act on. */
export const plain = (text: string): string =>
  text
    .toWellFormed()
    .replaceAll("<!--", "&lt;!--")
    .replaceAll("@", `@${zeroWidth}`)
    .replaceAll("#", `#${zeroWidth}`);
