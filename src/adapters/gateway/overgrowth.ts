/** Texts of JSON that would stop the service while they are read: objects cost far more time and memory than their bytes. */

/** A long conversation with all its tools has some ten thousand values. */
const mostValues = 100_000;
const [quote, backslash, comma, bracket, brace] = [0x22, 0x5c, 0x2c, 0x5b, 0x7b] as const;

/** Whether a text of JSON holds more values than any agent needs; looks at each byte once, and makes nothing of them. */
export function isOvergrown(json: Uint8Array): boolean {
  let isInString = false;
  let values = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === quote) isInString = !isInString;
    else if (isInString) at += byte === backslash ? 1 : 0;
    else if (byte === comma || byte === bracket || byte === brace) values += 1;
    if (values > mostValues) return true;
  }
  return false;
}
