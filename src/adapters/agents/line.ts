/** One line of an agent's output. */
import { isOvergrown } from "../gateway/overgrowth.ts";

/**
 * The line's JSON value; undefined for anything else, so that a foreign line is only an unknown one. One that holds
 * more than any agent says would keep the service from all its other work while it is read.
 */
export function parsedLine(line: string): unknown {
  if (isOvergrown(Buffer.from(line))) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
