/** What of a guarded value must not be found in published bytes: every window of it, in every usual disguise. Pure. */

/** A run of bytes that gives a value away, with the name of its disguise. */
export type Needle = { readonly bytes: Buffer; readonly disguise: Disguise };

/** How a value can be written. */
type Disguise = "as it is" | "reversed" | "as hex" | "as base64" | "percent-encoded" | "as UTF-16";

/** No needle is shorter: what is shorter than this stands in too many files by chance. */
export const shortestNeedle = 8;

/** The needles of all values. What values of a kind have in common gives nothing away and is left out. */
export function needlesOf(secrets: readonly string[]): readonly Needle[] {
  const parts = new Set(secrets.flatMap(tellingParts));
  const windows = new Set([...parts].flatMap(windowsOf));
  return [...windows].flatMap(disguised);
}

/** The parts of a value that are its own, one character per byte. */
function tellingParts(secret: string): readonly string[] {
  const bytes = Buffer.from(secret, "utf8").toString("latin1");
  const lines = bytes.split(/[\r\n]+|\\n/).map((line) => line.trim());
  if (!lines.some((line) => line.startsWith("-----BEGIN"))) return lines.flatMap(withoutBeginning);
  // The first line tells kind and size of a key and some of its public half: thousands of test keys share it.
  return lines.filter((line) => line !== "" && !line.startsWith("-----")).slice(1);
}

/** Without the name of a kind of token, which stands in documentation everywhere, and the usual heads of signed ones. */
function withoutBeginning(line: string): readonly string[] {
  const bare = line.replace(kindOfToken, "");
  return (bare.length < windowLength ? line : bare).split(headOfToken);
}

const kindOfToken =
  /^(?:sk-ant-[a-z0-9]{1,8}-|sk-[a-z]{1,10}-|sk-|gh[a-z]_|github_pat_|xox[a-z]-|npm_|whsec_|AKIA)/;
const headOfToken = /eyJ(?:hbGci|0eXAi|raWQi)[A-Za-z0-9_-]{1,200}\./;

/** Characters of a value that together give it away. */
const windowLength = 12;

function windowsOf(part: string): readonly string[] {
  if (part.length < shortestNeedle) return [];
  const last = Math.max(0, part.length - windowLength);
  const all = Array.from({ length: last + 1 }, (_, at) => part.slice(at, at + windowLength));
  return all.filter(isTelling);
}

/** Not `************`, and not what stands between the numbers of every RSA key. */
function isTelling(window: string): boolean {
  return new Set(window).size >= 5 && !betweenNumbers.some((text) => window.includes(text));
}

// 65537 with the beginning of the number after it, in the three places that base64 can put it.
const betweenNumbers = ["DAQABAoI", "MBAAECgg", "wEAAQKCA"];

function disguised(window: string): readonly Needle[] {
  const bytes = Buffer.from(window, "latin1");
  const hex = bytes.toString("hex");
  const percent = hex.replaceAll(/../g, "%$&");
  const base64 = [0, 1, 2].map((offset) => base64At(bytes, offset));
  const texts: readonly (readonly [Disguise, readonly string[]])[] = [
    ["as it is", [window]],
    ["reversed", [window.split("").toReversed().join("")]],
    ["as hex", [hex, hex.toUpperCase()]],
    ["as base64", base64.flatMap((text) => [text, urlSafe(text)])],
    ["percent-encoded", [percent, upperDigits(percent), encodeURIComponent(window)]],
    // Of either byte order, without the zero at the end.
    ["as UTF-16", [window.split("").join("\0")]],
  ];
  return texts.flatMap(([disguise, forms]) =>
    [...new Set(forms)]
      .filter((form) => disguise === "as it is" || form !== window)
      .map((form) => ({ bytes: Buffer.from(form, "latin1"), disguise })),
  );
}

/** The characters that stand for the bytes wherever they begin behind `offset` others, without those shared with neighbours. */
function base64At(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}

const urlSafe = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_");

const upperDigits = (text: string): string => text.toUpperCase();
