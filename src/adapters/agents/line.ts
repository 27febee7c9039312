/** One line of an agent's output. */

/** The line's JSON value; undefined for anything else, so that a foreign line is only an unknown one. */
export function parsedLine(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
