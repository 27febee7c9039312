/** Makes text by strangers harmless on a terminal: what agents and titles say must not move the cursor, set the clipboard or hide itself. */

/** The text without control characters, escape sequences and invisible changes of direction; line ends and tabs stay. */
export function plainText(text: string): string {
  let plain = "";
  let at = 0;
  // No string of a sequence ends before here: known from the last look, so that each place is looked at once.
  const seen: Seen = { until: 0 };
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === escape || isC1Introducer(code)) at = afterSequence(text, at, seen);
    else {
      if (isShown(code)) plain += text[at];
      at += 1;
    }
  }
  return plain;
}

/** The text on one line. */
export const plainLine = (text: string): string =>
  plainText(text).replaceAll("\n", " ").replaceAll("\t", " ");

const escape = 0x1b;
const bell = 0x07;
const stringEnd = 0x9c;

/** CSI, and the introducers of strings, in their one-byte forms. */
const isC1Introducer = (code: number): boolean => code === 0x9b || isStringIntroducer(code);
const isStringIntroducer = (code: number): boolean =>
  code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f);

function isShown(code: number): boolean {
  if (code === 0x0a || code === 0x09) return true;
  const isControl = code < 0x20 || (code >= 0x7f && code <= 0x9f);
  // Left-to-right and right-to-left marks, embeddings, overrides and isolates.
  const isDirection =
    code === 0x200e ||
    code === 0x200f ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069);
  return !isControl && !isDirection;
}

/** Where the text goes on after the sequence that begins here. */
function afterSequence(text: string, start: number, seen: Seen): number {
  const first = text.charCodeAt(start);
  const isEscape = first === escape;
  // The letter after ESC stands for the one-byte form.
  const kind = isEscape ? text.charCodeAt(start + 1) + 0x40 : first;
  const body = start + (isEscape ? 2 : 1);
  if (kind === 0x9b) return afterParameters(text, body);
  if (isStringIntroducer(kind)) return afterString(text, body, seen) ?? body;
  return start + 1;
}

/** A control sequence ends with its first byte from `@` to `~`. */
function afterParameters(text: string, from: number): number {
  let at = from;
  while (at < text.length && isParameter(text.charCodeAt(at))) at += 1;
  const final = text.charCodeAt(at);
  return final >= 0x40 && final <= 0x7e ? at + 1 : at;
}

const isParameter = (code: number): boolean => code >= 0x20 && code <= 0x3f;

type Seen = { until: number };

/** A string without an end on its line is only opened, so that nobody can hide what follows; null then. */
function afterString(text: string, from: number, seen: Seen): number | null {
  for (let at = Math.max(from, seen.until); at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    seen.until = at;
    if (code === 0x0a) return null;
    if (code === bell || code === stringEnd) return at + 1;
    if (code === escape && text[at + 1] === "\\") return at + 2;
  }
  seen.until = text.length;
  return null;
}
