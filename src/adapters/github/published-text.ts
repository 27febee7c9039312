/** Text that goes to GitHub: within its limits, and without marks that only we may set. */

/** GitHub takes 65,536 characters; the rest is room for those that it counts twice. */
const longestBody = 65_000;
const truncated = "\n\n*(truncated)*";
/** A longer run of fence marks is nobody's code block. */
const longestFence = 40;

/** Text as GitHub can store it: whole characters, no NUL. */
export const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "");

/** Hidden comments are how our records are told from text, so text must not begin one. */
export const withoutMarkers = (text: string): string => text.replaceAll("<!--", "&lt;!--");

/** One line of at most so many UTF-16 units. */
export function cappedLine(line: string, units: number): string {
  return line.length <= units ? line : `${line.slice(0, units - 1).trimEnd()}…`.toWellFormed();
}

/** Markdown within GitHub's limit, cut between lines where there are any, with code blocks closed. */
export function cappedBody(text: string): string {
  if (text.length <= longestBody) return text;
  const room = longestBody - truncated.length - longestFence - 1;
  const cut = text.slice(0, room);
  const end = cut.lastIndexOf("\n");
  const whole = (end > room / 2 ? cut.slice(0, end) : cut).toWellFormed();
  return closed(whole) + truncated;
}

type Fence = { readonly mark: string; readonly start: number };

function closed(text: string): string {
  const open = openFence(text);
  if (open === null) return text;
  return open.mark.length > longestFence ? text.slice(0, open.start) : `${text}\n${open.mark}`;
}

/** The code block that the text ends in. */
function openFence(text: string): Fence | null {
  let open: Fence | null = null;
  let start = 0;
  for (const line of text.split("\n")) {
    const mark = fenceMark(line);
    if (open === null) {
      if (mark !== null) open = { mark, start };
    } else if (mark !== null && mark.startsWith(open.mark) && line.trim() === mark) {
      open = null;
    }
    start += line.length + 1;
  }
  return open;
}

function fenceMark(line: string): string | null {
  const text = line.trimStart();
  if (line.length - text.length > 3) return null;
  const character = text.charAt(0);
  if (character !== "`" && character !== "~") return null;
  let length = 1;
  while (text.charAt(length) === character) length += 1;
  return length < 3 ? null : text.slice(0, length);
}
