/** Reads a remark on lines of a pull request out of a request body. */
import { malformed } from "../refusal.ts";
import type { Remark } from "../acts/review-threads.ts";

/** The remark that a JSON object describes; 422 when it has no path or body, or strange lines. */
export function remarkOf(value: unknown): Remark {
  const fields: Record<string, unknown> =
    typeof value === "object" && value !== null ? { ...value } : {};
  const { path, body, side } = fields;
  if (typeof path !== "string") throw malformed('"path" wasn\'t supplied.');
  if (typeof body !== "string") throw malformed('"body" wasn\'t supplied.');
  return {
    path,
    body,
    line: lineOf(fields, "line"),
    startLine: lineOf(fields, "start_line"),
    side: side === "LEFT" ? "LEFT" : "RIGHT",
  };
}

function lineOf(fields: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw malformed(`For 'properties/${name}', ${JSON.stringify(value)} is not an integer.`);
}
