/** A page written out for somebody who cannot see it: what is seen goes onto the sheet, all else is told as hidden. */
import { withoutInvisible, withPlainBlanks } from "./characters.ts";
import type { HiddenParts } from "./hidden.ts";
import type { Sheet } from "./sheet.ts";

/** Writes text, or gathers it as hidden while something conceals it. */
export type Writer = {
  readonly sheet: Sheet;
  readonly hidden: HiddenParts;
  /** Text that flows: blanks in a row are one. */
  readonly prose: (text: string) => void;
  /** Text that stands as it was typed. */
  readonly verbatim: (text: string) => void;
  /** Our own marks around others' text. */
  readonly mark: (text: string) => void;
  readonly breakLine: () => void;
  /** From here on nothing is seen, until the same name is revealed as often. */
  readonly conceal: (name: string, what: string) => void;
  readonly reveal: (name: string) => void;
  /** Tells what is still concealed at the end of the page. */
  readonly end: () => void;
};

type Concealed = { readonly name: string; readonly what: string; depth: number; text: string };

const longestGap = 60;
const mostBreaks = 30;
const gatheredAtMost = 4_000;

/** Begins to write onto a sheet. */
export function createWriter(sheet: Sheet, hidden: HiddenParts): Writer {
  let concealed: Concealed | null = null;
  let breaks = 0;
  let hasBlank = true;
  const put = (text: string): void => {
    if (concealed === null) sheet.write(text);
    else if (concealed.text.length < gatheredAtMost) concealed.text += text;
  };
  const seen = (text: string): string =>
    concealed === null ? withoutInvisible(text, hidden.characters) : text;
  return {
    sheet,
    hidden,
    prose: (text) => {
      const flowing = inOneLine(seen(text), hidden);
      const shown = hasBlank && flowing.startsWith(" ") ? flowing.slice(1) : flowing;
      if (shown === "") return;
      put(shown);
      hasBlank = shown.endsWith(" ");
      if (shown !== " ") breaks = 0;
    },
    verbatim: (text) => {
      put(withoutGaps(withPlainBlanks(seen(text)), hidden));
      hasBlank = false;
      breaks = 0;
    },
    mark: (text) => {
      put(text);
      hasBlank = false;
    },
    breakLine: () => {
      breaks += 1;
      hasBlank = true;
      if (breaks === mostBreaks) hidden.fact("empty lines that push text out of sight");
      if (concealed === null) sheet.breakLine();
    },
    conceal: (name, what) => {
      if (concealed === null) concealed = { name, what, depth: 1, text: "" };
      else if (concealed.name === name) concealed.depth += 1;
    },
    reveal: (name) => {
      if (concealed?.name !== name) return;
      concealed.depth -= 1;
      if (concealed.depth > 0) return;
      hidden.part(concealed.what, concealed.text);
      concealed = null;
    },
    end: () => {
      if (concealed !== null) hidden.part(concealed.what, concealed.text);
      concealed = null;
    },
  };
}

/** Ordinary blanks in a row are shown as one; others keep their width, so that many of them move text away. */
function inOneLine(text: string, hidden: HiddenParts): string {
  const plain = withPlainBlanks(text);
  if (plain !== text) tellGaps(plain, hidden);
  return plain.replaceAll(/[ \t\n]+/gu, " ");
}

function withoutGaps(text: string, hidden: HiddenParts): string {
  if (!tellGaps(text, hidden)) return text;
  return text.replaceAll(gap, " ").replaceAll(emptyLines, "\n\n");
}

const gap = new RegExp(`[ \\t]{${longestGap},}`, "gu");
const emptyLines = new RegExp(`\\n{${mostBreaks},}`, "gu");

function tellGaps(text: string, hidden: HiddenParts): boolean {
  const isWide = gap.test(text);
  const isLong = emptyLines.test(text);
  gap.lastIndex = 0;
  emptyLines.lastIndex = 0;
  if (isWide) hidden.fact("blanks in a row that push text out of sight");
  if (isLong) hidden.fact("empty lines that push text out of sight");
  return isWide || isLong;
}
