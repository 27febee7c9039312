/** Words of command lines that people are told to run. */

/** A word that means nothing to a shell stays as it is. */
export const shellWord = (word: string): string =>
  /^[\w./:=@%+-]+$/u.test(word) ? word : quoted(word);

/** In double quotes, where a shell reads only four characters as more than themselves. */
export function quoted(word: string): string {
  let inside = "";
  for (const character of word) {
    inside += ['"', "\\", "$", "`"].includes(character) ? `\\${character}` : character;
  }
  return `"${inside}"`;
}
