/** The hidden lines of a plan's issue: which task it is for, and whether its text is still ours. */
import { createHash } from "node:crypto";
import { cappedBody, storable, withoutMarkers } from "./published-text.ts";
import { markerOf } from "./records.ts";

/** The line by which an issue is found again. Session and task have no blanks. */
export const taskMark = (session: string, task: string): string =>
  markerOf(`plan ${session}/${task}`);

const textMark = (digest: string): string => markerOf(`plan-text ${digest}`);

/** An issue's text as GitHub stores it. What the plan says cannot pass for one of our marks. */
export function markedBody(mark: string, title: string, text: string): string {
  const body = cappedBody(withoutMarkers(storable(text))).trim();
  return [mark, textMark(digestOf(title, body)), "", body].join("\n");
}

/** Does the issue belong to this task? Says nothing about who wrote it. */
export const hasMark = (body: string, mark: string): boolean =>
  body.split("\n").some((line) => line.trimEnd() === mark);

/** Is everything as we wrote it last? */
export function isAsWritten(title: string, body: string): boolean {
  const lines = body.split("\n");
  const at = lines.findIndex((line) => line.startsWith("<!-- yardmaster:plan-text "));
  const rest = lines.slice(at + 2).join("\n");
  return at === 1 && lines[2] === "" && lines[at] === textMark(digestOf(title, rest));
}

const digestOf = (title: string, body: string): string =>
  createHash("sha256").update(JSON.stringify({ title, body })).digest("hex");
