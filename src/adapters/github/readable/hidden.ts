/** What was left out of a text, told so that a person can judge it. */
import { withoutInvisible } from "./characters.ts";

/** Gathers what a reader of the page does not see. */
export type HiddenParts = {
  /** Something with text of its own, for example “an HTML comment”. */
  readonly part: (what: string, text: string) => void;
  /** Something that is told in full already. */
  readonly fact: (what: string) => void;
  /** Characters that show nothing. */
  readonly characters: (run: string) => void;
  readonly all: () => readonly string[];
};

const shownCharacters = 80;
const toldAtMost = 20;
const decodedAtMost = 4_000;

/** An empty gathering. */
export function createHidden(): HiddenParts {
  const told: string[] = [];
  let untold = 0;
  let invisible = 0;
  let decodable = "";
  const fact = (what: string): void => {
    if (told.length < toldAtMost) told.push(what);
    else untold += 1;
  };
  return {
    fact,
    part: (what, text) => fact(described(what, text)),
    characters: (run) => {
      invisible += run.length;
      if (decodable.length < decodedAtMost) decodable += run;
    },
    all: () => [
      ...told,
      ...(untold > 0 ? [`${untold} more of the kind`] : []),
      ...(invisible > 0 ? [invisibleTold(invisible, decodable)] : []),
    ],
  };
}

function described(what: string, text: string): string {
  const shown = excerpt(text);
  return shown === "" ? what : `${what} (${text.length} characters): “${shown}”`;
}

/** The beginning of a text in one line, with what is invisible in it spelled out. */
function excerpt(text: string): string {
  const line = withoutInvisible(decoded(text.slice(0, decodedAtMost)), () => {})
    .replaceAll(/\s+/gu, " ")
    .trim();
  const characters = Array.from(line);
  if (characters.length <= shownCharacters) return line;
  return `${characters.slice(0, shownCharacters).join("")}…`;
}

function invisibleTold(units: number, run: string): string {
  const kinds = [...new Set(run)].slice(0, 5).map(codePoint).join(", ");
  const what =
    units === 1 ? `an invisible character (${kinds})` : `invisible characters (${kinds})`;
  const spelled = excerpt(decodedOnly(run));
  return spelled === "" ? what : `${what} that spell “${spelled}”`;
}

const codePoint = (character: string): string =>
  `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;

const decoded = (text: string): string =>
  Array.from(text, (character) => meaning(character) ?? character).join("");

const decodedOnly = (text: string): string =>
  Array.from(text, (character) => meaning(character) ?? "").join("");

/** Two blocks of invisible characters are known to carry text: tags mirror ASCII, variation selectors number bytes. */
function meaning(character: string): string | null {
  const code = character.codePointAt(0) ?? 0;
  if (code >= 0xe0020 && code <= 0xe007e) return String.fromCodePoint(code - 0xe0000);
  if (code >= 0xfe00 && code <= 0xfe0f) return printable(code - 0xfe00);
  if (code >= 0xe0100 && code <= 0xe01ef) return printable(code - 0xe0100 + 16);
  return null;
}

const printable = (byte: number): string | null =>
  byte >= 0x20 && byte <= 0x7e ? String.fromCodePoint(byte) : null;
