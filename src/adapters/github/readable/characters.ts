/** Characters that a reader sees, and those that only a machine does. */

/**
 * In this order: emoji as people type them, with their joiners and selectors; a joiner where a script needs it; what shows
 * nothing. Every alternative looks at a few characters only, so the search takes time in proportion to the text.
 */
const known =
  /(?<emoji>\p{RGI_Emoji}|\p{Extended_Pictographic}\u{FE0E})|(?<joiner>(?<=[\p{sc=Arab}\p{sc=Syrc}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Mong}])[\u{200C}\u{200D}](?=[\p{sc=Arab}\p{sc=Syrc}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}\p{sc=Mong}]))|[[\p{C}\p{Default_Ignorable_Code_Point}]--[\n\t]]+/gv;

/** The text without what shows nothing; each run of that is handed over. */
export const withoutInvisible = (text: string, removed: (run: string) => void): string =>
  text.replaceAll(known, (found, emoji, joiner) => {
    if (emoji !== undefined || joiner !== undefined) return found;
    removed(found);
    return "";
  });

/** Spaces of any width, and signs that look like one. */
const blanks = /[\p{Zs}\u{2028}\u{2029}\u{2800}\u{1D159}]/gv;

/** Every blank as the ordinary one. */
export const withPlainBlanks = (text: string): string => text.replaceAll(blanks, " ");
