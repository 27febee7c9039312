/** Reads a remark on lines of a pull request out of a request body. */
import { fieldsOf } from "./call.ts";
import { malformed, NotModelled } from "../refusal.ts";
import type { Remark } from "../acts/review-threads.ts";

/** What a body may say about a remark. */
export const REMARK = ["path", "body", "line", "start_line", "side", "start_side"];

/** The remark that a JSON object describes; 422 when it has no path or body, or strange lines. */
export function remarkOf(value: unknown): Remark {
  const fields = fieldsOf(value, "comments/items", REMARK);
  const { path, body, side = "RIGHT", start_side: startSide = side } = fields;
  if (typeof path !== "string") throw malformed('"path" wasn\'t supplied.');
  if (typeof body !== "string") throw malformed('"body" wasn\'t supplied.');
  if (side !== "LEFT" && side !== "RIGHT") {
    throw malformed(`For 'properties/side', ${JSON.stringify(side)} is not a possible value.`);
  }
  if (startSide !== side) throw new NotModelled("a remark that begins on the other side");
  return {
    path,
    body,
    line: lineOf(fields, "line"),
    startLine: lineOf(fields, "start_line"),
    side,
  };
}

function lineOf(fields: Readonly<Record<string, unknown>>, name: string): number | null {
  const value = fields[name];
  if (value === undefined || value === null) return null;
  if (typeof value === "number" && Number.isSafeInteger(value)) return value;
  throw malformed(`For 'properties/${name}', ${JSON.stringify(value)} is not an integer.`);
}
